"""The keys of persons, in a database of their own, wrapped under a master key that is not in it.

Each key is wrapped under the master key of an *epoch*. ``rotation`` begins a new epoch, wraps what
is left anew and destroys the old master key: what an old copy of the keyring holds opens no more.
"""

import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Engine, Row, func, inspect, select

from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring_tables import (
    DESTROYED,
    MASTER_CHECK,
    METADATA,
    PERSON_KEY,
    RESTRICTED,
)
from services.chassis.keys.master_keys import MasterKeys, UnknownEpoch, WrongMasterKey, unwrap, wrap
from services.chassis.store.database import open_database, rows_among, scrub
from staffel_contracts.sealing import KEY_BYTES

CACHED_KEYS = 20_000
CHECK = b"staffel keyring"


class PersonErased(Exception):
    """A key is wanted for a person who was erased: none is made again."""


class PersonKey(NamedTuple):
    """A person's key: its id, which leaves carry, the key itself, and whose it is."""

    key_id: str
    key: bytes
    owner: str


def create_keyring(url: str, master: bytes | MasterKeys) -> None:
    """Make the keyring's tables where they are missing, and bind them to this master key.

    Raises:
        WrongMasterKey: the keyring belongs to another master key.
    """
    keys = MasterKeys.of(master)
    engine = open_database(url)
    with engine.begin() as conn:
        METADATA.create_all(conn)
        _add_epochs(conn)
        if conn.scalar(select(MASTER_CHECK.c.wrapped)) is None:
            newest = keys.epochs[-1]
            wrapped = wrap(keys.key(newest), CHECK, "check")
            conn.execute(MASTER_CHECK.insert().values(id="1", wrapped=wrapped, epoch=newest))
    engine.dispose()
    Keyring(url, keys).close()


def _add_epochs(conn: Connection) -> None:
    """Bring a keyring from before there were epochs to this version: all it holds is of epoch 0."""
    for table in (PERSON_KEY, MASTER_CHECK):
        if "epoch" not in {column["name"] for column in inspect(conn).get_columns(table.name)}:
            conn.exec_driver_sql(
                f"ALTER TABLE {table.name} ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0"
            )


