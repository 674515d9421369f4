"""All logs of a home and the keys that open them, for as long as a verb needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from services.audit.archive import Archive
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import open_database
from services.chassis.store.history import Databases, History, WireHistory
from services.chassis.writing.opening import is_said_again, open_data, read_fact
from services.platform.config import SERVICES
from services.platform.home import Home
from staffel_contracts.envelope import Entry, Leaf
from staffel_contracts.fact import Fact


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
            Unsealable, Unreadable: an entry was changed.
        """
        entries = list(self.history.of_case(log, case))
        keys = self.keyring.keys_by_id({e.leaf.sealkey for e in entries if e.leaf.sealkey})
        for entry in entries:
            if not is_said_again(entry.leaf):
                data = open_data(entry, keys)
                yield entry.leaf, None if data is None else read_fact(entry.leaf, data)

    def entry(self, log: str, index: int) -> Entry | None:
        """One entry, if the log has it."""
        found = self.history.entries(log, index, 1)
        return found[0] if found else None


@contextmanager
def opened(home: Home, archive: Path | None = None) -> Iterator[Books]:
    """The books of a home; with ``archive`` its logs are read there, and its databases are not.

    Raises:
        WrongMasterKey: the home's master key does not open its keyring.
    """
    master = load_master_key(home.master_key, None)
    keyring = Keyring(home.database_url("keyring"), master)
    names = () if archive else SERVICES
    engines = {name: open_database(home.database_url(name), read_only=True) for name in names}
    history = WireHistory(Archive(archive)) if archive else Databases(engines)
    try:
        yield Books(history, keyring, engines)
    finally:
        keyring.close()
        for engine in engines.values():
            engine.dispose()
