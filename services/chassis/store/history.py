"""Read logs as they were: all entries or one case's, up to an index or a moment."""

import re
from collections.abc import Iterable, Iterator, Sized
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Engine, LargeBinary, bindparam, select, text

from services.chassis.store.database import raw_rows
from services.chassis.store.leaves import read, read_stored
from services.chassis.store.log import HEAD, read_entries
from staffel_contracts.envelope import Entry, Unreadable

STEP = 1000
_CAUSE = b'"cause":"'
_PART_OF = {"sqlite": "instr(leaf, :part)", "postgresql": "position(:part in leaf)"}


class Caused(NamedTuple):
    """An entry that entry ``number`` of another log caused, as its leaf says."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    log: str
    number: int


class History(Protocol):
    """The logs of all services, as somebody keeps them."""

    def size(self, log: str) -> int:
        """How many entries a log has."""
        ...

    def entries(self, log: str, start: int, limit: int) -> list[Entry]:
        """Up to ``limit`` entries from index ``start`` on."""
        ...

    def leaves(self, log: str) -> Iterator[bytes]:
        """The leaves of a whole log, in order; they may come with their data."""
        ...

    def of_case(self, log: str, case: str) -> Iterator[Entry]:
        """The entries of one case, in order; reads through the log and keeps nothing of it."""
        ...


class Databases:
    """The logs in the services' own databases."""

    def __init__(self, engines: dict[str, Engine]) -> None:
        """Read through these (read-only) engines, by the service's name."""
        self._engines = engines

    def size(self, log: str) -> int:
        """How many entries a log has."""
        with self._engines[log].connect() as conn:
            return int(conn.scalar(select(HEAD.c.size)) or 0)

    def entries(self, log: str, start: int, limit: int) -> list[Entry]:
        """Up to ``limit`` entries from index ``start`` on."""
        with self._engines[log].connect() as conn:
            stored = read_entries(conn, start, start + limit)
        return [read_stored(one.leaf, one.data) for one in stored]

    def leaves(self, log: str) -> Iterator[bytes]:
        """The leaves of a whole log, in order."""
        with self._engines[log].connect() as conn:
            for start in range(0, int(conn.scalar(select(HEAD.c.size)) or 0), STEP):
                yield from _leaves(conn, start, start + STEP)

    def of_case(self, log: str, case: str) -> Iterator[Entry]:
        """The entries of one case, in order; the database looks for them."""
        with self._engines[log].connect() as conn:
            found = f"{_PART_OF[conn.dialect.name]} > 0"
            query = text(f"SELECT leaf, data FROM entry WHERE {found} ORDER BY idx")  # noqa: S608 - ours
            part = bindparam("part", _subject(case), LargeBinary)
            for leaf, data in conn.execute(query.bindparams(part)):
                entry = read_stored(bytes(leaf), None if data is None else bytes(data))
                if entry.leaf.subject == case:
                    yield entry


class Lines(Protocol):
    """What keeps logs as wire lines."""

    def size(self, log: str) -> int:
        """How many entries are kept of a log."""
        ...

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` lines from index ``start`` on."""
        ...


class WireHistory:
    """The logs as wire lines, such as an archive keeps them."""

    def __init__(self, lines: Lines) -> None:
        """Read these lines."""
        self._lines = lines

    def size(self, log: str) -> int:
        """How many entries a log has."""
        return self._lines.size(log)

    def entries(self, log: str, start: int, limit: int) -> list[Entry]:
        """Up to ``limit`` entries from index ``start`` on."""
        return [read(line) for line in self._lines.wires(log, start, limit)]

    def leaves(self, log: str) -> Iterator[bytes]:
        """The lines of a whole log, in order.

        Raises:
            Unreadable: there are fewer than it has.
        """
        size = self.size(log)
        for start in range(0, size, STEP):
            lines = self._lines.wires(log, start, STEP)
            refuse_fewer(lines, log, start, size)
            yield from lines

    def of_case(self, log: str, case: str) -> Iterator[Entry]:
        """The entries of one case, in order."""
        part = _subject(case)
        found = (read(line) for line in self.leaves(log) if part in line)
        return (entry for entry in found if entry.leaf.subject == case)


def refuse_fewer(found: Sized, log: str, start: int, stop: int) -> None:
    """Refuse a piece from ``start`` on that ends before ``stop``, and before it is full.

    Raises:
        Unreadable: it does.
    """
    if len(found) < min(STEP, stop - start):
        msg = f"{log}/{start + len(found)} is missing, and all up to {stop - 1} are needed"
        raise Unreadable(msg)


def first_after(history: History, log: str, moment: str) -> int:
    """How many entries a log had at a moment (as entries carry it): those recorded until then.

    A log's times never go back, so that half of what is left can be passed over at each look.
    """
    low, high = 0, history.size(log)
    while low < high:
        middle = (low + high) // 2
        if time_of(history, log, middle) <= moment:
            low = middle + 1
        else:
            high = middle
    return low


def time_of(history: History, log: str, index: int) -> str:
    """When an entry was recorded.

    Raises:
        Unreadable: the log has no such entry.
    """
    return _entry(history, log, index).leaf.time


def case_of(history: History, log: str, index: int) -> str | None:
    """The case that an entry is about.

    Raises:
        Unreadable: the log has no such entry.
    """
    return _entry(history, log, index).leaf.subject


def _entry(history: History, log: str, index: int) -> Entry:
    found = history.entries(log, index, 1)
    if not found:
        msg = f"{log} has no entry {index}"
        raise Unreadable(msg)
    return found[0]


def causes(leaves: Iterable[bytes], logs: Iterable[str]) -> Iterator[Caused]:
    """The entries of a log that one of these logs caused, read from the leaves' bytes."""
    named = "|".join(map(re.escape, logs)).encode()
    cause = re.compile(_CAUSE + rb"(%b)/(\d+)\"" % named)
    for index, leaf in enumerate(leaves):
        if found := cause.search(leaf):
            yield Caused(index, found[1].decode(), int(found[2]))


def _subject(case: str) -> bytes:
    return f'"subject":"{case}"'.encode()


def _leaves(conn: Connection, start: int, stop: int) -> list[bytes]:
    statement = f"SELECT leaf FROM entry WHERE idx >= {start:d} AND idx < {stop:d} ORDER BY idx"  # noqa: S608 - numbers
    return [bytes(row[0]) for row in raw_rows(conn, statement)]
