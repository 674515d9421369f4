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
from rich.table import Column, Table

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
from staffel_contracts.cli.common import whole
from staffel_contracts.codes import AgencyKind

agency_app = typer.Typer(help="Agencies and their logins.", no_args_is_help=True)

T = TypeVar("T")
IdArgument = Annotated[str, typer.Argument(metavar="AGENCY", help="Its id.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", dir_okay=False, help="Where to write the credentials file."),
]
MOST_HOURS = 24 * 366
"""Of two logins at once: a year."""
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
            valid_from=_day(since) if since else None,
        )
        agency_keys.check_new_id(agency)
    except ValidationError as error:
        fail(rules_broken(error), 2)
    except ValueError as error:
        fail(str(error), 2)
    path = out or agency_keys.credentials_file(place, agency)
    running = _run(agency_keys.add(place, made, path))
    _tell(path, running=running)


@agency_app.command()
def rotate(
    agency: IdArgument,
    overlap: Annotated[
        int,
        typer.Option(min=0, max=MOST_HOURS, help="How many hours the former login still holds."),
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
    _check(place, agency)
    earlier = len(place.config.logins(agency)) > 1
    if dry_run:
        holds = "it is shut out: no former one would hold"
        if agency not in place.config.disabled:
            holds = f"the former one would hold {overlap} h"
        if earlier:
            holds += "; the one before it, which holds as well, would end"
        typer.echo(f"{agency} would get a new login; {holds}")
        return
    path = out or agency_keys.credentials_file(place, agency)
    running = _run(agency_keys.rotate(place, agency, timedelta(hours=overlap), path))
    _tell(path, running=running)
    if earlier:
        typer.echo("the login before the former one has ended: who still uses it is cut off")


@agency_app.command()
def disable(
    agency: IdArgument,
    dry_run: DryRun = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Shut an agency out at once; `rotate` lets it in again with a new login."""
    from services.platform import agency_keys

    place = load_home(home)
    _check(place, agency)
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
    names = ("kind", "district", "name", "login", "former until")
    table = Table(whole("agency"), *(Column(name, overflow="fold") for name in names))
    for row in rows:
        table.add_row(*(str(row[key] or "") for key in row if key != "areas"))
    Console().print(table)


@agency_app.command()
def show(agency: IdArgument, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Show one agency: who it is, its logins without passwords, and what it may do on NATS."""
    from services.chassis.transport.nats_accounts import app_rights

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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"--since: {text!r} is no day such as 2026-03-01") from error


def _check(home: Home, agency: str) -> None:
    from services.platform.agency_keys import NoAgency, checked

    with plain_errors():
        try:
            checked(home, agency)
        except NoAgency as error:
            fail(str(error))


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


def _tell(path: Path, *, running: bool) -> None:
    typer.echo(f"credentials: {path}; hand the file over safely, and delete it here")
    typer.echo(f"the agency runs: staffel context add {path.name}   (docs/connect.md)")
    if not running:
        typer.echo("NATS does not run: it knows the agency once it does")
