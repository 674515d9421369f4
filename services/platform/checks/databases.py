"""The databases and the logs in them: schema, durability, gaps, trees, what waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, make_url, select, text

from services.chassis.store.database import reading
from services.chassis.store.lease import may_be_alive
from services.chassis.store.log import HEAD, Head, Stored, read_entries, read_head
from services.chassis.store.migrate import WrongSchema, check_schema
from services.chassis.store.tables import ParkedRow, TimerRow
from services.platform.checks.line import Line, by_limits, fail, ok, warn
from services.platform.checks.look import Look, lasting
from services.platform.lost import lost, told
from staffel_contracts.envelope import Unreadable, read_stored
from staffel_contracts.tlog.tree import Frontier

LEAVES = 10_000
STEP = 1_000
PARKED_FAIL = timedelta(days=2)
AHEAD = timedelta(minutes=1)
OVERDUE_WARN, OVERDUE_FAIL = timedelta(minutes=1), timedelta(minutes=10)
_PARKED = ParkedRow.__table__  # type: ignore[attr-defined]
_TIMER = TimerRow.__table__  # type: ignore[attr-defined]
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def schemas(look: Look) -> Iterator[Line]:
    """Every database is there, and of this version."""
    gone = set(lost(look.at))
    for name in look.at.services:
        check = f"database.{name}"
        if name in gone:
            yield fail(check, told(look.at, name), "restore")
            continue
        try:
            check_schema(name, look.at.databases[name])
        except WrongSchema as error:
            yield fail(check, str(error), "upgrade")
        else:
            yield ok(check, "of this version, no migration pending")


def durability(look: Look) -> Iterator[Line]:
    """What is committed is on disk; a service needs no rights over the whole server."""
    url = look.at.databases["intake"]
    if make_url(url).get_backend_name() == "sqlite":
        with reading(url) as conn:
            mode = conn.exec_driver_sql("PRAGMA journal_mode").scalar()
        check = "database.durability"
        yield by_limits(
            check, f"SQLite, journal {mode}", "restore", failing=mode != "wal", warning=False
        )
        return
    with reading(url) as conn:
        off = [name for name in _DURABLE if conn.scalar(text(f"SHOW {name}")) == "off"]
        own_all = conn.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    told = f"off in PostgreSQL: {', '.join(off)}" if off else f"on: {', '.join(_DURABLE)}"
    yield by_limits("database.durability", told, "restore", failing=bool(off), warning=False)
    if own_all:
        yield warn("database.rights", "the role may do everything on this server", "leaked-key")
    else:
        yield ok("database.rights", "the role is no superuser")


def logs(look: Look) -> Iterator[Line]:
    """The last 10,000 entries of each log: no gap, data as committed to, the tree as the head."""
    for name in look.at.services:
        with reading(look.at.databases[name]) as conn:
            head = read_head(conn)
            fault = tail_fault(conn, head)
        if fault:
            yield fail(f"log.{name}", fault, "restore")
        else:
            told = f"{head.size} entries, the last {min(head.size, LEAVES)} folded again"
            yield ok(f"log.{name}", told)


def ahead(look: Look) -> Iterator[Line]:
    """No log lies ahead of the clock: new entries would get the moment of its last one until then.

    It does where the clock was put back, or is behind on a machine that a home was moved to.
    """
    if look.at.clock_is_set:
        return
    for name in look.at.services:
        with reading(look.at.databases[name]) as conn:
            off = read_head(conn).last_time - look.clock_of(name)
        told = f"the last entry is {lasting(off)} ahead of the clock: new ones get its moment"
        if off > AHEAD:
            yield fail(f"clocks.log.{name}", told, "lost-node")
        else:
            yield ok(f"clocks.log.{name}", "no entry is ahead of the clock")


def tail_fault(conn: Connection, head: Head, leaves: int = LEAVES) -> str | None:
    """What is wrong with the last entries of a log: a gap, changed data, another tree.

    Of the tree, those complete subtrees are made again that lie within these entries: all of them
    in a log that is not longer.
    """
    begin = max(0, head.size - leaves)
    found: list[bytes] = []
    while (at := begin + len(found)) < head.size:
        entries = read_entries(conn, at, min(at + STEP, head.size))
        if not entries:
            return f"entry {at} is missing"
        for entry in entries:
            if fault := _entry_fault(entry, begin + len(found)):
                return fault
            found.append(entry.leaf)
    return next(_subtree_faults(head, found, begin), None)


def _entry_fault(entry: Stored, wanted: int) -> str | None:
    if entry.index != wanted:
        return f"entry {wanted} is missing"
    try:
        leaf = read_stored(entry.leaf, entry.data).leaf
    except Unreadable:
        return f"entry {wanted} is not what was written"
    return None if leaf.index == wanted else f"entry {wanted} says that it is {leaf.index}"


def _subtree_faults(head: Head, leaves: list[bytes], begin: int) -> Iterator[str]:
    start, sizes = 0, (1 << n for n in reversed(range(64)) if head.size >> n & 1)
    for size, root in zip(sizes, head.frontier.roots, strict=True):
        if start >= begin:
            tree = Frontier()
            for leaf in leaves[start - begin : start - begin + size]:
                tree.append(leaf)
            if tree.root() != root:
                yield f"the tree over entries {start} to {start + size - 1} is not the head's"
        start += size


def leases(look: Look) -> Iterator[Line]:
    """Somebody holds each log."""
    for name in look.at.services:
        with reading(look.at.databases[name]) as conn:
            row = conn.execute(select(HEAD)).one()
        until = row.lease_until
        held = until is not None and until > look.now and may_be_alive(row.holder)
        told = f"epoch {row.epoch}, held by {row.holder}" if held else "nobody holds the log"
        check = f"lease.{name}"
        yield ok(check, told) if held else fail(check, told, "service-not-ready")


def parked(look: Look) -> Iterator[Line]:
    """Nothing is set aside, or somebody looks at it."""
    query = select(func.count(), func.min(_PARKED.c.parked_at)).where(_PARKED.c.status != "dropped")
    for name in look.at.services:
        with reading(look.at.databases[name]) as conn:
            count, oldest = conn.execute(query).one()
        yield _parked(f"parked.{name}", count, oldest, look.clock_of(name))


def _parked(check: str, count: int, oldest: datetime | None, now: datetime) -> Line:
    if not count or oldest is None:
        return ok(check, "nothing is parked")
    age = now - oldest
    told = f"{count} inputs are parked, the oldest for {lasting(age)}"
    return by_limits(check, told, "parked-input", failing=age > PARKED_FAIL, warning=True)


def timers(look: Look) -> Iterator[Line]:
    """No deadline has passed without being dealt with."""
    query = select(func.count(), func.min(_TIMER.c.moment))
    for name in look.at.services:
        now = look.clock_of(name)
        with reading(look.at.databases[name]) as conn:
            late = query.where(_TIMER.c.moment < now - OVERDUE_WARN)
            count, oldest = conn.execute(late).one()
        if not count or oldest is None:
            yield ok(f"timers.{name}", "no deadline is overdue")
            continue
        told = f"{count} deadlines are overdue, the oldest for {lasting(now - oldest)}"
        failing = now - oldest > OVERDUE_FAIL
        yield by_limits(f"timers.{name}", told, "service-not-ready", failing=failing, warning=True)
