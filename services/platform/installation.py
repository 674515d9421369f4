"""An installation as operators' verbs see it: where everything is, at home or in containers."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from services.chassis.agencies import Agencies
from services.chassis.opening import rules_broken
from services.platform.home import SERVICES, Home, NoHome

FILE = "installation.json"


def _from_file(value: str) -> str:
    """A value like ``@/run/secrets/ops`` stands for what the file holds."""
    if not value.startswith("@"):
        return value
    path = Path(value[1:])
    if not path.is_file():
        msg = f"the file {path} is missing"
        raise ValueError(msg)
    return path.read_text(encoding="utf-8").strip()


Value = Annotated[str, AfterValidator(_from_file)]


class Installation(BaseModel):
    """Databases, NATS, services and folders of one platform.

    A home on one machine has it in its settings. In containers ``installation.json`` says it, in
    the folder that ``--home`` names; secrets may stand there as ``@/run/secrets/…``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = "staffel.example"
    databases: dict[str, Value]
    """The database of each service and of the ``keyring``."""
    master_key_file: Path
    nats_url: str
    nats_password: Value
    """The password of the user ``ops``."""
    nats_config: Path | None = None
    """The server's configuration, where it can be read."""
    http: dict[str, str]
    """Where each service answers HTTP."""
    tokens: dict[str, Value]
    """The operator's token of each service."""
    agencies_file: Path
    backups: Path
    """Where backups and the record of them are kept."""
    maintenance_file: Path
    """Where it is said that commands are not taken at present."""
    volumes: dict[str, Path]
    """Folders on whose disk something grows."""
    secret_files: tuple[Path, ...] = ()
    """Files that only their owner may read."""
    certificates: tuple[Path, ...] = ()
    logs: Path | None = None
    smtp_url: Value | None = None
    maildir: Path | None = None
    replicas: int = 1
    """How many copies of each stream there are."""
    clock: Literal["real", "set"] = "real"
    clock_starts: datetime | None = None

    @classmethod
    def open(cls, folder: Path) -> "Installation":
        """The installation that a folder describes, or the home in it.

        Raises:
            NoHome: there is none, or a setting breaks a rule.
        """
        path = folder / FILE
        if not path.exists():
            return cls.of_home(Home.load(folder))
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise NoHome(f"{path}: {rules_broken(error)}") from None

    @classmethod
    def of_home(cls, home: Home) -> "Installation":
        """A home on this machine."""
        folder, config = home.folder, home.config
        return cls(
            origin=config.origin,
            databases={name: home.database_url(name) for name in (*SERVICES, "keyring")},
            master_key_file=folder / "master.key",
            nats_url=home.nats_url,
            nats_password=config.service_passwords["ops"],
            nats_config=folder / "nats" / "nats.conf",
            http={name: home.http_url(name) for name in SERVICES},
            tokens=config.service_passwords,
            agencies_file=folder / "agencies.json",
            backups=folder / "backups",
            maintenance_file=folder / "maintenance.json",
            volumes={name: folder / name for name in ("db", "nats")},
            secret_files=(folder / "master.key", folder / "staffel.json"),
            logs=folder / "logs",
            smtp_url=config.smtp_url,
            maildir=folder / "mail",
            clock=config.clock,
            clock_starts=config.clock_starts,
        )

    @property
    def services(self) -> tuple[str, ...]:
        """The services that write logs."""
        return tuple(name for name in self.databases if name != "keyring")

    def agencies(self) -> Agencies:
        """The directory of agencies."""
        return Agencies.load(self.agencies_file)
