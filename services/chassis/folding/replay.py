"""Replay a service to a moment: its own log up to there, and of others what it had heard by then.

A service's tables are a fold of its own log and of what it heard; the log does not say when each
entry of another log was heard. It says what every own entry was caused by, and that is enough to
bound it: what caused an own entry before the moment had been heard, and so had all before it in
the same log; what caused one only afterwards had not. In between, what was recorded until the
moment counts as heard. What the service itself said is exact in any case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from services.chassis.folding.collecting import collected_seldom
from services.chassis.folding.rebuild import Fold, Folded, Progress, Room
from services.chassis.keys.keyring import Keyring
from services.chassis.service import Service
from services.chassis.store.history import (
    STEP,
    History,
    case_of,
    causes,
    first_after,
    refuse_fewer,
    time_of,
)
from services.chassis.store.log import iso
from services.chassis.store.parking import PARKED
from services.chassis.store.spill import Spill
from services.chassis.store.tables import CursorRow
from services.chassis.writing.opening import is_newer, is_said_again, open_entries
from staffel_contracts.envelope import Entry

NEVER = 2**62


class Ears(NamedTuple):
    """How much of another log was heard at a moment: surely, as is counted, and at most."""

    sure: int
    counted: int
    most: int


@dataclass
class Reach:
    """How far a replay goes.

    ``own``: so many entries of the own log. ``late``: by log and case, the first entry that was set
    aside and taken up only after the moment; it and what the case said behind it are left out.
    """

    own: int
    moment: str | None = None
    heard: dict[str, Ears] = field(default_factory=dict)
    late: dict[str, dict[str | None, int]] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    """What is set aside now, as ``<log>/<index>``."""

    def has(self, log: str, index: int, case: str | None) -> bool:
        """Whether an entry of another log counts."""
        if index >= self.heard[log].counted or f"{log}/{index}" in self.aside:
            return False
        return index < self.late.get(log, {}).get(case, NEVER)


@dataclass
class Replayed:
    """The rows of a service as they were, and what could not be read any more."""

    reach: Reach
    fold: Fold
    folded: Folded
    erased: int = 0
    """Own entries whose data was erased."""
    unread: list[str] = field(default_factory=list)
    """Own entries that are there and cannot be read: ids with reasons."""


def reach_at(
    service: Service,
    history: History,
    *,
    moment: datetime | None = None,
    index: int | None = None,
    conn: Connection | None = None,
) -> Reach:
    """How far to go for a moment, or for the state right after an own entry.

    With the service's database (``conn``) what is set aside there, or was dropped, is left out: it
    was never heard.

    Raises:
        Unreadable: the log has no such entry.
    """
    if index is not None:
        own, at = index + 1, time_of(history, service.name, index)
    else:
        assert moment is not None  # noqa: S101 - one of the two is given
        at = iso(moment)
        own = first_after(history, service.name, at)
    until = {log: first_after(history, log, at) for log in service.hears}
    reach = _bounded(Reach(own, at), history, service, until)
    reach.aside = _aside(conn) if conn else set()
    return reach


def reach_now(service: Service, history: History, conn: Connection) -> Reach:
    """How far the service is now, as its own tables say."""
    cursor = CursorRow.__table__  # type: ignore[attr-defined]
    reach = Reach(history.size(service.name))
    heard = {row.log: row.next for row in conn.execute(select(cursor))}
    for log in service.hears:
        count = heard.get(log, 0)
        reach.heard[log] = Ears(count, count, count)
    reach.aside = _aside(conn)
    return reach


def _aside(conn: Connection) -> set[str]:
    return {row.id for row in conn.execute(select(PARKED.c.id))}


def _bounded(reach: Reach, history: History, service: Service, until: dict[str, int]) -> Reach:
    """Bound what was heard by what the own entries before and after were caused by."""
    sure = dict.fromkeys(until, 0)
    most = dict.fromkeys(until, NEVER)
    late: dict[str, dict[str | None, int]] = {log: {} for log in until}
    for one in causes(history.leaves(service.name), until) if until else ():
        log, heard = one.log, one.number
        if one.index < reach.own:
            sure[log] = max(sure[log], heard + 1)
        elif heard >= sure[log]:
            most[log] = min(most[log], heard)
        else:
            waited = case_of(history, log, heard)  # it may have led to something of another case
            late[log][waited] = min(late[log].get(waited, NEVER), heard)
    for log, count in until.items():
        at_most = min(most[log], max(count, sure[log]))
        reach.heard[log] = Ears(sure[log], max(sure[log], min(count, most[log])), at_most)
    reach.late = late
    return reach


@collected_seldom()
def replay(
    service: Service,
    history: History,
    keyring: Keyring,
    reach: Reach,
    *,
    case: str | None = None,
    progress: Progress = lambda *_: None,
    room: Room = Spill,
) -> Replayed:
    """Fold a service's logs as far as ``reach`` goes; of ``case`` alone, if one is given.

    Entries are read piece by piece; states and rows lie on disk where they are many.

    Raises:
        Unsealable, Unreadable: an entry was changed.
    """
    fold = Fold(service, keyring, room=room)
    done = Replayed(reach, fold, fold.folded)
    for entries in _pieces(history, service.name, reach.own, case):
        done.erased += fold.own_entries(entries)
        progress(service.name, len(entries))
    for log in service.hears:
        for entries in _pieces(history, log, reach.heard[log].counted, case):
            _heard(done, log, entries, keyring)
            progress(log, len(entries))
    fold.finish()
    if case:
        # The feeds' numbers run through all cases: one case alone has only some of them.
        fold.folded.problems[:] = [p for p in fold.folded.problems if p.table != "sequence"]
    fold.folded.entries = {service.name: reach.own}
    fold.folded.entries |= {log: ears.counted for log, ears in reach.heard.items()}
    return done


def _pieces(history: History, log: str, stop: int, case: str | None) -> Iterable[list[Entry]]:
    if case:
        return [[entry for entry in history.of_case(log, case) if entry.leaf.index < stop]]
    return _all_pieces(history, log, stop)


def _all_pieces(history: History, log: str, stop: int) -> Iterator[list[Entry]]:
    for start in range(0, stop, STEP):
        entries = history.entries(log, start, min(STEP, stop - start))
        refuse_fewer(entries, log, start, stop)
        yield entries


def _heard(done: Replayed, log: str, entries: list[Entry], keyring: Keyring) -> None:
    names = done.fold.kept(log)
    wanted = [e for e in entries if _is_heard(e, names) and _counts(done.reach, log, e)]
    for leaf, fact, person in open_entries(wanted, keyring):
        if fact is not None:
            done.fold.heard(log, leaf, fact, person)


def _is_heard(entry: Entry, names: set[str]) -> bool:
    known = entry.leaf.type.rpartition(".")[0] in names
    return known and not is_said_again(entry.leaf) and not is_newer(entry.leaf)


def _counts(reach: Reach, log: str, entry: Entry) -> bool:
    return reach.has(log, entry.leaf.index, entry.leaf.subject)
