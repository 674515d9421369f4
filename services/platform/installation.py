"""An installation as operators' verbs see it: what of a home is looked at, kept and reached."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from services.chassis.agencies import Agencies
from services.platform.config import SERVICES
from services.platform.home import Home

KEYRING = "keyring"
"""The database with the keys of persons, which belongs to no single service."""


@dataclass(frozen=True)
class Installation:
    """Where everything of a platform is, on this machine or in containers."""

    home: Home
    more_certificates: tuple[Path, ...] = ()

    @classmethod
    def open(cls, folder: Path) -> "Installation":
        """The installation in a home folder.

        Raises:
            NoHome: there is none, or a setting breaks a rule.
        """
        return cls(Home.load(folder))

    @property
    def services(self) -> tuple[str, ...]:
        """The services that write logs."""
        return SERVICES

    @cached_property
    def databases(self) -> dict[str, str]:
        """The database of each service and of the keyring."""
        return {name: self.home.database_url(name) for name in (*SERVICES, KEYRING)}

    @property
    def master_key_file(self) -> Path:
        """Where the master key is."""
        return self.home.master_key

    @property
    def nats_configs(self) -> tuple[Path, ...]:
        """What the NATS server reads."""
        return (self.home.nats_config, *sorted((self.home.folder / "nats").glob("*.conf")))

    @property
    def certificates(self) -> tuple[Path, ...]:
        """Every certificate whose end would be noticed by all."""
        return (*sorted((self.home.folder / "tls").glob("*.crt")), *self.more_certificates)

    @property
    def backups(self) -> Path:
        """Where backups and the record of them are kept."""
        return self.home.folder / "backups"

    @property
    def maintenance_file(self) -> Path:
        """Where it is said that commands are not taken at present."""
        return self.home.maintenance_file

    @property
    def volumes(self) -> dict[str, Path]:
        """Folders on whose disk something grows."""
        names: tuple[str, ...] = ("db", "nats", "archive", "backups")
        if self.home.config.deployed:
            names = ("data/postgres", "data/nats", "data/audit", "backups", "erasures")
        return {name.rpartition("/")[2]: self.home.folder / name for name in names}

    @property
    def secret_files(self) -> tuple[Path, ...]:
        """Files that only their owner may read."""
        folder = self.home.folder
        own = (self.master_key_file, folder / "staffel.json", *map(self.home.log_key, SERVICES))
        return (*own, *sorted((folder / "tls").glob("*.key")))

    @property
    def sealed_files(self) -> tuple[Path, ...]:
        """What a backup holds sealed: all secrets but the master key, and what belongs to them."""
        folder = self.home.folder
        secret = (path for path in self.secret_files if path != self.master_key_file)
        settings = (folder / ".env",) if self.home.config.deployed else ()
        return (*secret, *sorted((folder / "tls").glob("*.crt")), *settings)

    @property
    def plain_files(self) -> tuple[Path, ...]:
        """Settings that are no secrets."""
        return (self.home.agencies_file, self.home.policy)

    @property
    def maildir(self) -> Path:
        """Where mail goes without a server."""
        return self.home.folder / "mail"

    @property
    def smtp_url(self) -> str | None:
        """The mail server."""
        return self.home.config.smtp_url

    @property
    def clock_is_set(self) -> bool:
        """Whether the clock is set by hand, as in demonstrations."""
        return self.home.config.clock == "set"

    @property
    def clock_starts(self) -> datetime | None:
        """Where a clock that is set begins."""
        return self.home.config.clock_starts

    def agencies(self) -> Agencies:
        """The directory of agencies."""
        return self.home.agencies()
