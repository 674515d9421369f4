"""``staffel audit replay``: a case or a service as it was, and as it was known."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.progress import Progress, SpinnerColumn, TextColumn

from services.chassis.reads import ALL_CASES
from services.chassis.rebuild import folded_tables
from services.chassis.replay import Reach, Replayed, reach_at, reach_now, replay
from services.platform.audit.books import Books, opened
from services.platform.audit.comparing import Changed, among, since
from services.platform.audit.following import Step, steps_of
from services.platform.audit.known import Answer, known_of
from services.platform.audit.moments import day_of, moment_of
from services.platform.audit.recorded import record
from services.platform.audit.showing import (
    show_changes,
    show_known,
    show_service,
    show_state,
    show_steps,
)
from services.platform.audit.who_saw import PurposeOption
from services.platform.config import SERVICES
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
    service_name,
    services_complete,
)
from services.platform.services import service_named
from staffel_contracts.codes import AccessPurpose
from staffel_contracts.fact import Weight

USAGE, NOTHING, DIFFERS = 2, 1, 1
_BRIDGE = "jobcenter_bridge"
_ALL_OF_IT = datetime.max.replace(tzinfo=UTC)


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
    archive: ArchiveOption = None,
    purpose: PurposeOption = AccessPurpose.AUDIT,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Show a case or a service as it was, folded from the logs.

    What opens persons' data is a read, and is recorded in the services' read logs first.

    Exit code 1: the live tables are not what the logs say (--diff without --at), or there is no
    such case.
    """
    if (follow or valid_on or known_at) and case is None:
        fail("--follow, --valid-on and --known-at are about a --case", USAGE)
    if known_at and not valid_on:
        fail("--known-at goes with --valid-on: known about which day?", USAGE)
    if diff and archive:
        fail("--diff compares with the live tables, and an archive has none", USAGE)
    place = load_home(home)
    moment, index = _point(at, service)
    with plain_errors(), opened(place, archive) as books:
        if case or diff or rows:
            record(place, "audit/replay", purpose, (case or ALL_CASES,))
        if follow:
            _follow(books, str(case), moment, show_all=show_all, data=data, as_json=as_json)
        elif valid_on:
            _known(books, str(case), _day(valid_on), _moment(known_at or at), as_json=as_json)
        else:
            names = [service] if service else list(SERVICES)
            view = _View(books, case, moment, index, diff=diff, rows=rows, as_json=as_json)
            view.show(names)


def _point(at: str | None, service: str | None) -> tuple[datetime | None, int | None]:
    if at is None:
        return None, None
    if at.isdigit():
        if service is None:
            fail("an index is an index of one log: name it with --service", USAGE)
        return None, int(at)
    return _moment(at), None


def _moment(text: str | None) -> datetime | None:
    try:
        return moment_of(text) if text else None
    except ValueError as error:
        fail(str(error), USAGE)


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError as error:
        fail(str(error), USAGE)


# -- a case, step by step ------------------------------------------------------------------------


def _follow(
    books: Books, case: str, until: datetime | None, *, show_all: bool, data: bool, as_json: bool
) -> None:
    steps = _steps(books, case, until)
    shown = [s for s in steps if show_all or s.weight is not Weight.TECHNICAL]
    if as_json:
        _write([step.as_json() for step in shown])
    else:
        show_steps(shown, hidden=len(steps) - len(shown), data=data)


def _steps(books: Books, case: str, until: datetime | None) -> list[Step]:
    steps = steps_of(books, case, until)
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
        _write(found | {"then": then.as_json(), "now": now.as_json()})
    else:
        show_known(case, day, at, then, now)


def _answer(books: Books, case: str, day: date, moment: datetime | None) -> Answer:
    bridge = _replayed(books, _BRIDGE, case, moment, None)
    return known_of(day, bridge, _steps(books, case, moment))


# -- the state of a case or of a service ---------------------------------------------------------


class _View:
    """One question about services as they were at a point."""

    def __init__(
        self,
        books: Books,
        case: str | None,
        moment: datetime | None,
        index: int | None,
        *,
        diff: bool,
        rows: Path | None,
        as_json: bool,
    ) -> None:
        self._books, self._case, self._point = books, case, (moment, index)
        self._diff, self._rows, self._as_json = diff, rows, as_json

    def show(self, names: list[str]) -> None:
        found = [(name, _replayed(self._books, name, self._case, *self._point)) for name in names]
        if self._case and not any(done.erased or _has_rows(done) for _, done in found):
            fail(f"no log has an entry of case {self._case}", NOTHING)
        if self._diff:
            self._compare(found)
        elif self._rows:
            self._rows.write_bytes(b"".join(line for n, done in found for line in _lines(n, done)))
        elif self._as_json:
            _write([self._summary(name, done) for name, done in found])
        else:
            for name, done in found:
                (show_state if self._case else show_service)(name, done)

    def _summary(self, name: str, done: Replayed) -> dict[str, Any]:
        tables = {t.name: done.folded.table(t) for t in folded_tables(done.fold.service)}
        rows: Any = {table: len(rows) for table, rows in tables.items()}
        if self._case:
            rows = {table: [row for _, row in rows.items()] for table, rows in tables.items()}
        return {
            "service": name,
            "at": done.reach.moment,
            "entries": done.reach.own,
            "heard": {log: ears._asdict() for log, ears in done.reach.heard.items()},
            "erased": done.erased,
            "problems": [problem._asdict() for problem in done.folded.problems],
            "rows": rows,
        }

    def _compare(self, found: list[tuple[str, Replayed]]) -> None:
        changes = {name: self._changes(name, done) for name, done in found}
        if self._as_json:
            rows = [{"service": n, **c._asdict()} for n, cs in changes.items() for c in cs]
            _write(rows)
        else:
            for name, changed in changes.items():
                show_changes(name, changed)
        if self._point == (None, None) and any(changes.values()):
            raise typer.Exit(DIFFERS)

    def _changes(self, name: str, done: Replayed) -> list[Changed]:
        service = service_named(name)
        with self._books.engines[name].connect() as conn:
            if self._case is None:
                return list(since(service, conn, done.folded))
            now = _replayed(self._books, name, self._case, None, None)
            return list(among(service, conn, done.folded, now.folded))


def _replayed(
    books: Books, name: str, case: str | None, moment: datetime | None, index: int | None
) -> Replayed:
    service = service_named(name)
    with _progress() as advance:
        reach = _reach(books, name, moment, index)
        return replay(service, books.history, books.keyring, reach, case=case, progress=advance)


def _reach(books: Books, name: str, moment: datetime | None, index: int | None) -> Reach:
    service = service_named(name)
    if moment is not None or index is not None:
        return reach_at(service, books.history, moment=moment, index=index)
    if name not in books.engines:
        return reach_at(service, books.history, moment=_ALL_OF_IT)
    with books.engines[name].connect() as conn:
        return reach_now(service, books.history, conn)


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} entries"))
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
        tasks: dict[str, Any] = {}

        def advance(log: str, count: int) -> None:
            task = tasks.setdefault(log, None) or progress.add_task(log, total=None)
            tasks[log] = task
            progress.advance(task, count)

        yield advance


def _has_rows(done: Replayed) -> bool:
    return any(len(rows) for rows in done.folded.rows.values())


def _lines(name: str, done: Replayed) -> Iterator[bytes]:
    for table in folded_tables(done.fold.service):
        for key, row in done.folded.table(table).items():
            yield to_json({"service": name, "table": table.name, "key": key, "row": row}) + b"\n"


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(json.loads(to_json(value)), ensure_ascii=False) + "\n")
