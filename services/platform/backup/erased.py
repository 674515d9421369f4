"""Erasures that a backup does not know, or only in part: it is older, or was made in their midst.

What the ledger, the keyring, or one of the restored services knows of an erasure, the keyring
learns first. A service that has said itself what it had to say of it, in what was filled up, knows
it again and deletes what is left; one that was not filled up carries it out on the tables of the
backup, as it would at its start. Of the rest a service learns when it starts, before it serves (its
``eraser``).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, select

from services.chassis.clock import Clock, RealClock, SetClock
from services.chassis.keys.erasures import Erasure, Ledger
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import delete, open_database, update_among, upsert
from services.chassis.store.leftovers import ANSWER, AT_ONCE, Left, leftovers
from services.chassis.store.log import ENTRY
from services.chassis.store.parking import PARKED
from services.chassis.work import ErasureWork, raised
from services.chassis.writing.desk import Desk
from services.chassis.writing.erasing import ERASED
from services.chassis.writing.reads import forget_reads_of
from services.chassis.writing.speaking import Voice
from services.chassis.writing.writer import Writer
from services.platform.home import Home
from services.platform.installation import KEYRING
from services.platform.services import service_named
from staffel_contracts.envelope import read


def erase_again(home: Home, names: Collection[str], filled: Collection[str]) -> set[str]:
    """Erase what restored services still hold of who was erased; those that have to be folded anew.

    ``filled``: those whose tables are older than their logs.
    """
    with _keyring(home) as keyring:
        gone = _learn(home, names, keyring)
        return {name for name in names if gone and _erase_in(home, name, gone, keyring, filled)}


@contextmanager
def _keyring(home: Home) -> Iterator[Keyring]:
    keyring = Keyring(home.database_url(KEYRING), load_master_key(home.master_key, None))
    try:
        yield keyring
    finally:
        keyring.close()


def _learn(home: Home, names: Iterable[str], keyring: Keyring) -> dict[str, Erasure]:
    """Every erasure that any of them knows of, by the key's id; the keys are gone afterwards."""
    known = [*Ledger(home.erasures).read(), *keyring.destroyed()]
    for name in names:
        with _database(home, name) as engine, engine.connect() as conn:
            columns = (ERASED.c.key_id, ERASED.c.person, ERASED.c.case_id, ERASED.c.entry)
            known += [Erasure(*row) for row in conn.execute(select(*columns))]
    if alive := keyring.alive(known):
        keyring.destroy(alive)
    return {erasure.key_id: erasure for erasure in known}


@contextmanager
def _database(home: Home, name: str) -> Iterator[Engine]:
    engine = open_database(home.database_url(name))
    try:
        yield engine
    finally:
        engine.dispose()


def _erase_in(
    home: Home, name: str, gone: dict[str, Erasure], keyring: Keyring, filled: Collection[str]
) -> bool:
    """Erase what one service does not know of yet; whether it has to be folded anew after it."""
    with _database(home, name) as engine:
        with engine.begin() as conn:
            known = set(conn.scalars(select(ERASED.c.key_id)))
            missing = [one for key_id, one in gone.items() if key_id not in known]
            said = _said(conn) if missing else set()
            again = [one for one in missing if one.entry and _decided(one) in said]
            _erase(conn, again)
        if name not in filled:
            _carry_out(home, name, engine, keyring, [one for one in missing if one not in again])
        return bool(again) or (bool(missing) and name in filled)


def _carry_out(
    home: Home, name: str, engine: Engine, keyring: Keyring, missing: list[Erasure]
) -> None:
    """Erase persons as the service would, and say of it what it would say."""
    if not missing:
        return
    desk = Desk(service_named(name), Voice(name, home.config.origin), keyring)
    with closing(Writer(desk, engine, _clock(home))) as writer:
        writer.open()
        with engine.connect() as conn:
            found = leftovers(conn, {one.key_id: one.case for one in missing})
        for one in missing:
            writer.run([ErasureWork(one, found[one.key_id], settle=raised)])


def _clock(home: Home) -> Clock:
    start = home.config.clock_starts
    return RealClock() if start is None else SetClock(start)


def _said(conn: Connection) -> set[str]:
    """The entries of the log and what they were caused by: an erasure is either, where it is."""
    leaves = conn.scalars(select(ENTRY.c.leaf), execution_options={"yield_per": AT_ONCE})
    return {text for leaf in leaves for text in _names(bytes(leaf))}


def _names(leaf: bytes) -> Iterator[str]:
    if b'-erased.v1"' in leaf:
        found = from_json(leaf)
        yield from (found["id"], found["cause"])


def _decided(erasure: Erasure) -> str:
    return read(erasure.entry.encode())[0].id


def _erase(conn: Connection, erasures: list[Erasure]) -> None:
    found = leftovers(conn, {one.key_id: one.case for one in erasures})
    for one in erasures:
        _delete(conn, one, found[one.key_id])


def _delete(conn: Connection, erasure: Erasure, left: Left) -> None:
    update_among(conn, ENTRY.c.idx, left.data, data=None)
    forget_reads_of(conn, sorted(left.cases))
    delete(conn, ANSWER, left.answers)
    delete(conn, PARKED, left.parked)
    kept = {"person": erasure.person, "case_id": erasure.case, "entry": erasure.entry}
    counted = {"cases": sorted(left.cases), "entries": len(left.data), "rows": 0}
    upsert(conn, ERASED, [{"key_id": erasure.key_id, **kept, **counted, "cleaned": False}])
