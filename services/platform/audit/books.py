"""All logs of a home and the keys that open them, for as long as a verb needs them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from services.audit.archive import Archive
from services.chassis.keys.keyring import Keyring, PersonKey
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import open_database
from services.chassis.store.history import Databases, History, WireHistory
from services.chassis.writing.opening import is_said_again, open_data, read_fact
from services.platform.config import SERVICES
from services.platform.home import Home
from staffel_contracts.envelope import Entry, Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.tlog.checkpoint import verified_checkpoint
from staffel_contracts.tlog.note import Unsigned
from staffel_contracts.tlog.policy import read_policy


class LostKey(Exception):
    """A person's key is gone, and was not destroyed: the keyring is older, or another one."""


class NotOfThisHome(Exception):
    """An archive holds nothing, or the logs of another platform."""


@dataclass(frozen=True)
class Books:
    """The logs, the keys, and (where they are at hand) the services' databases."""

    history: History
    keyring: Keyring
    engines: dict[str, Engine]
    logs: tuple[str, ...] = SERVICES

    def of_case(self, log: str, case: str) -> Iterator[tuple[Leaf, Fact | None]]:
        """The entries of a case in one log, in order; without a fact where its data was erased.

        Raises:
            Unsealable, Unreadable: an entry was changed. LostKey: one opens no more, and nobody
                had it erased.
        """
        entries = list(self.history.of_case(log, case))
        keys = self.keyring.keys_by_id({e.leaf.sealkey for e in entries if e.leaf.sealkey})
        self._refuse_lost(entries, keys)
        for entry in entries:
            if not is_said_again(entry.leaf):
                data = open_data(entry, keys)
                yield entry.leaf, None if data is None else read_fact(entry.leaf, data)

    def _refuse_lost(self, entries: list[Entry], keys: Mapping[str, PersonKey]) -> None:
        shut = [e.leaf for e in entries if e.data and e.leaf.sealkey and e.leaf.sealkey not in keys]
        gone = {one.key_id for one in self.keyring.destroyed()} if shut else ()
        for leaf in shut:
            if leaf.sealkey not in gone:
                raise LostKey(f"{leaf.id}: its key is not in the keyring, and no erasure is known")

    def entry(self, log: str, index: int) -> Entry | None:
        """One entry, if the log has it."""
        found = self.history.entries(log, index, 1)
        return found[0] if found else None


@contextmanager
def opened(home: Home, archive: Path | None = None) -> Iterator[Books]:
    """The books of a home; with ``archive`` its logs are read there, and its databases are not.

    Raises:
        WrongMasterKey: the home's master key does not open its keyring.
        NotOfThisHome: the archive is none, or another platform's.
    """
    archived = WireHistory(_archive(home, archive)) if archive else None
    master = load_master_key(home.master_key, None)
    keyring = Keyring(home.database_url("keyring"), master)
    names = () if archive else SERVICES
    engines = {name: open_database(home.database_url(name), read_only=True) for name in names}
    history = archived or Databases(engines)
    try:
        yield Books(history, keyring, engines)
    finally:
        keyring.close()
        for engine in engines.values():
            engine.dispose()


def _archive(home: Home, folder: Path) -> Archive:
    archive, policy = Archive(folder), read_policy(home.policy.read_bytes())
    if not archive.logs():
        raise NotOfThisHome(f"{folder}: no log is archived there")
    for name in archive.logs():
        kept = archive.log(name).last_checkpoint()
        try:
            if kept:
                verified_checkpoint(kept.note, policy.logs)
        except Unsigned as error:
            raise NotOfThisHome(f"{folder}: log {name} is another platform's: {error}") from None
    return archive
