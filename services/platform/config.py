"""The settings of a platform, as ``staffel.json`` holds them, and the logins they give."""

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from services.chassis.transport.nats_accounts import SYSTEM_USER, Accounts
from services.chassis.validation import MailServer, rules_broken

SERVICES = ("intake", "casework", "jobcenter_bridge", "notify")
"""The services that decide; each has a log, a database and an owner's key."""
AUDIT = "audit"
PROCESSES = (*SERVICES, AUDIT)
"""What runs."""


class Deployed(BaseModel):
    """How a platform that runs in containers is reached, from the containers' own networks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="localhost", pattern=r"^[a-z0-9.-]+$")
    """The name under which agencies reach the edge and NATS."""
    nats_servers: tuple[str, ...] = ("nats",)
    """The NATS servers; streams are kept on as many of them, at most on three."""
    database_passwords: dict[str, str]
    """The password of each service's database role, and of ``keyring``."""
    postgres_password: str
    """The password of PostgreSQL's superuser, with which roles and databases are made."""


class Former(BaseModel):
    """A login that was replaced, and until when it still holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    password: str
    until: AwareDatetime


class Config(BaseModel):
    """What ``staffel.json`` in a home holds; secrets included, so only its owner may read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = "staffel.example"
    database: str | None = None
    """A PostgreSQL URL; SQLite files in the home without one."""
    nats_port: int
    ports: dict[str, int]
    service_passwords: dict[str, str]
    service_users: dict[str, str] = Field(default_factory=dict)
    """The NATS user of a service whose login was exchanged; else it is named like the service."""
    agency_passwords: dict[str, str]
    """One secret per agency: its NATS password and its HTTP bearer token."""
    agency_users: dict[str, str] = Field(default_factory=dict)
    """The NATS user of an agency whose login was exchanged; else it is named like the agency."""
    former_logins: dict[str, Former] = Field(default_factory=dict)
    former_services: dict[str, Former] = Field(default_factory=dict)
    """Logins of services that were replaced, while a process may still use them."""
    disabled: tuple[str, ...] = ()
    """Agencies that may not log in."""
    clock: Literal["real", "set"] = "real"
    clock_starts: datetime | None = None
    smtp_url: MailServer | None = None
    rotate_within_hours: int = 24
    """After this time from an erasure on, no copy of the keyring opens what was destroyed."""
    system_password: str | None = None
    """Of NATS' system account, which has the server read its configuration again."""
    grafana_password: str | None = None
    """Of Grafana's first user, ``admin``."""
    deployed: Deployed | None = None
    """Set where the parts run in containers instead of on this machine."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, known in (("ports", self.ports), ("service_passwords", self.service_passwords)):
            wanted = PROCESSES if name == "ports" else (*PROCESSES, "ops")
            if missing := [service for service in wanted if service not in known]:
                msg = f"{name}: {', '.join(missing)} missing"
                raise ValueError(msg)
        return self

    @property
    def replicas(self) -> int:
        """On how many NATS servers each stream is kept."""
        return min(3, len(self.deployed.nats_servers)) if self.deployed else 1

    def accounts(self) -> Accounts:
        """Who may log in to NATS."""
        services = (*self.service_passwords, SYSTEM_USER)
        return Accounts(
            self.service_passwords,
            self.agency_passwords,
            logins={agency: self.logins(agency) for agency in self.agency_passwords}
            | {name: self.service_logins(name) for name in services},
            system=self.system_password,
            replicas=self.replicas,
        )

    def logins(self, agency: str) -> dict[str, str]:
        """The NATS users of an agency with their passwords; none while it is shut out."""
        if agency in self.disabled:
            return {}
        found = dict([self.agency_login(agency)])
        former = self.former_logins.get(agency)
        if former and former.until > _now():
            found[former.user] = former.password
        return found

    def agency_login(self, agency: str) -> tuple[str, str]:
        """The present NATS user of an agency and its password, also while it is shut out."""
        return self.agency_users.get(agency, agency), self.agency_passwords[agency]

    def service_login(self, name: str) -> tuple[str, str]:
        """The NATS user of a service, of ``ops`` or of ``system``, and its password."""
        system = self.system_password or ""
        word = system if name == SYSTEM_USER else self.service_passwords[name]
        return self.service_users.get(name, name), word

    def service_logins(self, name: str) -> dict[str, str]:
        """The NATS users of a service with their passwords: two while a login is exchanged."""
        former = self.former_services.get(name)
        found = {former.user: former.password} if former and former.until > _now() else {}
        return dict([self.service_login(name)]) | found


def why_unreadable(error: ValidationError) -> str:
    """What is wrong with the settings, and what to do about it."""
    kinds = {one["type"] for one in error.errors(include_input=False, include_url=False)}
    if "json_invalid" in kinds:
        return "damaged or cut short; the last backup holds it (deploy/runbooks/restore.md)"
    newer = "; is it of a newer version of Staffel?" if "extra_forbidden" in kinds else ""
    return rules_broken(error) + newer


def _now() -> datetime:
    return datetime.now(UTC)
