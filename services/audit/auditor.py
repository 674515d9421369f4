"""The audit process: its parts, and where it stands."""

import asyncio
from typing import Any

import structlog

from services.audit.archive import Archive
from services.audit.erasing import ArchiveEraser
from services.audit.findings import Finding, Findings
from services.audit.follower import Follower
from services.audit.settings import AuditSettings
from services.audit.witnesses import Witnesses
from services.chassis.running.health import Health
from services.chassis.running.metrics import Metrics
from services.chassis.transport.login import Certificate, Login
from staffel_contracts.tlog.policy import BadPolicy, Policy, read_policy

NAME = "audit"


class WrongPolicy(Exception):
    """The policy cannot be read, or breaks a rule; says which file and which rule."""


class Auditor:
    """What the HTTP and NATS sides and the followers of the running process work with."""

    def __init__(self, settings: AuditSettings) -> None:
        """Take the archive; nothing runs yet.

        Raises:
            WrongPolicy: what is trusted cannot be read. Taken: another process writes the archive.
            Damaged: the findings' own files were lost.
        """
        self.settings = settings
        self.log = structlog.get_logger(service=NAME)
        self.login, self.certificate = Login(settings, NAME), Certificate(settings)
        self.policy = load_policy(settings)
        self.witnesses = Witnesses(self.policy)
        self.archive = Archive(settings.archive)
        self.archive.take()
        self.findings = Findings(settings.archive / "findings", self._found)
        self.findings.recover()
        self.eraser = ArchiveEraser(self.archive)
        self.health, self.metrics = Health(), Metrics(NAME)
        self.stopping = asyncio.Event()
        self.followers: dict[str, Follower] = {}

    async def reasons(self) -> list[str]:
        """Why the process is not ready: findings are reasons as well."""
        return self.findings.reasons() + self.health.reasons()

    async def status(self) -> dict[str, Any]:
        """How far each log is archived and compared, and how many findings are open."""
        return {
            "service": NAME,
            "login": self.login.used,
            "trusts": [key.text() for key in self.policy.logs],
            "archived": {log: self.archive.size(log) for log in self.followers},
            "compared": {log: f.compared for log, f in self.followers.items()},
            "findings": len(self.findings.open),
        }

    async def operator(self, token: str) -> bool:
        """Whether a token is the operator's: the process's own NATS password."""
        return self.login.is_password(token)

    def _found(self, found: Finding) -> None:
        self.log.error("finding", **{k: v for k, v in found.as_json().items() if k != "log"},
                       of=found.log)  # fmt: skip


def load_policy(settings: AuditSettings) -> Policy:
    """What is trusted.

    Raises:
        WrongPolicy: the file cannot be read or breaks a rule.
    """
    try:
        return read_policy(settings.policy.read_bytes())
    except OSError as error:
        raise WrongPolicy(f"{settings.policy} cannot be read: {error.strerror}") from error
    except BadPolicy as error:
        raise WrongPolicy(f"{settings.policy}: {error}") from error
