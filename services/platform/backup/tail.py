"""Fill a restored log up with what others have heard of it, so that nothing carried is lost."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from services.chassis.folding.answers import Answers, keep_answers
from services.chassis.service import Service
from services.chassis.store.database import delete
from services.chassis.store.log import Stored, append, read_entries, read_head
from services.chassis.store.parking import PARKED
from services.chassis.store.tables import CursorRow
from services.chassis.transport.wire import flaw_of, leaf_of
from services.chassis.writing.opening import leaf_time
from services.platform.backup.others import Other
from staffel_contracts.envelope import Leaf, read

STEP = 500
_CURSOR = CursorRow.__table__  # type: ignore[attr-defined]


class Fork(Exception):
    """Others hold another history than the one that is restored; says which entry differs."""


def fill(conn: Connection, service: Service, known: Sequence[Other]) -> int:
    """Append what others have heard beyond the log's end, in the caller's transaction.

    Where one of them has a gap, as the stream has where somebody was erased, another one may go on.
    Cursors move on with it: what caused an entry has been heard. So do the answers to commands that
    were accepted: one that comes again is not carried out again. Gives the number of entries.

    Raises:
        Fork: an entry that both have is not the same.
    """
    begin, answers = read_head(conn).size, Answers(service.name)
    for other in known:
        _compare(conn, service.name, other)
    while wires := next(filter(None, (_next(conn, service.name, one) for one in known)), None):
        entries = [(read(wire), leaf_of(wire)) for wire in wires]
        stored = [Stored(e.leaf.index, leaf, e.data) for e, leaf in entries]
        last = leaf_time(entries[-1][0].leaf)
        append(conn, read_head(conn), stored, last)
        leaves = [entry.leaf for entry, _ in entries]
        keep_answers(conn, [row for leaf in leaves for row in answers.take(leaf)])
        _hear(conn, service, leaves)
    keep_answers(conn, list(answers.rest()))
    return read_head(conn).size - begin


def _compare(conn: Connection, log: str, other: Other) -> None:
    """Whether the last entry that both have is the same."""
    both = min(read_head(conn).size, other.size(log))
    if both == 0:
        return
    [own] = read_entries(conn, both - 1, both)
    theirs = other.wires(log, both - 1, 1)
    if theirs and leaf_of(theirs[0]) != own.leaf:
        raise Fork(f"{log}/{both - 1} is another entry in {other.name}")


def _next(conn: Connection, log: str, other: Other) -> list[bytes]:
    size = read_head(conn).size
    if other.size(log) <= size:
        return []
    wires = other.wires(log, size, STEP)
    return list(_whole(log, size, wires))


def _whole(log: str, start: int, wires: Iterable[bytes]) -> Iterator[bytes]:
    """The lines up to the first that is damaged or is not the next one."""
    for index, wire in enumerate(wires, start):
        if flaw_of(wire, log, index, erased_allowed=True):
            return
        yield wire


def _hear(conn: Connection, service: Service, leaves: Sequence[Leaf]) -> None:
    """Move the cursors behind what caused these entries; none of it is parked any more."""
    after: dict[str, int] = {}
    delete(conn, PARKED, [leaf.cause for leaf in leaves])
    for leaf in leaves:
        log, _, index = leaf.cause.rpartition("/")
        if log in service.hears and index.isdigit():
            after[log] = max(after.get(log, 0), int(index) + 1)
    for log, wanted in after.items():
        of_log = _CURSOR.c.log == log
        moved = conn.execute(
            _CURSOR.update().where(of_log, _CURSOR.c.next < wanted).values(next=wanted)
        )
        if not moved.rowcount and conn.execute(_CURSOR.select().where(of_log)).first() is None:
            conn.execute(_CURSOR.insert().values(log=log, next=wanted))
