"""The audit process: a follower per log, and the archive for those who may read it."""

import asyncio
from time import monotonic
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import from_json, to_json

from services.audit.api import make_http
from services.audit.archive import Archive
from services.audit.erasing import ArchiveEraser
from services.audit.findings import Code, Finding, Findings
from services.audit.follower import Follower
from services.audit.settings import AuditSettings
from services.audit.witnesses import Witnesses
from services.chassis.connection import connection_options, servers
from services.chassis.erasures import ERASED_SUBJECT
from services.chassis.following import changes
from services.chassis.health import LAG_AFTER, Health
from services.chassis.login import Certificate, Login, stay_known
from services.chassis.metrics import Metrics
from services.chassis.process import http_server
from staffel_contracts.tlog.policy import BadPolicy, Policy, read_policy

NAME = "audit"


class WrongPolicy(Exception):
    """The policy cannot be read, or breaks a rule; says which file and which rule."""


class Auditor:
    """The running process: what its HTTP and NATS sides and its followers work with."""

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
        self._witnesses = Witnesses(self.policy)
        self.archive = Archive(settings.archive)
        self.archive.take()
        self.findings = Findings(settings.archive / "findings", self._found)
        self.findings.recover()
        self.eraser = ArchiveEraser(self.archive)
        self.health, self.metrics = Health(), Metrics(NAME)
        self.stopping = asyncio.Event()
        self.followers: dict[str, Follower] = {}
        self._problem: str | None = None

    async def run(self) -> None:
        """Follow every log until told to stop."""
        self.nc = await self._connect()
        try:
            self._follow()
            await self._answer()
            await self._run()
        finally:
            await self.nc.close()
            await self._witnesses.close()
            self.archive.close()

    async def _run(self) -> None:
        server = http_server(make_http(self), self.settings)
        serving = asyncio.create_task(server.serve())
        tasks = [asyncio.create_task(follower.run()) for follower in self.followers.values()]
        tasks.append(asyncio.create_task(self.eraser.run(self.nc)))
        known = stay_known(self.nc, self.login, self.certificate, self.log)
        tasks += [asyncio.create_task(known), asyncio.create_task(self._follow_policy())]
        stop = asyncio.create_task(self.stopping.wait())
        self.log.info("started", logs=sorted(self.followers))
        try:
            done, _ = await asyncio.wait(
                [stop, serving, *tasks], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {stop}:
                await task
        finally:
            server.should_exit = True
            for task in (stop, *tasks):
                task.cancel()
            await asyncio.gather(stop, serving, *tasks, return_exceptions=True)
            self.log.info("stopped")

    # -- what others are told ------------------------------------------------------------------

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

    # -- inside --------------------------------------------------------------------------------

    async def _connect(self) -> Client:
        options = connection_options(NAME, self._nats_closed, self._nats_error)
        user, password = self.login.user(), self.login.password()
        return await nats.connect(
            servers(self.settings.nats_url),
            tls=self.certificate.context,
            user=user if password else None,
            password=password or None,
            **options,
        )

    def _follow(self) -> None:
        # A log has two keys in the policy while they are exchanged, and after.
        for name in dict.fromkeys(key.name.rpartition("/")[2] for key in self.policy.logs):
            follower = Follower(
                self.nc,
                self.archive.log(name),
                self.policy,
                self.findings,
                self._witnesses,
                keep_every=self.settings.keep_seconds,
            )
            self.followers[name] = follower
            self.health.watch(name, lambda f=follower: f.heartbeat, lambda f=follower: f.problem)  # type: ignore[misc]
            self.metrics.lag(name, lambda f=follower: f.behind)  # type: ignore[misc]
        self.health.watch("eraser", monotonic, lambda: self.eraser.problem)
        self.health.check(self._behind)
        self.health.check(lambda: [] if self.nc.is_connected else ["NATS: not connected"])
        self.metrics.level("findings_open", lambda: len(self.findings.open))
        for code in Code:
            self.metrics.level(f"finding_{code.name.lower()}", lambda c=code: self._count(c))  # type: ignore[misc]

    async def _follow_policy(self) -> None:
        """Trust what the file says now; one that breaks a rule is named and changes nothing."""
        async for _ in changes(self.settings.policy):
            try:
                policy = load_policy(self.settings)
            except WrongPolicy as error:
                self.log.error("the policy stays as it was", reason=str(error))  # noqa: TRY400
                continue
            if policy == self.policy:
                continue
            self.policy = policy
            self._witnesses.trust(policy)
            for follower in self.followers.values():
                follower.trust(policy)

    def _behind(self) -> list[str]:
        return [
            f"{log}: {follower.behind} entries not archived yet"
            for log, follower in self.followers.items()
            if follower.behind > LAG_AFTER
        ]

    def _count(self, code: Code) -> int:
        return sum(found.code is code for found in list(self.findings.open.values()))

    async def _answer(self) -> None:
        await self.nc.subscribe(f"status.{NAME}", cb=self._status)
        await self.nc.subscribe(f"erase.{NAME}", cb=self._erase)
        await self.nc.subscribe(ERASED_SUBJECT, cb=self._somebody_erased)

    async def _somebody_erased(self, _: Msg) -> None:
        self.eraser.wake()

    async def _status(self, msg: Msg) -> None:
        await msg.respond(to_json(await self.status()))

    async def _erase(self, msg: Msg) -> None:
        """Reduce entries sealed under these keys to their leaves: `{"keys": ["<key id>", …]}`.

        An empty question asks how far that is.
        """
        if not msg.data:
            await msg.respond(to_json(self.eraser.status()))
            return
        try:
            keys = from_json(msg.data)["keys"]
            answer: dict[str, Any] = {"erased": await asyncio.to_thread(self.archive.erase, keys)}
        except (ValueError, KeyError, TypeError, OSError) as error:
            answer = {"error": type(error).__name__}
        self.log.info("erased", **answer)
        if msg.reply:
            await msg.respond(to_json(answer))

    def _found(self, found: Finding) -> None:
        self.log.error("finding", **{k: v for k, v in found.as_json().items() if k != "log"},
                       of=found.log)  # fmt: skip

    async def _nats_closed(self) -> None:
        self.stopping.set()

    async def _nats_error(self, error: Exception) -> None:
        self.log.warning("nats", reason=type(error).__name__)


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
