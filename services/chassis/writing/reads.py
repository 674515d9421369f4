"""The read log: who read which person's data, what for and when; a log of its own beside the log.

It has a gapless index and a frontier as the log has. A leaf commits to its data by hash and names
nobody, so that the data can go after six months (§ 79 Abs. 4 SGB X) while index and root stay.
What was read is not in it: only whose it was, by whom, what for, and which parts of the record.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, func, select

from services.chassis.access import Caller
from services.chassis.legal_calendar import add_months, legal_date, start_of_day
from services.chassis.store.columns import to_micros
from services.chassis.store.database import insert
from services.chassis.store.log import iso
from services.chassis.store.tables import ReadHeadRow, ReadOfRow, ReadRow
from services.chassis.work import Read
from staffel_contracts.codes import FieldGroup
from staffel_contracts.envelope import JSON, SPEC, data_hash
from staffel_contracts.tlog.tree import Frontier

READ = ReadRow.__table__  # type: ignore[attr-defined]
READ_HEAD = ReadHeadRow.__table__  # type: ignore[attr-defined]
READ_OF = ReadOfRow.__table__  # type: ignore[attr-defined]
KIND = "record-read.v1"
KEPT_MONTHS = 6
SALT_BYTES = 16
ALL_CASES = "*"
"""Stands for every case, where somebody opened a whole log."""


class Kept(NamedTuple):
    """A read as the log has it: its index, when, and what was kept; ``None``: deleted by now."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    time: str
    read: dict[str, Any] | None


@dataclass
class ReadHead:
    """The end of the read log, and from where on its data is still there."""

    frontier: Frontier
    last_time: datetime
    kept_from: int


class Touched(Exception):
    """The read log is not what was written; says where."""


def append_reads(conn: Connection, reads: Sequence[Read], at: datetime, source: str) -> None:
    """Append reads in the caller's transaction; ``source`` is the origin of the service's log.

    A read of several cases becomes a record for each, so that one of them can be erased alone.
    Several processes may append: the head row is locked until the commit.
    """
    head = read_head_of(conn, lock=True)
    at = max(at, head.last_time)
    rows, of = [], []
    each = (one._replace(cases=(case,)) for one in reads for case in dict.fromkeys(one.cases))
    for index, read in enumerate(each, head.frontier.size):
        data = _data(read, at)
        leaf = _leaf(source, index, at, data)
        head.frontier.append(leaf)
        rows.append((index, to_micros(at), leaf, data))
        of.append((read.cases[0], index))
    insert(conn, READ, rows)
    insert(conn, READ_OF, of)
    values = {"size": head.frontier.size, "frontier": head.frontier.to_bytes(), "last_time": at}
    conn.execute(READ_HEAD.update().where(READ_HEAD.c.id == 1).values(values))


def forget_reads(conn: Connection, at: datetime) -> int:
    """Delete the data of reads that are older than six months; gives how many there were.

    The period ends with the day of the same number (§ 188 Abs. 2 BGB). Leaves and root stay.
    """
    head = read_head_of(conn, lock=True)
    rest = (READ.c.idx >= head.kept_from) & (READ.c.at >= _oldest_kept(at))
    first = conn.scalar(select(func.min(READ.c.idx)).where(rest))
    stop = head.frontier.size if first is None else int(first)
    if stop == head.kept_from:
        return 0
    gone = (READ.c.idx >= head.kept_from) & (READ.c.idx < stop)
    conn.execute(READ.update().where(gone).values(data=None))
    conn.execute(READ_OF.delete().where(READ_OF.c.idx < stop))
    conn.execute(READ_HEAD.update().where(READ_HEAD.c.id == 1).values(kept_from=stop))
    return stop - head.kept_from


def are_reads_over(conn: Connection, at: datetime) -> bool:
    """Whether there is data of reads that are older than six months."""
    first = select(READ_HEAD.c.kept_from).scalar_subquery()
    oldest = conn.scalar(select(READ.c.at).where(READ.c.idx == first))
    return oldest is not None and oldest < _oldest_kept(at)


def _oldest_kept(at: datetime) -> datetime:
    return start_of_day(add_months(legal_date(at), -KEPT_MONTHS))


