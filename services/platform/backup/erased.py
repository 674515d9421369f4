"""Erasures that a restored service does not know of, as its backup is older than they are.

The keyring has destroyed the key already. What the service said of an erasure may have come back
with what was filled up: then nothing is said again, and what it holds of the person goes at once.
Of the rest the service learns when it starts, before it serves (its ``eraser``).
"""

from collections.abc import Iterable, Iterator

from pydantic_core import from_json
from sqlalchemy import Connection, select

from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import delete, open_database, update_among, upsert
from services.chassis.store.leftovers import ANSWER, AT_ONCE, Left, leftovers
from services.chassis.store.log import ENTRY
from services.chassis.store.parking import PARKED
from services.chassis.writing.erasing import ERASED
from services.chassis.writing.reads import forget_reads_of
from services.platform.home import Home
from services.platform.installation import KEYRING
from staffel_contracts.envelope import read


def unaware(home: Home, names: Iterable[str]) -> set[str]:
    """The services that an erasure is news to; those who said it themselves know it again now."""
    gone = _destroyed(home)
    return {name for name in names if gone and _is_news(home, name, gone)}


def _destroyed(home: Home) -> dict[str, Erasure]:
    keyring = Keyring(home.database_url(KEYRING), load_master_key(home.master_key, None))
    try:
        return {erasure.key_id: erasure for erasure in keyring.destroyed()}
    finally:
        keyring.close()


def _is_news(home: Home, name: str, gone: dict[str, Erasure]) -> bool:
    engine = open_database(home.database_url(name))
    try:
        with engine.begin() as conn:
            known = set(conn.scalars(select(ERASED.c.key_id)))
            missing = [one for key_id, one in gone.items() if key_id not in known]
            said = _said(conn) if missing else set()
            _erase(conn, [one for one in missing if one.entry and _decided(one) in said])
            return bool(missing)
    finally:
        engine.dispose()


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
