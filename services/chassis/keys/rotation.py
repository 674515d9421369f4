"""Rotate the keyring's master key: a new epoch, every key wrapped anew, the old master destroyed.

Each step is on disk before the next one begins, and each can be repeated: a rotation that was
killed anywhere goes on where it was with the next one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, func, select

from services.chassis.keys import master_keys
from services.chassis.keys.keyring import CHECK, Keyring
from services.chassis.keys.keyring_tables import DESTROYED, MASTER_CHECK, PERSON_KEY
from services.chassis.keys.master_keys import (
    MasterKeys,
    WrongMasterKey,
    load_master_key,
    unwrap,
    wrap,
)
from services.chassis.store.database import open_database, scrub
from staffel_contracts.sealing import KEY_BYTES

KEYS_AT_ONCE = 500
LONGEST = timedelta(hours=24)
"""After this time from an erasure on, no copy of the keyring opens the key that was destroyed."""


class Rotating(Exception):
    """Another rotation is under way."""


class Rotated(NamedTuple):
    """How a rotation went: from one epoch to the next, and how many keys were wrapped anew."""

    before: int
    after: int
    keys: int


def rotate(url: str, path: Path, wrapped: Callable[[int], None] = lambda _: None) -> Rotated:
    """Rotate the master key in the file at ``path``; ``wrapped`` is told how many keys at a time.

    Raises:
        WrongMasterKey: the file does not open the keyring. Rotating: another one is under way.
    """
    before = _epoch(url)
    keys = 0
    with _alone(path):
        while True:
            for done in steps(url, path):
                keys += done
                wrapped(done)
            # The first round may only have ended what an earlier rotation had begun.
            if owed(url) is None:
                break
    return Rotated(before, _epoch(url), keys)


def steps(url: str, path: Path, at_once: int = KEYS_AT_ONCE) -> Iterator[int]:
    """The rotation step by step: how many keys each step wrapped anew.

    Raises:
        WrongMasterKey: the file does not open the keyring.
    """
    master = load_master_key(path, None)
    Keyring(url, master).close()  # nothing is written where the file is that of another keyring
    engine = open_database(url)
    try:
        current = _epoch(url)
        fresh = master.epochs[-1] if master.epochs[-1] > current else None
        if fresh is None and not _is_behind(engine, current, master):
            fresh = current + 1
            new = {current: master.key(current), fresh: os.urandom(KEY_BYTES)}
            master_keys.write(path, new)
            master.reload()
            yield 0
        if fresh is not None:
            _begin(engine, master, fresh)
            yield 0
        yield from _wrap_all(engine, master, fresh or current, at_once)
        master_keys.write(path, {(fresh or current): master.key(fresh or current)})
        yield 0
    finally:
        engine.dispose()


def owed(url: str) -> datetime | None:
    """When the oldest key was destroyed that a copy of the keyring would still open, if any."""
    engine = open_database(url, read_only=True)
    try:
        with engine.connect() as conn:
            current = select(MASTER_CHECK.c.epoch).scalar_subquery()
            query = select(func.min(DESTROYED.c.destroyed_at)).where(DESTROYED.c.epoch == current)
            oldest: datetime | None = conn.scalar(query)
            return oldest
    finally:
        engine.dispose()


def is_due(url: str, within: timedelta = LONGEST) -> bool:
    """Whether a rotation is owed, and has to begin now to be done in time."""
    since = owed(url)
    return since is not None and datetime.now(UTC) >= since + within


def _is_behind(engine: Engine, current: int, master: MasterKeys) -> bool:
    """Whether a rotation into the current epoch was not ended: an older master is still there."""
    with engine.connect() as conn:
        old = conn.scalar(select(func.count()).where(PERSON_KEY.c.epoch != current))
    return bool(old) or len(master.epochs) > 1


def _begin(engine: Engine, master: MasterKeys, fresh: int) -> None:
    """From now on new keys are wrapped under the fresh master; those being made are waited for."""
    with engine.begin() as conn:
        conn.execute(select(MASTER_CHECK).with_for_update())
        wrapped = wrap(master.key(fresh), CHECK, "check")
        conn.execute(MASTER_CHECK.update().values(wrapped=wrapped, epoch=fresh))


def _wrap_all(engine: Engine, master: MasterKeys, fresh: int, at_once: int) -> Iterator[int]:
    while True:
        with engine.begin() as conn:
            rows = conn.execute(_behind(fresh, at_once)).all()
            for row in rows:
                _wrap_anew(conn, master, row, fresh)
        if not rows:
            break
        yield len(rows)
    scrub(engine, [PERSON_KEY, MASTER_CHECK])


def _behind(fresh: int, at_once: int) -> Any:
    old = select(PERSON_KEY).where(PERSON_KEY.c.epoch != fresh)
    return old.order_by(PERSON_KEY.c.owner).limit(at_once).with_for_update()


def _wrap_anew(conn: Connection, master: MasterKeys, row: Row[Any], fresh: int) -> None:
    key = unwrap(master.key(row.epoch), row.wrapped, row.key_id)
    values = {"wrapped": wrap(master.key(fresh), key, row.key_id), "epoch": fresh}
    conn.execute(PERSON_KEY.update().where(PERSON_KEY.c.owner == row.owner).values(values))


def _epoch(url: str) -> int:
    engine = open_database(url, read_only=True)
    try:
        with engine.connect() as conn:
            epoch = conn.scalar(select(MASTER_CHECK.c.epoch))
    finally:
        engine.dispose()
    if epoch is None:
        raise WrongMasterKey("the keyring is not bound to a master key yet")
    return int(epoch)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = path.with_name(f"{path.name}.lock")
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Rotating(f"another rotation of {path} is under way") from None
        yield
