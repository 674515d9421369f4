"""A home: the folder in which one machine keeps a whole platform, its settings and its secrets."""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from services.chassis.agencies import Agencies, Agency, hash_of
from services.chassis.files import write_secret, write_whole
from services.platform.config import AUDIT, PROCESSES, SERVICES, Config, why_unreadable
from services.platform.invented import invented_agencies
from services.platform.ports import PASSING_PORTS, free_ports
from staffel_contracts.tlog.keys import Kind, new_key, read_skey

FIRST_PORT = 8401
NATS_PORT = 4622
CONTAINER_PORT = 8080
CA_FILE = "tls/ca.crt"
MOUNTED_CA = "/run/tls/ca.crt"
"""Where every container finds the certificate authority."""


class NoHome(Exception):
    """The folder is no home, or its settings break a rule."""


class Home:
    """One home folder, of a platform on this machine or of one in containers."""

    def __init__(self, folder: Path, config: Config) -> None:
        """Take up a folder with its settings."""
        self.folder, self.config = folder, config

    @classmethod
    def open(cls, folder: Path, **new: Any) -> "Home":
        """The home in this folder; a new one, with the settings given, where there is none.

        Raises:
            NoHome: a platform was run here, and its settings are lost.
        """
        settings = folder / "staffel.json"
        if settings.exists():
            return cls.load(folder)
        if any((folder / "db").glob("*.sqlite")) or (folder / "archive" / "logs").is_dir():
            raise NoHome(f"{settings} is lost: a backup holds it (deploy/runbooks/restore.md)")
        return cls.create(folder, **new)

    @classmethod
    def load(cls, folder: Path) -> "Home":
        """The home in this folder.

        Raises:
            NoHome: there is none, or ``staffel.json`` breaks a rule.
        """
        path = folder / "staffel.json"
        try:
            return cls(folder, Config.model_validate_json(path.read_bytes()))
        except FileNotFoundError as error:
            msg = f"{folder} is no home: no {path.name}; `staffel up --home {folder}` makes one"
            raise NoHome(msg) from error
        except OSError as error:
            raise NoHome(f"{path} cannot be read: {error.strerror}") from error
        except ValidationError as error:
            raise NoHome(f"{path}: {why_unreadable(error)}") from None

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        agencies: Iterable[Agency] = (),
        database: str | None = None,
        clock_starts: datetime | None = None,
        passing: bool = False,
    ) -> "Home":
        """Make a home: folders, ports, secrets, and the directory of agencies.

        A ``passing`` home, as any with a clock of its own, may be made at the same moment as
        others: its ports lie anywhere, so that two of them do not take the same.
        """
        known = list(agencies) or invented_agencies()
        if passing or clock_starts:
            nats_port, *ports = free_ports(secrets.choice(PASSING_PORTS), len(PROCESSES) + 1)
        else:
            ports = free_ports(FIRST_PORT, len(PROCESSES))
            nats_port = free_ports(NATS_PORT, 1)[0]
        config = Config(
            database=database,
            nats_port=nats_port,
            ports=dict(zip(PROCESSES, ports, strict=True)),
            service_passwords={name: secrets.token_hex(16) for name in (*PROCESSES, "ops")},
            agency_passwords={agency.id: secrets.token_hex(16) for agency in known},
            clock="set" if clock_starts else "real",
            clock_starts=clock_starts,
        )
        home = cls(folder, config)
        for part in (folder, *(folder / name for name in ("db", "nats", "mail", "logs", "keys"))):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not home.master_key.exists():  # a lost staffel.json must not cost all keys
            write_secret(home.master_key, secrets.token_hex(32))
        home.make_log_keys()
        home.write_logins()
        home.write_agencies(known)
        write_secret(folder / "staffel.json", config.model_dump_json(indent=2))
        return home

    @property
    def nats_url(self) -> str:
        """Where the platform's NATS server listens; several addresses where there are several."""
        if deployed := self.config.deployed:
            return ",".join(f"tls://{server}:4222" for server in deployed.nats_servers)
        return f"nats://127.0.0.1:{self.config.nats_port}"

    @property
    def nats_ca(self) -> Path | None:
        """The certificate authority of NATS, where it speaks TLS."""
        return self.folder / CA_FILE if self.config.deployed else None

    @property
    def nats_identity(self) -> tuple[Path | None, Path | None]:
        """The platform's own certificate and key, where NATS may ask for them."""
        certificate = self.folder / "tls" / "platform.crt"
        key = certificate.with_suffix(".key")
        return (certificate, key) if certificate.exists() and key.exists() else (None, None)

    @property
    def maintenance_file(self) -> Path:
        """What says that commands are not taken at present; all services look at it."""
        return self.agencies_file.with_name("maintenance.json")

    @property
    def agencies_file(self) -> Path:
        """The directory of agencies; in containers in a folder of its own, which is mounted."""
        folder = self.folder / "directory" if self.config.deployed else self.folder
        return folder / "agencies.json"

    @property
    def nats_config(self) -> Path:
        """The file with the accounts that the NATS server reads."""
        deployed = self.config.deployed is not None
        return self.folder / ("accounts/accounts.json" if deployed else "nats/nats.conf")

    def http_url(self, service: str) -> str:
        """Where a service answers HTTP."""
        if self.config.deployed:
            return f"http://{host_of(service)}:{CONTAINER_PORT}"
        return f"http://127.0.0.1:{self.config.ports[service]}"

    @property
    def master_key(self) -> Path:
        """The file that opens the keyring.

        In containers in a folder of its own, so that a rotation can put another in its place.
        """
        folder = self.folder / "master" if self.config.deployed else self.folder
        return folder / "master.key"

    @property
    def erasures(self) -> Path:
        """The ledger of erasures; no backup may hold it, so that none takes an erasure back."""
        folder = self.folder / "erasures" if self.config.deployed else self.folder
        return folder / "erasures.jsonl"

    def login_file(self, process: str) -> Path:
        """The file with a process's login at NATS, which it follows."""
        return self.folder / "secrets" / process / "nats"

    def write_logins(self) -> None:
        """Write for every process the file with its login; what follows it takes it up."""
        for name in PROCESSES:
            path = self.login_file(name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, ":".join(self.config.service_login(name)).encode())

    def agencies(self) -> Agencies:
        """The directory of agencies."""
        return Agencies.load(self.agencies_file)

    def database_url(self, name: str) -> str:
        """The database of a service, or ``keyring``."""
        if deployed := self.config.deployed:
            return _in_container(f"staffel_{name}", deployed.database_passwords[name])
        if self.config.database:
            from sqlalchemy import make_url

            url = make_url(self.config.database)
            return url.set(database=f"{url.database}_{name}").render_as_string(hide_password=False)
        return f"sqlite:///{quote(str(self.folder.absolute() / 'db' / name))}.sqlite"

    @property
    def database_admin_url(self) -> str | None:
        """As whom roles and databases are made, where each service has a role of its own."""
        deployed = self.config.deployed
        return _in_container("postgres", deployed.postgres_password) if deployed else None

    @property
    def archive(self) -> Path:
        """Where audit keeps every log."""
        return self.folder / ("data/audit" if self.config.deployed else "archive")

    @property
    def policy(self) -> Path:
        """Which logs and witnesses are trusted, and how many of these (C2SP tlog-policy)."""
        return self.agencies_file.with_name("policy")

    def log_key(self, service: str) -> Path:
        """The file with the key that signs a service's log."""
        return self.folder / "keys" / f"{service}.key"

    def make_log_keys(self) -> None:
        """Make the keys that sign the logs where missing, and a policy that trusts them."""
        lines = []
        for service in SERVICES:
            path = self.log_key(service)
            if not path.exists():
                key = new_key(f"{self.config.origin}/{service}", Kind.NOTE)
                write_secret(path, key.text() + "\n")
            newest = path.read_text(encoding="ascii").partition("\n")[0]
            lines.append(f"log {read_skey(newest).verifier.text()}\n")
        if not self.policy.exists():
            self.policy.parent.mkdir(exist_ok=True)
            write_whole(self.policy, "".join([*lines, "quorum none\n"]).encode("ascii"), 0o644)

    def environment(self, process: str) -> dict[str, str]:
        """The environment of a process; audit gets no key and no database."""
        own = self._of_audit() if process == AUDIT else self._of_service(process)
        values = own | {
            "NATS_URL": self.nats_url,
            "NATS_LOGIN": str(self.login_file(process)),
            "HTTP_PORT": str(self.config.ports[process]),
        }
        return {**os.environ, **{f"STAFFEL_{k}": v for k, v in values.items() if v}}

    def _of_audit(self) -> dict[str, str]:
        return {"ARCHIVE": str(self.archive), "POLICY": str(self.policy)}

    def _of_service(self, service: str) -> dict[str, str]:
        config = self.config
        return {
            "DATABASE": self.database_url(service),
            "KEYRING": self.database_url("keyring"),
            "MASTER_KEY_FILE": str(self.master_key),
            "ERASURES": str(self.erasures),
            "LOG_KEY_FILE": str(self.log_key(service)),
            "AGENCIES": str(self.agencies_file),
            "MAINTENANCE": str(self.maintenance_file),
            "ORIGIN": config.origin,
            "CLOCK": config.clock,
            "CLOCK_STARTS": config.clock_starts.isoformat() if config.clock_starts else "",
            "MAILDIR": str(self.folder / "mail"),
            "SMTP_URL": config.smtp_url or "",
        }

    def write_agencies(self, agencies: Iterable[Agency]) -> None:
        """Write the directory of agencies anew, in one step, with the hash of each one's token."""
        rows = [self._with_tokens(agency).model_dump(mode="json") for agency in agencies]
        text = json.dumps(rows, indent=2, ensure_ascii=False)
        fresh = self.agencies_file.with_suffix(".fresh")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.agencies_file)

    def _with_tokens(self, agency: Agency) -> Agency:
        config, former = self.config, self.config.former_logins.get(agency.id)
        out = agency.id in config.disabled
        return agency.model_copy(
            update={
                "token_hash": None if out else hash_of(config.agency_passwords[agency.id]),
                "former_token_hash": hash_of(former.password) if former and not out else None,
                "former_token_until": former.until if former and not out else None,
            }
        )

    def change(self, **changes: Any) -> None:
        """Change settings; they are written with ``save``."""
        self.config = Config.model_validate(self.config.model_dump() | changes)

    def save(self, **changes: Any) -> None:
        """Change settings, and write them in one step; only while ``alone``."""
        self.change(**changes)
        write_whole(self.folder / "staffel.json", self.config.model_dump_json(indent=2).encode())


def host_of(service: str) -> str:
    """A service's name in the containers' networks: no underscore may stand in a host name."""
    return service.replace("_", "-")


def _in_container(role: str, password: str) -> str:
    """A role's database of the same name, on a server whose certificate and name are checked."""
    checked = f"sslmode=verify-full&sslrootcert={MOUNTED_CA}"
    return f"postgresql+psycopg://{role}:{password}@postgres:5432/{role}?{checked}"
