"""Fill the empty database of a service from lines of its own log, as an archive keeps them.

What the log does not hold cannot come back: refusals that were answered, and how much of other logs
was heard without anything being said. Those are heard once more (`unheard`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from services.chassis.folding.answers import Answers, keep_answers
from services.chassis.folding.rebuild import STEP, Wires
from services.chassis.service import Service
from services.chassis.store.database import insert, upsert
from services.chassis.store.log import ENTRY, HEAD, Stored
from services.chassis.store.tables import CursorRow
from services.chassis.transport.wire import leaf_of
from services.chassis.writing.opening import leaf_time
from staffel_contracts.envelope import Entry, Leaf, Unreadable, read
from staffel_contracts.tlog.tree import Frontier

_CURSOR: Table = CursorRow.__table__  # type: ignore[attr-defined]


class NotEmpty(Exception):
    """The database holds a log already: nothing is put in its place."""


class Lost(Exception):
    """The lines do not make the whole log; says which entry is missing or not whole."""


@dataclass
class Refilled:
    """What was written: entries, answers, and where hearing goes on in each log."""

    entries: int = 0
    answers: int = 0
    again: int = 0
    """How many entries of others are heard again at the start, as they may have been parked."""
    cursors: dict[str, int] = field(default_factory=dict)


def refill(service: Service, conn: Connection, wires: Wires, size: int) -> Refilled:
    """Write log, head, cursors and answers, in the caller's transaction.

    Hearing goes on after the last entry that is known to have led to something; deciders hear an
    entry that led to nothing a second time. Answers are kept under the hash by which entries name
    the command that caused them, so that a command that comes again is not carried out again.

    Raises:
        NotEmpty: there is a log already. Lost: an entry is missing or is not whole.
    """
    if conn.scalar(select(func.count()).select_from(ENTRY)) or conn.scalar(select(HEAD.c.size)):
        raise NotEmpty(f"the database of {service.name} holds a log already")
    filling = _Filling(service, conn)
    for start in range(0, size, STEP):
        lines = wires(service.name, start, min(STEP, size - start))
        if len(lines) != min(STEP, size - start):
            raise Lost(f"{service.name}/{start + len(lines)} is missing")
        filling.write(start, lines)
    return filling.finish()


class _Filling:
    def __init__(self, service: Service, conn: Connection) -> None:
        self._name, self._conn = service.name, conn
        self._frontier = Frontier()
        self._last_time: datetime | None = None
        self._refilled = Refilled(cursors=dict.fromkeys(service.hears, 0))
        self._answers = Answers(service.name)

    def write(self, start: int, lines: list[bytes]) -> None:
        """Write entries, and what follows from them."""
        stored = []
        answers: list[dict[str, Any]] = []
        for index, line in enumerate(lines, start):
            leaf, data = self._read(index, line)
            if (leaf.id, leaf.index) != (f"{self._name}/{index}", index):
                raise Lost(f"{self._name}/{index}: another entry stands in its place")
            stored.append(Stored(index, leaf_of(line), data))
            self._frontier.append(stored[-1].leaf)
            self._last_time = leaf_time(leaf)
            self._hear(leaf)
            answers += self._answers.take(leaf)
        insert(self._conn, ENTRY, stored)
        self._keep(answers)
        self._refilled.entries += len(stored)

    def finish(self) -> Refilled:
        """Write the head, and where hearing goes on."""
        frontier = self._frontier
        values = {"size": frontier.size, "frontier": frontier.to_bytes()}
        self._conn.execute(HEAD.update().values(last_time=self._last_time, **values))
        self._keep(list(self._answers.rest()))
        cursors = self._refilled.cursors.items()
        upsert(self._conn, _CURSOR, [{"log": log, "next": number} for log, number in cursors])
        return self._refilled

    def _read(self, index: int, line: bytes) -> Entry:
        try:
            return read(line)
        except Unreadable as error:
            raise Lost(f"{self._name}/{index}: {error}") from error

    def _hear(self, leaf: Leaf) -> None:
        log, _, index = leaf.cause.rpartition("/")
        if log in self._refilled.cursors and index.isdigit():
            self._refilled.cursors[log] = max(self._refilled.cursors[log], int(index) + 1)

    def _keep(self, answers: list[dict[str, Any]]) -> None:
        keep_answers(self._conn, answers)
        self._refilled.answers += len(answers)
