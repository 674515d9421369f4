"""The log of a service: its head, appending to it, and reading it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, bindparam, select

from services.chassis.store.columns import to_micros
from services.chassis.store.database import insert, raw_rows
from services.chassis.store.tables import EntryRow, HeadRow
from staffel_contracts.envelope import wire
from staffel_contracts.tlog.tree import Frontier

ENTRY = EntryRow.__table__  # type: ignore[attr-defined]
HEAD = HeadRow.__table__  # type: ignore[attr-defined]
SEALED_MARK = b'"sealkey":"'
_FENCED_UPDATE = HEAD.update().where(HEAD.c.id == 1)
# Built once: making the statement anew costs more than running it.
_MOVE_HEAD = _FENCED_UPDATE.where(
    HEAD.c.epoch == bindparam("holding"), HEAD.c.size == bindparam("before")
).values(size=bindparam("after"), frontier=bindparam("roots"), last_time=bindparam("at"))


class Fenced(Exception):
    """Another process has taken the log over: nothing may be written any more."""


class Stored(NamedTuple):
    """An entry as stored: index, leaf bytes, and the data where it is still there."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    leaf: bytes
    data: bytes | None

    def wire(self) -> bytes:
        """The entry as it goes over the wire."""
        return wire(self.leaf, self.data, sealed=SEALED_MARK in self.leaf)


@dataclass
class Head:
    """The end of the log, as the one writer knows it."""

    frontier: Frontier
    epoch: int
    last_time: datetime

    @property
    def size(self) -> int:
        """How many entries the log has; the next index."""
        return self.frontier.size


def read_head(conn: Connection) -> Head:
    """The head row."""
    row = conn.execute(select(HEAD)).one()
    last = row.last_time or datetime.fromtimestamp(0, UTC)
    return Head(Frontier.from_bytes(row.size, row.frontier), row.epoch, last)


def append(conn: Connection, head: Head, entries: Sequence[Stored], at: datetime) -> Head:
    """Append entries in the caller's transaction and move the head; gives the new head.

    Raises:
        Fenced: the head is not where the writer left it, or another epoch holds it.
    """
    frontier = head.frontier.copy()
    for entry in entries:
        frontier.append(entry.leaf)
    values = {"after": frontier.size, "roots": frontier.to_bytes(), "at": at}
    moved = conn.execute(_MOVE_HEAD, {"holding": head.epoch, "before": head.size, **values})
    if moved.rowcount != 1:
        msg = f"epoch {head.epoch} at size {head.size} no longer holds the log"
        raise Fenced(msg)
    insert(conn, ENTRY, entries)
    return Head(frontier, head.epoch, at)


class LogSource:
    """Reads a log for those who carry it on: its size and its entries as wire lines."""

    def __init__(self, engine: Engine) -> None:
        """Read through ``engine`` (a read-only one)."""
        self._engine = engine

    def size(self) -> int:
        """How many entries are committed."""
        with self._engine.connect() as conn:
            return int(conn.scalar(select(HEAD.c.size)) or 0)

    def wires(self, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` wire lines from index ``start`` on."""
        return [entry.wire() for entry in self.entries(start, limit)]

    def entries(self, start: int, limit: int) -> list[Stored]:
        """Up to ``limit`` entries from index ``start`` on."""
        with self._engine.connect() as conn:
            return read_entries(conn, start, start + limit)


def read_entries(conn: Connection, start: int, stop: int) -> list[Stored]:
    """The entries with ``start`` ≤ index < ``stop``, in order."""
    rows = raw_rows(
        conn,
        f"SELECT idx, leaf, data FROM entry WHERE idx >= {start:d} AND idx < {stop:d} ORDER BY idx",  # noqa: S608 - numbers
    )
    return [
        Stored(index, bytes(leaf), None if data is None else bytes(data))
        for index, leaf, data in rows
    ]


def take_lease(
    conn: Connection,
    holder: str,
    now: datetime,
    until: datetime,
    alive: Callable[[str, datetime], bool],
) -> int:
    """Become the log's writer: a new epoch, which fences whoever held it before.

    ``alive`` tells of the holder of an unexpired lease, and its end, whether it may still run.

    Raises:
        Fenced: another holder's lease has not run out.
    """
    row = conn.execute(select(HEAD).with_for_update()).one()
    held = row.lease_until is not None and row.lease_until > now and row.holder != holder
    if held and alive(row.holder, row.lease_until):
        msg = f"{row.holder} holds the log until {row.lease_until.isoformat()}"
        raise Fenced(msg)
    epoch = int(row.epoch) + 1
    conn.execute(_FENCED_UPDATE.values(epoch=epoch, holder=holder, lease_until=until))
    return epoch


def renew_lease(conn: Connection, epoch: int, until: datetime) -> None:
    """Hold the log longer.

    Raises:
        Fenced: another epoch holds it.
    """
    renewed = conn.execute(_FENCED_UPDATE.where(HEAD.c.epoch == epoch).values(lease_until=until))
    if renewed.rowcount != 1:
        msg = f"epoch {epoch} no longer holds the log"
        raise Fenced(msg)


def iso(moment: datetime) -> str:
    """A moment as entries carry it: RFC 3339 in UTC with microseconds and a Z."""
    to_micros(moment)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
