"""``staffel keys rotate master``: rotate keys, so that old copies of them are worth nothing."""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from services.chassis.rotation import LONGEST, Rotated, Rotating, is_due, owed, rotate
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
_LONGEST_HOURS = int(LONGEST / timedelta(hours=1))


@rotate_app.command()
def master(
    home: HomeOption = DEFAULT_HOME,
    if_due: Annotated[
        bool, typer.Option("--if-due", help="Only where an erasure is older than --within.")
    ] = False,
    within: Annotated[int, typer.Option(min=0, help="Hours, for --if-due.")] = _LONGEST_HOURS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
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
                home.folder / "master.key",
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
