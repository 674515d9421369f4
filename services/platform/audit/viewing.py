"""Services as they were at a point: their rows shown, written out, or compared with live ones."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from pydantic_core import to_json
from rich.progress import Progress, SpinnerColumn, TextColumn

from services.chassis.files import write_whole
from services.chassis.folding.rebuild import folded_tables
from services.chassis.folding.replay import Reach, Replayed, reach_at, reach_now, replay
from services.platform.audit.books import Books
from services.platform.audit.comparing import Changed, among, since
from services.platform.audit.showing import show_changes, show_service, show_state
from services.platform.options import fail
from services.platform.services import service_named

NOTHING, DIFFERS = 1, 1
_ALL_OF_IT = datetime.max.replace(tzinfo=UTC)


class View:
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
        """Answer it for these services; ends with exit code 1 where that is the answer."""
        found = [(name, replayed(self._books, name, self._case, *self._point)) for name in names]
        if self._case and not any(done.erased or _has_rows(done) for _, done in found):
            fail(f"no log has an entry of case {self._case}", NOTHING)
        if self._diff:
            self._compare(found)
        elif self._rows:
            write_whole(self._rows, b"".join(line for n, done in found for line in _lines(n, done)))
        elif self._as_json:
            write([self._summary(name, done) for name, done in found])
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
            write(rows)
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
            now = replayed(self._books, name, self._case, None, None)
            return list(among(service, conn, done.folded, now.folded))


def replayed(
    books: Books, name: str, case: str | None, moment: datetime | None, index: int | None
) -> Replayed:
    """A service, or one case in it, replayed to a moment, to an index, or to where it is now."""
    service = service_named(name)
    with _progress() as advance:
        reach = _reach(books, name, moment, index)
        return replay(service, books.history, books.keyring, reach, case=case, progress=advance)


def _reach(books: Books, name: str, moment: datetime | None, index: int | None) -> Reach:
    service, now = service_named(name), moment is None and index is None
    if name not in books.engines:
        moment = _ALL_OF_IT if now else moment
        return reach_at(service, books.history, moment=moment, index=index)
    with books.engines[name].connect() as conn:
        if now:
            return reach_now(service, books.history, conn)
        return reach_at(service, books.history, moment=moment, index=index, conn=conn)


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


def write(value: Any) -> None:
    """Write a value to standard output, as one line of JSON."""
    sys.stdout.write(json.dumps(json.loads(to_json(value)), ensure_ascii=False) + "\n")