class Keyring:
    """Gives persons' keys, makes new ones, and forgets them for good.

    A key that was destroyed is gone: every look-up asks the database for what the cache does not
    hold, and ``forget`` empties the cache.
    """

    def __init__(self, url: str, master: bytes | MasterKeys) -> None:
        """Open the keyring.

        Raises:
            WrongMasterKey: it belongs to another master key, or there is no keyring yet.
        """
        self._engine: Engine = open_database(url)
        self._readers: Engine = open_database(url, read_only=True)
        self._master = MasterKeys.of(master)
        self._by_owner: OrderedDict[str, PersonKey] = OrderedDict()
        self._by_id: dict[str, PersonKey] = {}
        try:
            self._check()
        except WrongMasterKey:
            self.close()
            raise

    @property
    def engine(self) -> Engine:
        """The one that writes."""
        return self._engine

    def keys_of(self, owners: Iterable[str]) -> dict[str, PersonKey]:
        """The keys of these persons; those without one get a new key.

        Raises:
            PersonErased: one of them was erased, and its key was destroyed.
        """
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
            read = self._read(PERSON_KEY.c.key_id, missing)
            known |= {key.key_id: key for key in read.values()}
        return known

    def key_id_of(self, owner: str) -> str | None:
        """The id of a person's key, if there is one."""
        with self._readers.connect() as conn:
            return conn.scalar(select(PERSON_KEY.c.key_id).where(PERSON_KEY.c.owner == owner))

    def destroy(self, erasures: Iterable[Erasure]) -> None:
        """Destroy keys for good, and remember that they are: nothing sealed under them opens again.

        What was destroyed before stays so; what is there again, because an old copy of the keyring
        was restored, is destroyed again.
        """
        with self._engine.begin() as conn:
            epoch = _current(conn)
            for erasure in erasures:
                mine = PERSON_KEY.c.owner == erasure.person
                conn.execute(PERSON_KEY.delete().where(mine))
                if not rows_among(conn, DESTROYED.c.key_id, [erasure.key_id]):
                    _remember(conn, erasure, epoch)
        self.forget()
        scrub(self._engine, [PERSON_KEY])

    def destroyed(self) -> list[Erasure]:
        """Every person whose key was destroyed, in the order in which that happened."""
        columns = (DESTROYED.c.key_id, DESTROYED.c.person, DESTROYED.c.case_id, DESTROYED.c.entry)
        query = select(*columns).order_by(DESTROYED.c.destroyed_at, DESTROYED.c.key_id)
        with self._readers.connect() as conn:
            return [Erasure(*row) for row in conn.execute(query)]

    def destroyed_count(self) -> int:
        """How many keys were destroyed."""
        with self._readers.connect() as conn:
            return int(conn.scalar(select(func.count()).select_from(DESTROYED)) or 0)

    def alive(self, erasures: Iterable[Erasure]) -> list[Erasure]:
        """Those of these erasures that the keyring does not know, or whose key is there again."""
        wanted = list(erasures)
        with self._readers.connect() as conn:
            gone = rows_among(conn, DESTROYED.c.key_id, [one.key_id for one in wanted])
            there = rows_among(conn, PERSON_KEY.c.owner, [one.person for one in wanted])
        known, back = {row.key_id for row in gone}, {row.owner for row in there}
        return [one for one in wanted if one.key_id not in known or one.person in back]

    def restricted(self) -> dict[str, date | None]:
        """The cases whose data is only stored, and the last day of that where one is known."""
        with self._readers.connect() as conn:
            return {row.case_id: row.until for row in conn.execute(select(RESTRICTED))}

    def restrict(self, until: Mapping[str, date | None]) -> bool:
        """Take the cases whose data is only stored, in place of those known; whether that is new.

        What was said of a case earlier and is not among them any more is dropped.
        """
        if self.restricted() == dict(until):
            return False
        with self._engine.begin() as conn:
            conn.execute(RESTRICTED.delete())
            if until:
                rows = [{"case_id": case, "until": end} for case, end in until.items()]
                conn.execute(RESTRICTED.insert(), rows)
        return True

    def forget(self) -> None:
        """Empty the cache and read the master keys again: keys were destroyed or wrapped anew."""
        self._by_owner.clear()
        self._by_id.clear()
        self._master.reload()

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
        self._readers.dispose()

    def _read_or_make(self, owners: list[str]) -> dict[str, PersonKey]:
        found = self._read(PERSON_KEY.c.owner, owners)
        new = [owner for owner in owners if owner not in found]
        if new:
            with self._engine.begin() as conn:
                # Another service may be making the same person's key: the first one stays.
                self._insert(conn, new)
            found |= self._read(PERSON_KEY.c.owner, new)
        return found

    def _insert(self, conn: Connection, owners: list[str]) -> None:
        # A rotation waits for this transaction, or has moved the epoch before: none is left behind.
        epoch = _current(conn)
        master = self._master_of(epoch)
        if erased := rows_among(conn, DESTROYED.c.person, owners):
            raise PersonErased(f"{len(erased)} of {len(owners)} persons were erased")
        rows = []
        for owner in sorted(owners):  # in one order everywhere, or two services lock each other out
            key_id = os.urandom(12).hex()
            wrapped = wrap(master, os.urandom(KEY_BYTES), key_id)
            rows.append({"owner": owner, "key_id": key_id, "wrapped": wrapped, "epoch": epoch})
        if conn.dialect.name == "sqlite":
            from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment] # noqa: PLC0415
        conn.execute(insert(PERSON_KEY).on_conflict_do_nothing(), rows)

    def _read(self, column: Column[str], wanted: list[str]) -> dict[str, PersonKey]:
        """The keys in the database; once more where a rotation ended between reading and opening.

        Raises:
            WrongMasterKey: a key's epoch is not among the master keys.
        """
        try:
            return self._take(self._rows(column, wanted))
        except UnknownEpoch:
            pass
        try:
            return self._take(self._rows(column, wanted))
        except UnknownEpoch as error:
            raise WrongMasterKey(str(error)) from error

    def _rows(self, column: Column[str], wanted: list[str]) -> Iterable[Row[Any]]:
        with self._readers.connect() as conn:
            return rows_among(conn, column, wanted)

    def _take(self, rows: Iterable[Row[Any]]) -> dict[str, PersonKey]:
        """Read keys by owner and keep them; the oldest leave the cache, wanted or not."""
        taken = {}
        for row in rows:
            owner, key_id = row.owner, row.key_id
            opened = unwrap(self._master.key(row.epoch), row.wrapped, key_id)
            key = PersonKey(key_id, opened, owner)
            taken[owner] = self._by_owner[owner] = self._by_id[key_id] = key
        while len(self._by_owner) > CACHED_KEYS:
            _, oldest = self._by_owner.popitem(last=False)
            self._by_id.pop(oldest.key_id, None)
        return taken

    def _check(self) -> None:
        with self._readers.connect() as conn:
            _refuse_other_version(conn)
            row = conn.execute(select(MASTER_CHECK)).first()
        if row is None:
            msg = "the keyring is not bound to a master key yet"
            raise WrongMasterKey(msg)
        unwrap(self._master_of(row.epoch), row.wrapped, "check")

    def _master_of(self, epoch: int) -> bytes:
        try:
            return self._master.key(epoch)
        except UnknownEpoch as error:
            raise WrongMasterKey(str(error)) from error


def _refuse_other_version(conn: Connection) -> None:
    found = inspect(conn).get_multi_columns(filter_names=[*METADATA.tables])
    names = {table: {one["name"] for one in columns} for (_, table), columns in found.items()}
    if MASTER_CHECK.name not in names:
        raise WrongMasterKey("there is no keyring here")
    if MASTER_CHECK.c.epoch.name not in names[MASTER_CHECK.name]:
        raise WrongMasterKey("the keyring is of an older version: migrate it first")
    for table, columns in names.items():
        if unknown := columns - {*METADATA.tables[table].columns.keys()}:
            told = f"column {min(unknown)} of {table} is not known here"
            raise WrongMasterKey(f"the keyring is of a newer version: {told}")


def _current(conn: Connection) -> int:
    """The epoch under which keys are wrapped now; held until the transaction ends."""
    return int(conn.scalars(select(MASTER_CHECK.c.epoch).with_for_update(read=True)).one())


def _remember(conn: Connection, erasure: Erasure, epoch: int) -> None:
    values = DESTROYED.insert().values(
        key_id=erasure.key_id,
        person=erasure.person,
        case_id=erasure.case,
        entry=erasure.entry,
        epoch=epoch,
        destroyed_at=datetime.now(UTC),
    )
    conn.execute(values)
