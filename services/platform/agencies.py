"""``staffel agency``: who may log in; added, exchanged and shut out while everything runs."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from services.chassis.agencies import Agency
from services.chassis.validation import rules_broken
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.codes import AgencyKind

agency_app = typer.Typer(help="Agencies and their logins.", no_args_is_help=True)

T = TypeVar("T")
IdArgument = Annotated[str, typer.Argument(metavar="AGENCY", help="Its id.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Where to write the credentials file.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@agency_app.command()
def add(  # noqa: PLR0913, PLR0917 - Typer reads options from the signature
    agency: IdArgument,
    kind: Annotated[AgencyKind, typer.Option(help="What it is.")],
    district: Annotated[str, typer.Option(help="The official key of its district, five digits.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    email: Annotated[str | None, typer.Option(help="Where notices go.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="An area that it is competent for.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Competent from this day on.")] = None,
    out: OutOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Add an agency: login, account, stream, consumer, permissions, directory; no restart."""
    from services.platform import agency_keys

    place = load_home(home)
    try:
        made = Agency(
            id=agency,
            kind=kind,
            district=district,
            name=name,
            email=email,
            areas=tuple(area or ()),
            valid_from=date.fromisoformat(since) if since else None,
        )
    except (ValidationError, ValueError) as error:
        told = rules_broken(error) if isinstance(error, ValidationError) else str(error)
        fail(told, 2)
    running = _run(agency_keys.add(place, made))
    _hand_over(place, agency, out, running=running)


@agency_app.command()
def rotate(
    agency: IdArgument,
    overlap: Annotated[
        int, typer.Option(min=0, help="How many hours the former login still holds.")
    ] = 24,
    out: OutOption = None,
    dry_run: DryRun = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Give an agency a new login; the former one holds for a while, so that nothing stops.

    Where the agency is shut out, the former one does not hold again.
    """
    from services.platform import agency_keys

    place = load_home(home)
    if dry_run:
        holds = "it is shut out: no former one would hold"
        if agency not in place.config.disabled:
            holds = f"the former one would hold {overlap} h"
        typer.echo(f"{agency} would get a new login; {holds}")
        return
    running = _run(agency_keys.rotate(place, agency, timedelta(hours=overlap)))
    _hand_over(place, agency, out, running=running)


@agency_app.command()
def disable(
    agency: IdArgument,
    dry_run: DryRun = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Shut an agency out at once; `rotate` lets it in again with a new login."""
    from services.platform import agency_keys

    place = load_home(home)
    if dry_run:
        typer.echo(f"{agency} would be cut off at once, and could not log in any more")
        return
    running = _run(agency_keys.disable(place, agency))
    typer.echo(f"{agency} is shut out{'' if running else ', once NATS and the services run'}")


@agency_app.command()
def refresh(home: HomeOption = DEFAULT_HOME) -> None:
    """Have everything work by the settings as they are now: former logins that are over end."""
    from services.platform import agency_keys

    over = _run(agency_keys.refresh(load_home(home)))
    typer.echo(f"former logins ended: {', '.join(over) or 'none'}")


@agency_app.command(name="list")
def list_agencies(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """List the agencies and how they may log in."""
    place = load_home(home)
    with plain_errors():
        rows = [_row(place, agency) for agency in place.agencies()]
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table("agency", "kind", "district", "name", "login", "former until")
    for row in rows:
        table.add_row(*(str(row[key] or "") for key in row if key != "areas"))
    Console().print(table)


@agency_app.command()
def show(agency: IdArgument, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Show one agency: who it is, its logins without passwords, and what it may do on NATS."""
    from services.chassis.nats_accounts import app_rights

    place = load_home(home)
    with plain_errors():
        found = place.agencies().get(agency)
    if found is None:
        fail(f"there is no agency {agency}: `staffel agency list` shows them")
    told = _row(place, found) | {
        "users": list(place.config.logins(agency)),
        "may": app_rights(agency),
    }
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for name, value in told.items():
        typer.echo(f"{name:14}{_plain(value)}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"\n  {name}: {', '.join(inner)}" for name, inner in value.items())
    return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")


def _row(home: Home, agency: Agency) -> dict[str, Any]:
    former = home.config.former_logins.get(agency.id)
    return {
        "id": agency.id,
        "kind": agency.kind.value,
        "district": agency.district,
        "name": agency.name,
        "login": "shut out" if agency.id in home.config.disabled else "yes",
        "former_until": former.until.isoformat(timespec="minutes") if former else None,
        "areas": list(agency.areas),
    }


def _run(work: Coroutine[Any, Any, T]) -> T:
    from services.platform.agency_keys import NoAgency

    with plain_errors():
        try:
            return asyncio.run(work)
        except NoAgency as error:
            fail(str(error))


def _hand_over(home: Home, agency: str, out: Path | None, *, running: bool) -> None:
    from services.platform.agency_keys import write_credentials

    path = write_credentials(home, agency, out)
    typer.echo(f"credentials: {path}; hand the file over safely, and delete it here")
    typer.echo(f"the agency runs: staffel context add {path.name}   (docs/connect.md)")
    if not running:
        typer.echo("NATS does not run: it knows the agency once it does")
