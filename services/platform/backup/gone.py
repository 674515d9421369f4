"""Which persons were erased, as far as anything knows of it: a backup may be older than that."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, select

from services.chassis.keys.erasures import Erasure, Ledger
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import reading, table_names
from services.chassis.store.leaves import read_stored
from services.chassis.store.leftovers import AT_ONCE
from services.chassis.store.log import ENTRY, Stored
from services.chassis.writing.erasing import ERASED
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.installation import KEYRING
from staffel_contracts.facts.casework import SubjectErased

DECIDES = SubjectErased.SAYER
Gone = dict[str, Erasure]
"""Persons who were erased, by the ids of their keys."""
_DECISION = f'"type":"{SubjectErased.TYPE}"'.encode()


def erasures_known(home: Home, restored: Collection[str]) -> Gone:
    """Every erasure that ledger, keyring, a service's tables, or the restored log tells of."""
    known: list[Erasure] = []
    with keyring_of(home) as keyring:
        if DECIDES in restored:
            with reading(home.database_url(DECIDES)) as conn:
                known += _decided(conn, keyring)
        known += [*Ledger(home.erasures).read(), *keyring.destroyed()]
    for name in SERVICES:
        with suppress(FileNotFoundError), reading(home.database_url(name)) as conn:
            known += _carried_out(conn)
    return {erasure.key_id: erasure for erasure in known}


@contextmanager
def keyring_of(home: Home) -> Iterator[Keyring]:
    """The keyring of a home, for a while."""
    keyring = Keyring(home.database_url(KEYRING), load_master_key(home.master_key, None))
    try:
        yield keyring
    finally:
        keyring.close()


def _decided(conn: Connection, keyring: Keyring) -> Iterator[Erasure]:
    """What a log says itself. It names no person: the keyring may, as long as it has the key."""
    rows = conn.execute(select(ENTRY), execution_options={"yield_per": AT_ONCE})
    for stored in (Stored(*row) for row in rows if _DECISION in bytes(row.leaf)):
        leaf, data = read_stored(bytes(stored.leaf), stored.data)
        key_id = SubjectErased.read(data or b"").key_id
        key = keyring.keys_by_id([key_id]).get(key_id)
        yield Erasure(key_id, key.owner if key else "", str(leaf.subject), stored.wire().decode())


def _carried_out(conn: Connection) -> list[Erasure]:
    if ERASED.name not in table_names(conn):
        return []
    columns = (ERASED.c.key_id, ERASED.c.person, ERASED.c.case_id, ERASED.c.entry)
    return [Erasure(*row) for row in conn.execute(select(*columns))]
