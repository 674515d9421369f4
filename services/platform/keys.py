"""``staffel keys rotate master|nats|signing|certificates``: new keys in place of old ones."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from services.chassis.keys.rotation import LONGEST, Rotated, Rotating, is_due, owed, rotate
from services.platform.config import PROCESSES, SERVICES
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)

keys_app = typer.Typer(help="The keys of the platform.", no_args_is_help=True)
rotate_app = typer.Typer(help="Put new keys in place of old ones.", no_args_is_help=True)
keys_app.add_typer(rotate_app, name="rotate")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]
_LONGEST_HOURS = int(LONGEST / timedelta(hours=1))


@rotate_app.command()
def master(
    home: HomeOption = DEFAULT_HOME,
    if_due: Annotated[
        bool, typer.Option("--if-due", help="Only where an erasure is older than --within.")
    ] = False,
    within: Annotated[
        int, typer.Option(min=0, max=24 * 366, help="Hours, for --if-due.")
    ] = _LONGEST_HOURS,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Rotate the master key: wrap all persons' keys anew and destroy the old master key.

    From then on no older copy of the keyring opens. Services go on meanwhile; a rotation that was
    killed is ended by the next one. Back up the keyring and master.key, apart, afterwards.
    """
    place = load_home(home)
    with plain_errors():
        since = owed(place.database_url("keyring"))
        needed = not if_due or is_due(place.database_url("keyring"), timedelta(hours=within))
        if dry_run or not needed:
            found = {"rotated": False, "owed_since": since.isoformat() if since else None}
            _say(found | {"would_rotate": needed}, as_json=as_json)
            return
        rotated = rotate_master(place)
    _say({"rotated": True, **rotated._asdict()}, as_json=as_json)


@rotate_app.command()
def nats(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]…", help="A service, ops, system; or all of them."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Give services new logins at NATS; they take them up, and the former ones end.

    Nothing is restarted. An agency's login: `staffel agency rotate`.
    """
    from services.platform.rotating import LOGINS, rotate_logins

    place = load_home(home)
    # On one machine `staffel up` itself is logged in as the operator: that one is named expressly.
    wanted = _known(names or (None if place.config.deployed else list(PROCESSES)), LOGINS)
    if dry_run:
        _tell({"would_exchange": wanted}, as_json=as_json)
        return
    with plain_errors():
        done = asyncio.run(rotate_logins(place, wanted))
    _tell(done._asdict(), as_json=as_json)
    if done.behind:
        fail(f"{', '.join(done.behind)}: still on the former login, which ends within a day")


@rotate_app.command()
def signing(  # noqa: PLR0917 - Typer reads options from the signature
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]…", help="Whose log; or all.")
    ] = None,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="End the former key at once, and trust it no more.")
    ] = False,
    end: Annotated[
        bool, typer.Option("--end", help="End former keys that still sign beside new ones.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Give logs new keys to sign with; the former ones sign as well until `--end`.

    So whoever has the old policy and whoever has the new one can verify meanwhile. Hand the new
    policy to auditors and witnesses.
    """
    from services.platform.rotating import Unfinished, end_signing, rotate_signing

    place, wanted = load_home(home), _known(names, SERVICES)
    if dry_run:
        _tell({"would_end" if end else "would_rotate": wanted}, as_json=as_json)
        return
    with plain_errors():
        try:
            doing = end_signing(place, wanted) if end else None
            done = asyncio.run(doing or rotate_signing(place, wanted, leaked=leaked))
        except Unfinished as error:
            fail(str(error))
    _tell({"ended" if end else "rotated": done, "policy": str(place.policy)}, as_json=as_json)


@rotate_app.command()
def certificates(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are good for a while yet.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Renew the certificates of our authority, and hand out what is in tls/, in containers.

    `./renew` runs it, and has PostgreSQL and the edge take them up as well.
    """
    from services.platform.rotating import renew_certificates

    place = load_home(home)
    if place.config.deployed is None:
        fail("on one machine nothing speaks TLS: there are no certificates")
    with plain_errors():
        made = asyncio.run(renew_certificates(place, anew=everything))
    _tell({"issued": made}, as_json=as_json)


def _known(names: list[str] | None, known: Sequence[str]) -> list[str]:
    wanted = [name.replace("-", "_") for name in names or known]
    if strange := [name for name in wanted if name not in known]:
        fail(f"{strange[0]!r} is none of {', '.join(known)}", 2)
    return wanted


def _tell(found: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, value in found.items():
        told = ", ".join(value) if isinstance(value, list) else value
        sys.stdout.write(f"{name.replace('_', ' '):15}{told or 'none'}\n")


def rotate_master(home: Home) -> Rotated:
    """Rotate a home's master key, with progress for whoever watches.

    Raises:
        WrongMasterKey: the file does not open the keyring.
    """
    columns = (SpinnerColumn(), TextColumn("wrapping keys anew"), MofNCompleteColumn())
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("keys", total=None)
        try:
            return rotate(
                home.database_url("keyring"),
                home.master_key,
                lambda done: progress.advance(task, done),
            )
        except Rotating as error:
            fail(str(error))


def _say(found: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
    elif found["rotated"]:
        sys.stdout.write(f"epoch {found['after']}: {found['keys']} keys wrapped anew\n")
    else:
        due = "is due" if found["would_rotate"] else "is not due"
        since = f"owed since {found['owed_since']}" if found["owed_since"] else "none is owed"
        sys.stdout.write(f"a rotation {due}; {since}\n")
