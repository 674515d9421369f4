"""``staffel audit replay``: a case or a service as it was, and as it was known."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.chassis.store.history import time_of
from services.chassis.writing.reads import ALL_CASES
from services.platform.audit.books import Books, opened
from services.platform.audit.following import Step, steps_of
from services.platform.audit.known import Answer, known_of
from services.platform.audit.moments import day_of, moment_of
from services.platform.audit.persons import as_case
from services.platform.audit.recorded import record
from services.platform.audit.showing import show_known, show_steps
from services.platform.audit.viewing import NOTHING, View, replayed, write
from services.platform.audit.who_saw import PurposeOption
from services.platform.config import SERVICES
from services.platform.options import (
    DEFAULT_HOME,
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
    service_name,
    services_complete,
)
from staffel_contracts.cli.common import ForceOption, refuse_target
from staffel_contracts.codes import AccessPurpose
from staffel_contracts.fact import Weight

_BRIDGE = "jobcenter_bridge"


def _service(value: str | None) -> str | None:
    return service_name(value) if value else None


AtOption = Annotated[
    str | None,
    typer.Option("--at", help="A moment, a day (its end), or an index of the service's log."),
]
ServiceOption = Annotated[
    str | None,
    typer.Option(
        "--service", callback=_service, autocompletion=services_complete, help="Which service."
    ),
]
CaseOption = Annotated[str | None, typer.Option("--case", help="Only this case.")]
DiffOption = Annotated[bool, typer.Option("--diff", help="Compare with the live tables.")]
FollowOption = Annotated[bool, typer.Option("--follow", help="A case entry by entry.")]
AllOption = Annotated[bool, typer.Option("--all", help="With --follow: technical entries too.")]
DataOption = Annotated[bool, typer.Option("--data", help="With --follow: what was said.")]
ValidOption = Annotated[
    str | None, typer.Option("--valid-on", help="What was known of this legal date (of a case).")
]
KnownOption = Annotated[
    str | None,
    typer.Option("--known-at", help="As it was known at this moment, beside as it is known now."),
]
RowsOption = Annotated[
    Path | None, typer.Option("--rows", help="Write every row into this file, as JSON lines.")
]

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", help="Read the logs in this archive, not in the databases."),
]


def replay_command(  # noqa: PLR0913, PLR0917 - Typer reads options from arguments
    at: AtOption = None,
    service: ServiceOption = None,
    case: CaseOption = None,
    follow: FollowOption = False,
    show_all: AllOption = False,
    data: DataOption = False,
    diff: DiffOption = False,
    valid_on: ValidOption = None,
    known_at: KnownOption = None,
    rows: RowsOption = None,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    purpose: PurposeOption = AccessPurpose.AUDIT,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Show a case or a service as it was, folded from the logs.

    What opens persons' data is a read, and is recorded in the services' read logs first.

    Exit code 1: the live tables are not what the logs say (--diff without --at), or there is no
    such case. 2: there is no answer, as something cannot be read or written.
    """
    if (follow or valid_on or known_at) and case is None:
        fail("--follow, --valid-on and --known-at are about a --case", TROUBLE)
    if known_at and not valid_on:
        fail("--known-at goes with --valid-on: known about which day?", TROUBLE)
    if diff and archive:
        fail("--diff compares with the live tables, and an archive has none", TROUBLE)
    if rows:
        refuse_target(rows, force=force)
    place = load_home(home)
    moment, index = _point(at, service)
    with plain_errors(TROUBLE), opened(place, archive) as books:
        if case or diff or rows:
            record(place, "audit/replay", purpose, (as_case(case) if case else ALL_CASES,))
        if follow:
            last = None if index is None else f"{service}/{index}"
            steps = _steps(books, str(case), moment, last)
            _follow(steps, show_all=show_all, data=data, as_json=as_json)
        elif valid_on:
            _known(books, str(case), _day(valid_on), _moment(known_at or at), as_json=as_json)
        else:
            names = [service] if service else list(SERVICES)
            view = View(books, case, moment, index, diff=diff, rows=rows, as_json=as_json)
            view.show(names)


def _point(at: str | None, service: str | None) -> tuple[datetime | None, int | None]:
    if at is None:
        return None, None
    if at.isdecimal():
        if service is None:
            fail("an index is an index of one log: name it with --service", TROUBLE)
        return None, int(at)
    return _moment(at), None


def _moment(text: str | None) -> datetime | None:
    try:
        return moment_of(text) if text else None
    except ValueError as error:
        fail(str(error), TROUBLE)


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError as error:
        fail(str(error), TROUBLE)


# -- a case, step by step ------------------------------------------------------------------------


def _follow(steps: list[Step], *, show_all: bool, data: bool, as_json: bool) -> None:
    shown = [s for s in steps if show_all or s.weight is not Weight.TECHNICAL]
    if as_json:
        write([step.as_json() for step in shown])
    else:
        show_steps(shown, hidden=len(steps) - len(shown), data=data)


def _steps(books: Books, case: str, until: datetime | None, last: str | None = None) -> list[Step]:
    """The steps until a moment, or, at the moment of the ``last`` entry of a log, up to it."""
    if last is not None:
        log, _, index = last.partition("/")
        until = datetime.fromisoformat(time_of(books.history, log, int(index)))
    steps = steps_of(books, case, until, last)
    if not steps:
        fail(f"no log has an entry of case {case} (until then)", NOTHING)
    return steps


# -- a legal date, as known then and now ---------------------------------------------------------


def _known(books: Books, case: str, day: date, moment: datetime | None, *, as_json: bool) -> None:
    now = _answer(books, case, day, None)
    then = now if moment is None else _answer(books, case, day, moment)
    at = moment.isoformat() if moment else None
    if as_json:
        found = {"case": case, "valid_on": day.isoformat(), "known_at": at}
        write(found | {"then": then.as_json(), "now": now.as_json()})
    else:
        show_known(case, day, at, then, now)


def _answer(books: Books, case: str, day: date, moment: datetime | None) -> Answer:
    bridge = replayed(books, _BRIDGE, case, moment, None)
    return known_of(day, bridge, _steps(books, case, moment))
