"""Carry erasures out in restored services, before they are started and before keys are destroyed.

A backup may be older than an erasure, or made in its midst; what was filled up may hold all of it,
or a part. A service that has said itself what it had to say knows it again, and deletes what is
left. Every other one says it now, as it would at its start (its ``eraser``): on tables that are as
the log says, and while a key that the keyring has brought back still opens what is to be numbered.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, select

from services.chassis.clock import Clock, RealClock, SetClock
from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring
from services.chassis.store.database import delete, open_database, scrub, update_among, upsert
from services.chassis.store.leftovers import ANSWER, AT_ONCE, Left, leftovers
from services.chassis.store.log import ENTRY
from services.chassis.store.parking import PARKED
from services.chassis.work import ErasureWork, raised
from services.chassis.writing.desk import Desk
from services.chassis.writing.erasing import ERASED
from services.chassis.writing.reads import forget_reads_of
from services.chassis.writing.speaking import Voice
from services.chassis.writing.writer import Writer
from services.platform.backup.gone import Gone, keyring_of
from services.platform.backup.places import FEEDS, Events, Kept, PutBack, kept_of, put_back
from services.platform.folding import replace_tables
from services.platform.home import Home
from services.platform.services import service_named
from staffel_contracts.envelope import read


@dataclass
class _Unknown:
    """The erasures that a restored service does not know of."""

    all: list[Erasure] = field(default_factory=list)
    said: list[Erasure] = field(default_factory=list)
    """Those of which its log says what it had to say."""
    kept: list[Kept] = field(default_factory=list)
    """The places of these persons in feeds, as the backup's tables have them."""


def erase_again(
    home: Home, names: Collection[str], older: Collection[str], gone: Gone, events: Events
) -> dict[str, int]:
    """Fold services anew, and erase in them who is gone; after that the keys are destroyed.

    ``older``: those whose tables are older than their logs. ``events``: see ``places``. Gives how
    many places of each agency's feed are empty from now on, as nobody can tell what was there.
    """
    unknown = {name: _begin(home, name, gone) for name in names}
    spoken = [name for name in names if unknown[name].said]
    for name in names:
        if name in older or name in spoken:
            replace_tables(home, name)
    with keyring_of(home) as keyring:
        empty = [_carry_out(home, name, unknown[name], keyring, events) for name in names]
        alive = keyring.alive(gone.values())
        keyring.destroy(alive)
    for name in spoken if alive else ():
        replace_tables(home, name)  # without what others had not deleted yet
    return {agency: count for found in empty for agency, count in found.items()}


def missing_in(conn: Connection, gone: Gone) -> list[Erasure]:
    """The erasures that a service does not know of."""
    known = set(conn.scalars(select(ERASED.c.key_id)))
    return [one for key_id, one in gone.items() if key_id not in known]


def _begin(home: Home, name: str, gone: Gone) -> _Unknown:
    """Find what a service does not know of, and delete what is left where it has spoken already."""
    with _database(home, name) as engine, engine.begin() as conn:
        missing = missing_in(conn, gone)
        if not missing:
            return _Unknown()
        spoken, left = _spoken(conn), _left(conn, missing)
        said = [one for one in missing if one.entry and _decided(one) in spoken]
        cases = {case for one in left.values() for case in one.cases}
        kept = kept_of(conn, cases) if name == FEEDS else []
        for one in said:
            _delete(conn, left[one.key_id])
        return _Unknown(missing, said, kept)


def _carry_out(
    home: Home, name: str, unknown: _Unknown, keyring: Keyring, events: Events
) -> Mapping[str, int]:
    """Remember what was said already; say the rest as the service would, and delete."""
    if not unknown.all:
        return {}
    with _database(home, name) as engine:
        with engine.begin() as conn:
            left = _left(conn, unknown.all)
            put = _put_back(home, conn, left, unknown.kept, events) if name == FEEDS else PutBack()
            over = [one for one in unknown.said if not left[one.key_id].cases & put.cases]
            for one in over:
                _remember(conn, one, left[one.key_id])
        _erase(home, name, engine, keyring, [one for one in unknown.all if one not in over])
        scrub(engine, [ENTRY, ANSWER, PARKED, *service_named(name).table_objects()])
        return put.empty


def _put_back(
    home: Home, conn: Connection, left: Mapping[str, Left], kept: list[Kept], events: Events
) -> PutBack:
    sealed = sorted(index for one in left.values() for index in one.sealed)
    return put_back(conn, sealed, kept, events, [agency.id for agency in home.agencies()])


def _erase(home: Home, name: str, engine: Engine, keyring: Keyring, missing: list[Erasure]) -> None:
    desk = Desk(service_named(name), Voice(name, home.config.origin), keyring)
    with closing(Writer(desk, engine, _clock(home))) as writer:
        writer.open()
        with engine.connect() as conn:
            found = _left(conn, missing)
        for one in missing:
            writer.run([ErasureWork(one, found[one.key_id], settle=raised)])


@contextmanager
def _database(home: Home, name: str) -> Iterator[Engine]:
    engine = open_database(home.database_url(name))
    try:
        yield engine
    finally:
        engine.dispose()


def _clock(home: Home) -> Clock:
    start = home.config.clock_starts
    return RealClock() if start is None else SetClock(start)


def _left(conn: Connection, erasures: list[Erasure]) -> Mapping[str, Left]:
    return leftovers(conn, {one.key_id: one.case for one in erasures})


def _spoken(conn: Connection) -> set[str]:
    """The entries of the log and what they were caused by: an erasure is either, where it is."""
    leaves = conn.scalars(select(ENTRY.c.leaf), execution_options={"yield_per": AT_ONCE})
    return {text for leaf in leaves for text in _names(bytes(leaf))}


def _names(leaf: bytes) -> Iterator[str]:
    if b'-erased.v1"' in leaf:
        found = from_json(leaf)
        yield from (found["id"], found["cause"])


def _decided(erasure: Erasure) -> str:
    return read(erasure.entry.encode())[0].id


def _delete(conn: Connection, left: Left) -> None:
    update_among(conn, ENTRY.c.idx, left.data, data=None)
    forget_reads_of(conn, sorted(left.cases))
    delete(conn, ANSWER, left.answers)
    delete(conn, PARKED, left.parked)


def _remember(conn: Connection, erasure: Erasure, left: Left) -> None:
    kept = {"person": erasure.person, "case_id": erasure.case, "entry": erasure.entry}
    counted = {"cases": sorted(left.cases), "entries": len(left.sealed), "rows": 0}
    upsert(conn, ERASED, [{"key_id": erasure.key_id, **kept, **counted, "cleaned": False}])
