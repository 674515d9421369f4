"""Restore a backup into an empty place, fill it up with what others have heard, fold, compare."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.folding.unheard import Copied, put_back
from services.chassis.keys.keyring import create_keyring
from services.chassis.keys.keyring_tables import METADATA
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import open_database, reading
from services.chassis.store.halfway import unmark
from services.chassis.store.log import HEAD, read_head
from services.chassis.store.migrate import migrate
from services.platform.backup.erased import erase_again
from services.platform.backup.gone import Gone, erasures_known
from services.platform.backup.losses import Loss, keyless, losses
from services.platform.backup.others import Other, feeds, others
from services.platform.backup.records import Records
from services.platform.backup.rows import Broken, Progress, load
from services.platform.backup.tail import fill
from services.platform.backup.target import refuse_live, still_empty, undoing
from services.platform.backup.verify import Unpacked
from services.platform.folding import check_service, sayers
from services.platform.home import Home
from services.platform.installation import KEYRING, Installation
from services.platform.services import service_named
from services.platform.up import take_lock


@dataclass
class Restored:
    """What a restore did."""

    name: str
    logs: dict[str, int] = field(default_factory=dict)
    """How long each restored log is now."""
    filled: dict[str, int] = field(default_factory=dict)
    """How many entries of each came from those who had heard them."""
    again: dict[str, int] = field(default_factory=dict)
    """How many entries of others each service hears again when it starts: some may have been
    parked after the backup."""
    empty: dict[str, int] = field(default_factory=dict)
    """How many places of each agency's feed are empty: one of them may have been told of a person
    who was erased, and nobody can tell which."""
    lost: list[str] = field(default_factory=list)
    """What others have heard and is gone, where that was accepted."""


def restore(
    backup: Unpacked,
    at: Installation,
    names: Collection[str],
    *,
    accept_loss: bool = False,
    alone: bool = False,
    told: Progress = lambda _: None,
) -> Restored:
    """Restore these databases; all of it or nothing. ``alone``: nobody else is asked.

    Raises:
        Live, NotEmpty: this is not the place to restore to. Loss, Fork: others know better.
        Broken: the backup does not hold what it should.
    """
    done = Restored(backup.manifest.name)
    with take_lock(at.home.folder):
        refuse_live(at, names)
        wanted = still_empty(at, names)
        with undoing(at, wanted), _others(at, alone=alone) as known:
            older = _load_all(backup, at, wanted, told)
            services = [name for name in wanted if name != KEYRING]
            _fill(at, services, known, done)
            gone = erasures_known(at.home, services)
            if not alone:
                done.lost = [*_losses(at, wanted, known, done, gone)]
            if done.lost and not accept_loss:
                raise Loss("; ".join(done.lost))
            filled = [name for name in services if done.filled[name]]
            done.again = _put_back(backup, at, filled)
            done.empty = erase_again(at.home, services, {*older, *filled}, gone, feeds(known))
            done.logs |= {name: _size(at.databases[name]) for name in services}
            _check(at.home, services)
            for name in wanted:
                unmark(at.databases[name])
    lost = "; ".join(done.lost) or None
    Records.read(at.backups).note(at.backups, restored_at=datetime.now(UTC), accepted_loss=lost)
    return done


def _load_all(
    backup: Unpacked, at: Installation, names: Iterable[str], told: Progress
) -> list[str]:
    """Load the databases; says which are of an older version and have to be folded anew."""
    older = []
    for name in names:
        if name == KEYRING:
            _load_keyring(backup, at.databases[name], at.master_key_file, told)
        elif _load(backup, name, at.databases[name], told):
            older.append(name)
    return older


@contextmanager
def _others(at: Installation, *, alone: bool) -> Iterator[list[Other]]:
    if alone:
        yield []
        return
    with others(at.home, at.home.archive) as known:
        yield known


def _losses(
    at: Installation, wanted: Collection[str], known: Sequence[Other], done: Restored, gone: Gone
) -> Iterator[str]:
    """What is gone. The keyring of a backup holds the keys of the logs that are in it, alone."""
    yield from losses(at, done.logs, known)
    begins = {name: done.logs[name] - done.filled[name] for name in done.logs}
    if KEYRING in wanted:
        begins = dict.fromkeys(at.services, 0) | begins
    yield from keyless(at, begins, gone)


def _put_back(backup: Unpacked, at: Installation, names: Iterable[str]) -> dict[str, int]:
    """Have what may have been parked after the backup heard again; the cursors are behind it."""
    found = {}
    for name in names:
        service, log = service_named(name), backup.manifest.logs[name]
        engine = open_database(at.databases[name])
        try:
            with sayers(at.home, service) as (wires, keyring), engine.begin() as conn:
                copied = Copied(log.size, log.cursors)
                found[name] = put_back(service, conn, copied, wires, keyring, at=datetime.now(UTC))
        finally:
            engine.dispose()
    return found


def _load(backup: Unpacked, name: str, url: str, told: Progress) -> bool:
    """Make a database of the backup's version, put its rows in, bring it to this version.

    True where that was an older one.
    """
    log = backup.manifest.logs[name]
    migrate(name, url, log.revision)
    engine = open_database(url)
    try:
        with engine.begin() as conn:
            if load(conn, backup.data / name, told) != log.rows:
                raise Broken(f"{name}: not all rows are there")
            conn.execute(HEAD.update().values(holder=None, lease_until=None))
    finally:
        engine.dispose()
    return migrate(name, url)


def _load_keyring(backup: Unpacked, url: str, master_key: Path, told: Progress) -> None:
    if backup.keys is None:
        raise Broken("the file with the keys is not beside the backup")
    engine = open_database(url)
    try:
        with engine.begin() as conn:
            METADATA.create_all(conn)
            load(conn, backup.keys / KEYRING, told)
    finally:
        engine.dispose()
    create_keyring(url, load_master_key(master_key, None))


def _fill(at: Installation, names: Iterable[str], known: Sequence[Other], done: Restored) -> None:
    for name in names:
        engine = open_database(at.databases[name])
        try:
            with engine.begin() as conn:
                done.filled[name] = fill(conn, service_named(name), known)
                done.logs[name] = read_head(conn).size
        finally:
            engine.dispose()


def _size(url: str) -> int:
    with reading(url) as conn:
        return read_head(conn).size


def _check(home: Home, names: Iterable[str]) -> None:
    """Compare the tables of services with their logs.

    Raises:
        Broken: a table is not what the log says.
    """
    for name in names:
        found, _ = check_service(home, name)
        if found:
            first = found[0]
            raise Broken(
                f"{name}: {len(found)} rows are not what the log says, first {first.table}"
            )
