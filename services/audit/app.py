"""The audit process: a follower per log, and the archive for those who may read it."""

import asyncio
from time import monotonic
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import from_json, to_json

from services.audit.api import make_http
from services.audit.auditor import NAME, Auditor, WrongPolicy, load_policy
from services.audit.findings import Code
from services.audit.follower import Follower
from services.chassis.following import changes
from services.chassis.keys.erasures import ERASED_SUBJECT
from services.chassis.running.health import LAG_AFTER
from services.chassis.running.process import http_server
from services.chassis.transport.connection import connection_options, servers
from services.chassis.transport.login import stay_known


class App(Auditor):
    """Follows every log, and answers, until it is told to stop."""

    async def run(self) -> None:
        """Follow every log until told to stop."""
        self.nc = await self._connect()
        try:
            self._follow()
            await self._answer()
            await self._run()
        finally:
            await self.nc.close()
            await self.witnesses.close()
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
                self.witnesses,
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
            self.witnesses.trust(policy)
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

    async def _nats_closed(self) -> None:
        self.stopping.set()

    async def _nats_error(self, error: Exception) -> None:
        self.log.warning("nats", reason=type(error).__name__)
