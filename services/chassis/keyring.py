"""The keys of persons, in a database of their own, wrapped under a master key that is not in it."""

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Row, String, Table, select

from services.chassis.database import open_database, rows_among
from staffel_contracts.sealing import KEY_BYTES, NONCE_BYTES

METADATA = MetaData()
PERSON_KEY = Table(
    "person_key",
    METADATA,
    Column("owner", String, primary_key=True),
    Column("key_id", String, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
)
MASTER_CHECK = Table(
    "master_check",
    METADATA,
    Column("id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
CACHED_KEYS = 20_000
_CHECK = b"staffel keyring"


class WrongMasterKey(Exception):
    """The master key does not open this keyring."""


class PersonKey(NamedTuple):
    """A person's key: its id, which leaves carry, the key itself, and whose it is."""

    key_id: str
    key: bytes
    owner: str


def load_master_key(path: Path | None, text: str | None) -> bytes:
    """The master key from a file or from text, 64 hexadecimal digits.

    Raises:
        WrongMasterKey: there is none, or it is not 64 hexadecimal digits; says where it came from.
    """
    where = f"file {path}" if path else "STAFFEL_MASTER_KEY"
    if path:
        text = path.read_text(encoding="ascii") if path.is_file() else None
    try:
        key = bytes.fromhex((text or "").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        msg = f"master key ({where}): 64 hexadecimal digits are expected"
        raise WrongMasterKey(msg)
    return key


def create_keyring(url: str, master: bytes) -> None:
    """Make the keyring's tables where they are missing, and bind them to this master key.

    Raises:
        WrongMasterKey: the keyring belongs to another master key.
    """
    engine = open_database(url)
    with engine.begin() as conn:
        METADATA.create_all(conn)
        if conn.scalar(select(MASTER_CHECK.c.wrapped)) is None:
            wrapped = _wrap(master, _CHECK, "check")
            conn.execute(MASTER_CHECK.insert().values(id="1", wrapped=wrapped))
    engine.dispose()
    Keyring(url, master).close()


class Keyring:
    """Gives persons' keys, makes new ones, and forgets them for good.

    A key that was destroyed is gone: every look-up asks the database for what the cache does not
    hold, and ``forget`` empties the cache.
    """

    def __init__(self, url: str, master: bytes) -> None:
        """Open the keyring.

        Raises:
            WrongMasterKey: it belongs to another master key, or there is no keyring yet.
        """
        self._engine: Engine = open_database(url)
        self._readers: Engine = open_database(url, read_only=True)
        self._master = master
        self._by_owner: OrderedDict[str, PersonKey] = OrderedDict()
        self._by_id: dict[str, PersonKey] = {}
        try:
            self._check()
        except WrongMasterKey:
            self.close()
            raise

    def keys_of(self, owners: Iterable[str]) -> dict[str, PersonKey]:
        """The keys of these persons; those without one get a new key."""
        wanted = set(owners)
        known = {owner: self._by_owner[owner] for owner in wanted if owner in self._by_owner}
        missing = [owner for owner in wanted if owner not in known]
        return known | (self._read_or_make(missing) if missing else {})

    def keys_by_id(self, key_ids: Iterable[str]) -> dict[str, PersonKey]:
        """The keys with these ids; a key that was destroyed is missing in the answer."""
        wanted = set(key_ids)
        known = {key_id: self._by_id[key_id] for key_id in wanted if key_id in self._by_id}
        missing = [key_id for key_id in wanted if key_id not in known]
        if missing:
            with self._readers.connect() as conn:
                read = self._take(rows_among(conn, PERSON_KEY.c.key_id, missing))
            known |= {key.key_id: key for key in read.values()}
        return known

    def destroy(self, owner: str) -> None:
        """Destroy a person's key: nothing sealed under it opens again."""
        with self._engine.begin() as conn:
            conn.execute(PERSON_KEY.delete().where(PERSON_KEY.c.owner == owner))
        self.forget()

    def forget(self) -> None:
        """Empty the cache, because a key was destroyed somewhere."""
        self._by_owner.clear()
        self._by_id.clear()

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
        self._readers.dispose()

    def _read_or_make(self, owners: list[str]) -> dict[str, PersonKey]:
        with self._readers.connect() as conn:
            found = self._take(rows_among(conn, PERSON_KEY.c.owner, owners))
        new = [owner for owner in owners if owner not in found]
        if new:
            with self._engine.begin() as conn:
                # Another service may be making the same person's key: the first one stays.
                self._insert(conn, new)
                found |= self._take(rows_among(conn, PERSON_KEY.c.owner, new))
        return found

    def _insert(self, conn: Connection, owners: list[str]) -> None:
        rows = []
        for owner in owners:
            key_id = os.urandom(12).hex()
            wrapped = _wrap(self._master, os.urandom(KEY_BYTES), key_id)
            rows.append({"owner": owner, "key_id": key_id, "wrapped": wrapped})
        if conn.dialect.name == "sqlite":
            from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment] # noqa: PLC0415
        conn.execute(insert(PERSON_KEY).on_conflict_do_nothing(), rows)

    def _take(self, rows: Iterable[Row[Any]]) -> dict[str, PersonKey]:
        """Read keys by owner and keep them; the oldest leave the cache, wanted or not."""
        taken = {}
        for row in rows:
            owner, key_id, wrapped = row.owner, row.key_id, row.wrapped
            key = PersonKey(key_id, _unwrap(self._master, wrapped, key_id), owner)
            taken[owner] = self._by_owner[owner] = self._by_id[key_id] = key
        while len(self._by_owner) > CACHED_KEYS:
            _, oldest = self._by_owner.popitem(last=False)
            self._by_id.pop(oldest.key_id, None)
        return taken

    def _check(self) -> None:
        with self._readers.connect() as conn:
            wrapped = conn.scalar(select(MASTER_CHECK.c.wrapped))
        if wrapped is None:
            msg = "the keyring is not bound to a master key yet"
            raise WrongMasterKey(msg)
        _unwrap(self._master, wrapped, "check")


def _wrap(master: bytes, key: bytes, key_id: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, key, key_id.encode())


def _unwrap(master: bytes, wrapped: bytes, key_id: str) -> bytes:
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
    except InvalidTag as error:
        msg = "the master key does not open this keyring: another key, or the keyring was changed"
        raise WrongMasterKey(msg) from error
