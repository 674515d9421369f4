"""``staffel retention list|run``: cases whose period is over, proposed for erasure."""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import Table as SqlTable
from sqlalchemy import select

from services.casework.api import load
from services.casework.retaining import held_until, kept, only_stored
from services.casework.tables import CaseRow
from services.chassis.store.database import reading
from services.platform.erase import DECIDES, NOT_DONE, NotDecided, erase_one, find
from services.platform.home import Home
from services.platform.keys import rotate_master
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    load_home,
    plain_errors,
)
from services.platform.restrict import today_of
from staffel_contracts.cli.common import whole
from staffel_contracts.codes import ErasureBasis

retention_app = typer.Typer(
    help="Cases whose period is over: nothing is erased by itself.", no_args_is_help=True
)
REFUSED = 1
_CASE: SqlTable = CaseRow.__table__  # type: ignore[attr-defined]
_OLDEST = (_CASE.c.retention_due_on, _CASE.c.case_id)


@dataclass(frozen=True)
class Over:
    """A case whose period is over, the class that had the longest, and what stands against it."""

    case: str
    due_on: date
    retention: str
    held_until: date | None
    only_stored: bool = False


@retention_app.command(name="list")
def list_due(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """List the cases that are due for erasure, and what stands against it."""
    place = load_home(home)
    with plain_errors():
        _say(list(over(place)), as_json=as_json)


@retention_app.command()
def run(
    home: HomeOption = DEFAULT_HOME,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase every case that is due, unless a hold or a restriction stands; then rotate the key.

    Put it into a timer with --yes only where your retention concept says so. What is refused for
    one case stops no other. Exit code 1 if one was refused, 3 if a service did not carry an erasure
    out yet: it will when it is up again.
    """
    place = load_home(home)
    with plain_errors():
        free = [one for one in over(place) if one.held_until is None and not one.only_stored]
        if dry_run or not free:
            _say(free, as_json=as_json)
            return
        if not yes:
            _say(free, as_json=False)
            typer.confirm(f"Erase {len(free)} persons for good?", abort=True)
        cases = track(free, transient=True, disable=as_json)
        went = {one.case: _erase(place, one) for one in cases}
        rotate_master(place)
    _say(free, as_json=as_json)
    for case, outcome in went.items():
        if isinstance(outcome, NotDecided):
            sys.stderr.write(f"{case}: {outcome}\n")
    if any(isinstance(outcome, NotDecided) for outcome in went.values()):
        raise typer.Exit(REFUSED)
    if not all(went.values()):
        raise typer.Exit(NOT_DONE)


def over(home: Home) -> Iterator[Over]:
    """The cases whose period is over and was said to be, oldest first."""
    today = today_of(home)
    due = select(_CASE.c.case_id).where(_CASE.c.retention_due_on.is_not(None))
    with reading(home.database_url(DECIDES)) as conn:
        query = due.where(_CASE.c.erased_on.is_(None))
        for case_id in conn.scalars(query.order_by(*_OLDEST)).all():
            case = load(conn, case_id)
            end = kept(case)
            if end is not None and end.until == case.retention_due_on:
                held, stored = held_until(case, today), only_stored(case, today)
                yield Over(case_id, end.until, end.retention.value, held, stored)


def _erase(home: Home, one: Over) -> "bool | NotDecided":
    """Whether it is carried out everywhere, or why it was not even decided."""
    who = find(home, one.case)
    if who is None:
        return True  # somebody else was faster
    try:
        rows = asyncio.run(erase_one(home, who, ErasureBasis.RETENTION_OVER))
    except NotDecided as refused:
        return refused
    return all(row["done"] for row in rows.values())


def _say(found: list[Over], *, as_json: bool) -> None:
    rows = [{name: str(value or "") for name, value in asdict(one).items()} for one in found]
    if as_json:
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    table = Table(whole("case"), "due on", "class", "held until", "only stored")
    for row in rows:
        table.add_row(*row.values())
    Console().print(table if rows else "nothing is due for erasure")