def forget_reads_of(conn: Connection, cases: Sequence[str]) -> int:
    """Delete the data of every read of these cases, because their persons were erased."""
    gone = 0
    for case in cases:
        mine = READ_OF.c.case_id == case
        found = select(READ_OF.c.idx).where(mine)
        gone += conn.execute(READ.update().where(READ.c.idx.in_(found)).values(data=None)).rowcount
        conn.execute(READ_OF.delete().where(mine))
    return gone


def reads_of(conn: Connection, case: str) -> list[Kept]:
    """Every read of a case that is kept, in order.

    Raises:
        Touched: a read is not the one that its leaf commits to.
    """
    query = select(READ.c.idx, READ.c.leaf, READ.c.data).join(READ_OF, READ_OF.c.idx == READ.c.idx)
    rows = conn.execute(query.where(READ_OF.c.case_id == case).order_by(READ.c.idx))
    return [_kept(index, bytes(leaf), data) for index, leaf, data in rows]


def check_reads(conn: Connection) -> int:
    """Follow the read log from its beginning; gives its size.

    Raises:
        Touched: an index is missing, data is not what its leaf commits to, is not found under its
            case, or is older than six months; or leaves and root of the tree do not agree.
    """
    head, frontier = read_head_of(conn), Frontier()
    columns = (READ.c.idx, READ.c.leaf, READ.c.data, READ_OF.c.case_id)
    query = select(*columns).outerjoin(READ_OF, READ_OF.c.idx == READ.c.idx).order_by(READ.c.idx)
    with conn.execution_options(yield_per=1000).execute(query) as rows:
        for index, leaf, data, case in rows:
            if index != frontier.size:
                raise Touched(f"read {frontier.size} is missing")
            read = _kept(index, bytes(leaf), data).read
            if read and index < head.kept_from:
                raise Touched(f"read {index}: its time is over, and its data is still there")
            if (read["case"] if read else None) != case:
                raise Touched(f"read {index} is not found under its case")
            frontier.append(bytes(leaf))
    if frontier.to_bytes() != head.frontier.to_bytes():
        raise Touched(f"the root over {frontier.size} reads is another")
    return frontier.size


def read_head_of(conn: Connection, *, lock: bool = False) -> ReadHead:
    """The end of the read log."""
    query = select(READ_HEAD)
    row = conn.execute(query.with_for_update() if lock else query).one()
    last = row.last_time or datetime.fromtimestamp(0, UTC)
    return ReadHead(Frontier.from_bytes(row.size, row.frontier), last, row.kept_from)


def read_by(
    caller: Caller, what: str, cases: tuple[str, ...], groups: Iterable[FieldGroup] = ()
) -> Read:
    """What is to be recorded of a caller's read."""
    purpose = caller.purpose.value if caller.purpose else None
    named = tuple(group.value for group in groups)
    return Read(caller.agency.id, caller.actor, caller.role.value, purpose, what, cases, named)


def cases_in(found: Any) -> Iterable[str]:
    """The cases that an answer is about, wherever it names them."""
    if isinstance(found, Mapping):
        for name, value in found.items():
            if name in _NAMES_A_CASE and isinstance(value, str):
                yield value
            elif isinstance(value, Mapping | list | tuple):
                yield from cases_in(value)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from cases_in(one)


_NAMES_A_CASE = frozenset({"case", "case_id", "subject"})


def _data(read: Read, at: datetime) -> bytes:
    return to_json(
        {
            "reader_ref": read.reader,
            "agency": read.agency,
            "role": read.role,
            "purpose": read.purpose,
            "field_groups": read.groups,
            "read_on": legal_date(at).isoformat(),
            "what": read.what,
            "case": read.cases[0],
            "salt": os.urandom(SALT_BYTES).hex(),
        }
    )


def _leaf(source: str, index: int, at: datetime, data: bytes) -> bytes:
    service = source.rpartition("/")[2]
    return to_json(
        {
            "specversion": SPEC,
            "id": f"{service}/reads/{index}",
            "source": f"{source}/reads",
            "type": KIND,
            "time": iso(at),
            "index": index,
            "datacontenttype": JSON,
            "datahash": data_hash(data),
        }
    )


def _kept(index: int, leaf: bytes, data: bytes | None) -> Kept:
    said = from_json(leaf)
    if data is not None and data_hash(bytes(data)) != said["datahash"]:
        raise Touched(f"read {index}: its data is not what its leaf commits to")
    return Kept(index, said["time"], None if data is None else from_json(bytes(data)))
