"""Run a whole platform on one machine: NATS, the databases, and one process per service."""

import asyncio
import fcntl
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx
from nats.aio.client import Client
from nats.errors import Error as NatsError
from pydantic_core import from_json
from sqlalchemy.exc import SQLAlchemyError

from services.chassis.keys.master_keys import WrongMasterKey
from services.chassis.keys.rotation import Rotating, is_due, rotate
from services.chassis.tasks import heed_cancellation, in_thread
from services.chassis.transport.nats_server import NatsServer, ServerTrouble
from services.platform.config import AUDIT, PROCESSES, SERVICES
from services.platform.connecting import connect_as
from services.platform.forks import Forked, NotForked, begin_importing
from services.platform.home import Home, NoHome
from services.platform.ports import is_free
from services.platform.preparing import prepare_databases, provision_streams

READY_WITHIN = 60.0
FREE_WITHIN = 5.0
STOP_WITHIN = 20.0
ROTATION_LOOK = 60.0
"""Seconds between looks whether a rotation of the master key is due."""
Say = Callable[[str], None]


class NotUp(Exception):
    """The platform did not come up; says which part, and why."""


class Platform:
    """A running platform on one home: start it with ``async with``."""

    def __init__(self, home: Home, say: Say = lambda _: None, *, log_files: bool = False) -> None:
        """Prepare; ``log_files``: the services log to ``logs/`` instead of standard error."""
        self.home, self._say, self._log_files = home, say, log_files
        self._server = NatsServer(
            home.folder / "nats", home.config.accounts(), port=home.config.nats_port
        )
        self._processes: dict[str, Forked] = {}
        self._lock: Any = None
        self._stopping = False
        self._look_at = 0.0
        self.nc: Client

    async def __aenter__(self) -> Self:
        """Start everything, wait until every service is ready.

        Raises:
            NotUp: a part did not come up; what had started is stopped again.
        """
        self._lock = take_lock(self.home.folder)
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything cleanly, services first."""
        await self.stop()

    async def _start(self) -> None:
        begin_importing()
        self._say("databases …")
        await in_thread(prepare_databases, self.home)
        await in_thread(self.home.write_logins)
        self._say("NATS …")
        await in_thread(self._server.start)
        self.nc = await connect_as(self.home, "ops")
        await self.provision()
        heed_cancellation()
        await self.ports_are_free()
        for name in PROCESSES:
            self._spawn(name)
        self._say("services …")
        await asyncio.gather(*(self._wait_ready(name) for name in PROCESSES))
        heed_cancellation()

    async def ports_are_free(self) -> None:
        """See to it that nobody else answers in a service's place, who might even say "ready".

        A service that a killed parent left behind is gone in a moment.

        Raises:
            NotUp: another program listens on a port.
        """
        deadline = asyncio.get_running_loop().time() + FREE_WITHIN
        for name in PROCESSES:
            port = self.home.config.ports[name]
            while not is_free(port):
                if asyncio.get_running_loop().time() > deadline:
                    settings = self.home.folder / "staffel.json"
                    raise NotUp(
                        f"{name}: another program listens on port {port}; end it, or set another"
                        f" one among the `ports` in {settings}"
                    )
                await asyncio.sleep(0.1)

    async def provision(self) -> None:
        """Make what is missing of streams and consumers."""
        report = await provision_streams(self.nc, self.home)
        for drift in report.drift:
            self._say(f"NATS differs: {drift}")

    async def stop(self) -> None:
        """Stop services, then NATS."""
        self._stopping = True
        for process in self._processes.values():
            process.terminate()
        await asyncio.to_thread(self._reap)
        if hasattr(self, "nc"):
            with suppress(NatsError):
                await self.nc.close()
        await asyncio.to_thread(self._server.stop)
        if self._lock:
            self._lock.close()

    async def watch(self) -> None:
        """Start a service or NATS again that ended by itself, until cancelled.

        What cannot be done just now, as the disk is full or the settings are being edited, is said
        and tried again.
        """
        while not self._stopping:
            heed_cancellation()
            try:
                await self._look_after_all()
            except (OSError, NoHome, NotUp) as trouble:
                self._say(f"not looked after: {trouble}")
            await asyncio.sleep(1.0)

    async def _look_after_all(self) -> None:
        if not self._server.running:
            await self._start_server_again()
        for name, process in list(self._processes.items()):
            if process.poll() is not None and not self._stopping:
                self._say(f"{name} ended with {process.returncode}: starting it again")
                self._spawn(name)
        await self._rotate_in_time()

    async def _rotate_in_time(self) -> None:
        """Rotate the master key where nobody did so since an erasure."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + ROTATION_LOOK
        hours = timedelta(hours=self.home.config.rotate_within_hours)
        url, path = self.home.database_url("keyring"), self.home.master_key
        try:
            if await in_thread(is_due, url, hours):
                rotated = await in_thread(rotate, url, path)
                self._say(f"master key rotated after an erasure: epoch {rotated.after}")
        except (Rotating, WrongMasterKey, SQLAlchemyError) as trouble:
            self._say(f"the master key cannot be rotated: {type(trouble).__name__}")

    async def _start_server_again(self) -> None:
        self._say("NATS ended: starting it again")
        self._server.accounts = Home.load(
            self.home.folder
        ).config.accounts()  # they may have changed
        try:
            await in_thread(self._server.start)
        except ServerTrouble as trouble:
            self._say(str(trouble))

    async def status(self) -> dict[str, dict[str, Any]]:
        """Where each service stands."""
        asked = (self.nc.request(f"status.{name}", b"", timeout=5) for name in SERVICES)
        return {
            name: from_json(m.data)
            for name, m in zip(SERVICES, await asyncio.gather(*asked), strict=True)
        }

    async def set_clock(self, moment: datetime) -> None:
        """Set every service's clock, where the home has one that is set."""
        text = moment.isoformat().encode()
        asked = (self.nc.request(f"clock.set.{name}", text, timeout=10) for name in SERVICES)
        await asyncio.gather(*asked)

    def process(self, service: str) -> Forked:
        """A service's process."""
        return self._processes[service]

    @property
    def server(self) -> NatsServer:
        """The NATS server."""
        return self._server

    def _spawn(self, name: str) -> None:
        environment = self.home.environment(name)
        environment.setdefault("STAFFEL_LOG_FORMAT", "json" if self._log_files else "console")
        output = self._log_file(name) if self._log_files else None
        if output:
            output.touch()
        try:
            self._processes[name] = Forked(name, environment, output)
        except NotForked:
            raise NotUp(f"{name} is not started: a service cannot be imported, see above") from None

    def _log_file(self, name: str) -> Path:
        return self.home.folder / "logs" / f"{name}.log"

    async def _wait_ready(self, name: str) -> None:
        # What audit finds is told by `status`, and keeps nobody from working.
        question = "live" if name == AUDIT else "ready"
        url = f"{self.home.http_url(name)}/health/{question}"
        deadline = asyncio.get_running_loop().time() + READY_WITHIN
        last = "no answer"
        async with httpx.AsyncClient(trust_env=False) as client:
            while asyncio.get_running_loop().time() < deadline:
                if (code := self._processes[name].poll()) is not None:
                    raise NotUp(f"{name} ended with {code}{self._last_words(name)}")
                with suppress(httpx.HTTPError):
                    answer = await client.get(url, timeout=5)
                    if answer.status_code == httpx.codes.OK:
                        return
                    last = "; ".join(answer.json()["reasons"])
                await asyncio.sleep(0.1)
        raise NotUp(f"{name} is not ready: {last}")

    def _last_words(self, name: str) -> str:
        if not self._log_files:
            return ""
        lines = self._log_file(name).read_text(errors="replace").splitlines()
        return f": {lines[-1]}" if lines else ""

    def _reap(self) -> None:
        for process in self._processes.values():
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def refuse_absent(home: Home) -> None:
    """Refuse to ask anything of a home on which no platform runs.

    A copy of a home has the ports and the passwords of the original: the original would answer, and
    what is meant for the copy, such as an erasure, would happen there.

    Raises:
        NotUp: none runs; of a platform in containers that cannot be said.
    """
    if home.config.deployed:
        return
    try:
        take_lock(home.folder).close()
    except NotUp:
        return
    raise NotUp(f"no platform runs on {home.folder}: `staffel up` it")


def take_lock(folder: Path) -> IO[str]:
    """Hold a home alone until the file is closed.

    Raises:
        NotUp: a platform runs on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        msg = f"{folder}: another platform runs on this home"
        raise NotUp(msg) from error
    return lock
