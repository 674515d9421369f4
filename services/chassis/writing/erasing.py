"""Erase a person inside the writer's transaction: say what has to be said, delete the rest.

What stays of a person are leaves: who recorded what kind of fact when, under which pseudonym. The
states of the case begin anew, and hold what was said about the erasure alone, so that the log folds
into the same rows.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Table, select

from services.chassis.decider import About, Erasing, Heard, Refused
from services.chassis.keys.erasures import Erased, Erasure
from services.chassis.store.database import delete, update_among, upsert
from services.chassis.store.leftovers import ANSWER
from services.chassis.store.log import ENTRY, Stored
from services.chassis.store.parking import PARKED
from services.chassis.store.tables import ErasedRow, TimerRow
from services.chassis.work import OK, Answer, ErasureWork
from services.chassis.writing.decided import Decided
from services.chassis.writing.opening import leaf_time, read_fact
from services.chassis.writing.reads import forget_reads_of
from services.chassis.writing.shelf import Shelf
from services.chassis.writing.speaking import Said
from staffel_contracts.codes import RefusalCode
from staffel_contracts.envelope import read
from staffel_contracts.fact import Fact

ERASED: Table = ErasedRow.__table__  # type: ignore[attr-defined]
TIMER: Table = TimerRow.__table__  # type: ignore[attr-defined]


def begin(batch: Decided, work: ErasureWork) -> bool:
    """Say what the erasure leads to and clear the case's states; false if it was refused.

    Done once; what is found later is only deleted.
    """
    if work.erasure.key_id in batch.desk.erased:
        return True
    first = len(batch.said)
    try:
        for shelf in batch.desk.shelves.values():
            for key in keys_of_cases(batch.conn, shelf, work.left.cases):
                _clear(batch, work, shelf, key)
    except Refused as refused:
        batch.settled.append((work, Answer.refusal(refused.code, refused.detail, refused.field)))
        return False
    if work.basis and len(batch.said) == first:
        batch.settled.append((work, Answer.refusal(RefusalCode.NOT_FOUND, "no such case here")))
        return False
    for shelf in batch.desk.shelves.values():
        _delete_rows(batch, work, shelf)
    return True


def end(batch: Decided, work: ErasureWork, entries: Sequence[Stored]) -> Erased:
    """Delete what was found, and remember that the person is erased; settles the work."""
    conn, left = batch.conn, work.left
    update_among(conn, ENTRY.c.idx, left.data, data=None)
    forget_reads_of(conn, sorted(left.cases))
    delete(conn, ANSWER, left.answers)
    delete(conn, PARKED, left.parked)
    work.result["entries"] = work.result.get("entries", 0) + len(left.data)
    erasure = work.erasure
    if not erasure.entry:
        erasure = erasure._replace(entry=entries[0].wire().decode())
    _remember(conn, work, erasure)
    answer = to_json({"entries": [f"{batch.desk.service.name}/{e.index}" for e in entries]})
    batch.settled.append((work, Answer(OK, answer) if work.basis else None))
    return Erased(erasure, frozenset(left.cases))


def keys_of_cases(conn: Connection, shelf: Shelf, cases: set[str]) -> set[str]:
    """The keys under which something is known of the cases."""
    keys: set[str] = set()
    for rack in (shelf.own, *(rack for _, rack in shelf.copies.values())):
        keys |= set(conn.scalars(select(rack.key).where(shelf.of_cases(rack.table, cases))))
    return keys or _keys_of_rows(conn, shelf, cases)


def _keys_of_rows(conn: Connection, shelf: Shelf, cases: set[str]) -> set[str]:
    """The keys of cases of which rows for readers alone were left, after a restore."""
    tables = [view.table.__table__ for view in shelf.subject.views]  # type: ignore[attr-defined]
    found = (
        conn.scalars(select(table.c.case_id).where(shelf.of_cases(table, cases)))
        for table in tables
        if "case_id" in table.c
    )
    return {key for some in found for case in set(some) for key in shelf.subject.keys(case)}


def _clear(batch: Decided, work: ErasureWork, shelf: Shelf, key: str) -> None:
    """Put a fresh state in place of what was known, with what is said about the erasure."""
    subject = shelf.subject
    state = shelf.load(batch.conn, {key})[key]
    if work.basis and state.about.person not in (None, work.erasure.person):
        raise Refused(RefusalCode.NOT_FOUND, "the case of another person", "case")
    fresh = after = subject.state(key)
    about = About(work.erasure.case, None, state.about.district or _district(work))
    for decided in subject.erase(state, _erasing(batch, work, shelf), batch.at):
        fact = batch.number(decided, batch.sequences)
        after = subject.evolve(after, fact)
        name = batch.desk.service.name
        index = batch.head.size + len(batch.said)
        cause = _cause(work, name)
        batch.said.append(Said(index, fact, about, name, "service", cause))
        batch.keep_views(shelf.view_rows(fact, after))
    batch.before.setdefault(subject.name, {})[key] = fresh
    batch.after.setdefault(subject.name, {})[key] = after
    gone = (TIMER.c.subject == subject.name) & (TIMER.c.key == key)
    batch.conn.execute(TIMER.delete().where(gone))


def _erasing(batch: Decided, work: ErasureWork, shelf: Shelf) -> Erasing:
    rows: dict[str, list[dict[str, Any]]] = {}
    for view in shelf.subject.views:
        table: Table = view.table.__table__  # type: ignore[attr-defined]
        query = select(table).where(shelf.of_cases(table, work.left.cases))
        rows[table.name] = [dict(r._mapping) for r in batch.conn.execute(query)]  # noqa: SLF001
    return Erasing(work.erasure.case, work.erasure.key_id, work.basis, _heard(work), rows)


def _heard(work: ErasureWork) -> Heard[Fact] | None:
    """The entry that decided the erasure, as another service said it."""
    if not work.erasure.entry:
        return None
    leaf, data = read(work.erasure.entry.encode())
    log, _, index = leaf.id.rpartition("/")
    fact = read_fact(leaf, data or b"")
    return Heard(fact, log, int(index), leaf.subject, None, leaf.district, leaf_time(leaf), "")


def _district(work: ErasureWork) -> str:
    return read(work.erasure.entry.encode()).leaf.district if work.erasure.entry else ""


def _cause(work: ErasureWork, name: str) -> str:
    """The entry that decided it; our own is not in our log any more where it is said again."""
    if not work.erasure.entry:
        return f"erasure/{work.basis}"
    decided = read(work.erasure.entry.encode()).leaf.id
    return "erasure/again" if decided.startswith(f"{name}/") else decided


def _delete_rows(batch: Decided, work: ErasureWork, shelf: Shelf) -> None:
    rows = 0
    for table in shelf.tables():
        gone = table.delete().where(shelf.of_cases(table, work.left.cases))
        rows += batch.conn.execute(gone).rowcount
    work.result["rows"] = work.result.get("rows", 0) + rows


def _remember(conn: Connection, work: ErasureWork, erasure: Erasure) -> None:
    known = conn.execute(select(ERASED).where(ERASED.c.key_id == erasure.key_id)).first()
    row = {
        "key_id": erasure.key_id,
        "person": erasure.person,
        "case_id": erasure.case,
        "entry": erasure.entry,
        "cases": sorted(work.left.cases | set(known.cases if known else ())),
        "entries": work.result["entries"] + (known.entries if known else 0),
        "rows": work.result.get("rows", 0) + (known.rows if known else 0),
        "cleaned": work.cleaned,
    }
    upsert(conn, ERASED, [row])
