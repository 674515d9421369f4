"""What was heard after a database was copied and may have been parked: it is heard again.

A log says what was heard and led to something. It does not say which of the rest was set aside.
But nothing is said about a case while it is parked: what lies before a case's last own entry was
dealt with, and what came after it and led to nothing is put back, in order.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from services.chassis.folding.rebuild import STEP, Wires
from services.chassis.keys.keyring import Keyring
from services.chassis.service import Service
from services.chassis.store.database import upsert
from services.chassis.store.leaves import read_stored
from services.chassis.store.log import read_entries, read_head
from services.chassis.store.parking import (
    AGAIN,
    PARKED,
    WAITING,
    next_position,
    parked_cases,
    parked_row,
)
from services.chassis.store.tables import CursorRow
from services.chassis.work import HeardWire
from services.chassis.writing.opening import Opened, open_wires
from staffel_contracts.envelope import Leaf

REASON = "may have been parked when the database was lost: heard again at the start"
_CURSOR = CursorRow.__table__  # type: ignore[attr-defined]


class Copied(NamedTuple):
    """How far a database was when it was copied: its log's size, and the next index of others."""

    size: int = 0
    cursors: Mapping[str, int] = {}


def put_back(
    service: Service,
    conn: Connection,
    copied: Copied,
    wires: Wires,
    keyring: Keyring,
    *,
    at: datetime,
) -> int:
    """Park what was heard since and may have been parked, in the caller's transaction; how much.

    The log has been filled up and the cursors moved on already; the tables are folded after this,
    as what is parked is in no copy.
    """
    dealt = _Dealt(service, _own_leaves(conn, copied.size))
    ends = {row.log: row.next for row in conn.execute(select(_CURSOR))}
    types = {f.TYPE.rpartition(".")[0] for facts in service.hears.values() for f in facts}
    heard = (
        _heard(wires, keyring, types, log, range(copied.cursors.get(log, 0), ends.get(log, 0)))
        for log in service.hears
    )
    found = (one for one in merge(*heard, key=_recorded) if one not in dealt)
    return _park(conn, found, at)


class _Dealt:
    """What was dealt with: it led to something, or its case went on after it."""

    def __init__(self, service: Service, own: Iterable[Leaf]) -> None:
        heard = dict.fromkeys(service.hears, 0)
        self._causes: set[str] = set()
        self._before: dict[str, dict[str, int]] = {}
        for leaf in own:
            log, _, index = leaf.cause.rpartition("/")
            if log in heard and index.isdigit():
                self._causes.add(leaf.cause)
                heard = heard | {log: max(heard[log], int(index) + 1)}
            if leaf.subject is not None:
                self._before[leaf.subject] = heard

    def __contains__(self, opened: Opened) -> bool:
        log, index, *_ = opened.heard
        before = self._before.get(opened.case_id or "", {})
        return index < before.get(log, 0) or f"{log}/{index}" in self._causes


def _own_leaves(conn: Connection, begin: int) -> Iterator[Leaf]:
    size = read_head(conn).size
    for start in range(begin, size, STEP):
        for stored in read_entries(conn, start, min(start + STEP, size)):
            yield read_stored(stored.leaf, None).leaf


def _heard(
    wires: Wires, keyring: Keyring, types: set[str], log: str, indexes: range
) -> Iterator[Opened]:
    """What there is to hear in a part of another log, as far as its sayer still has it."""
    for start in indexes[::STEP]:
        lines = wires(log, start, min(STEP, indexes.stop - start))
        came = [HeardWire(log, start + n, line) for n, line in enumerate(lines)]
        yield from (one for one in open_wires(came, types, keyring) if one.fact or one.reason)


def _recorded(opened: Opened) -> str:
    """When it was recorded; what cannot be read comes first, as nothing waits for it."""
    return opened.leaf.time if opened.leaf else ""


def _park(conn: Connection, found: Iterable[Opened], at: datetime) -> int:
    waiting, first = parked_cases(conn), next_position(conn)
    rows: list[dict[str, Any]] = []
    count = 0
    for opened in found:
        log, index, wire, _ = opened.heard
        row = parked_row(f"{log}/{index}", opened.case_id, REASON, "", wire, at=at)
        status = WAITING if opened.case_id in waiting else AGAIN
        rows.append(row | {"status": status, "count": 0, "position": first + count})
        count += 1
        if len(rows) == STEP:
            upsert(conn, PARKED, rows)
            rows = []
    upsert(conn, PARKED, rows)
    return count
