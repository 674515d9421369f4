"""A second process of a service waits for the log, and takes over when the first one is gone."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from services.platform.forks import Forked
from services.platform.home import Home
from services.platform.ports import free_ports
from tests.support.load import loaded, running
from tests.support.postgres import Postgres
from tests.support.until import until

FENCED = 1


class Standby:
    """A second process of ``intake`` on a home."""

    def __init__(self, home: Home) -> None:
        (self.port,) = free_ports(31_000, 1)
        environment = home.environment("intake") | {"STAFFEL_HTTP_PORT": str(self.port)}
        self.process = subprocess.Popen([sys.executable, "-m", "services.intake"], env=environment)

    async def ready(self) -> dict[str, Any]:
        """What it says of itself; nothing before it answers."""
        async with httpx.AsyncClient(trust_env=False) as client:
            with suppress(httpx.HTTPError):
                answer = await client.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=5)
                return dict(answer.json())
        return {}

    async def becomes(self, key: str) -> None:
        """Return once it says so."""
        async with asyncio.timeout(60):
            while not (await self.ready()).get(key):  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)


@asynccontextmanager
async def standby(home: Home) -> AsyncIterator[Standby]:
    """A second process that waits; ended afterwards."""
    second = Standby(home)
    try:
        await second.becomes("standby")
        yield second
    finally:
        second.process.terminate()
        await asyncio.to_thread(second.process.wait, 30)


def probed(port: int) -> int:
    """How the container's health check ends."""
    command = [sys.executable, "-m", "services.chassis.probe"]
    return subprocess.run(command, env={"STAFFEL_HTTP_PORT": str(port)}, check=False).returncode


async def wakes_up(paused: "subprocess.Popen[bytes] | Forked") -> int:
    """Let a paused process go on; how it ends."""
    paused.send_signal(signal.SIGCONT)
    await until(lambda: paused.poll() is not None, "the paused process ends")
    assert paused.returncode is not None
    return paused.returncode


async def test_a_standby_takes_over_from_a_process_that_hangs_and_that_one_may_not_write(
    tmp_path: Path, postgres: Postgres
) -> None:
    with postgres.fresh_database() as url:
        await stand_by(tmp_path, url)


async def stand_by(folder: Path, url: str) -> None:
    """The first process hangs under load; the second one goes on, and the first one ends."""
    async with running(folder, url) as platform, standby(platform.home) as second:
        assert probed(second.port) == 0
        async with loaded(platform) as load:
            first = platform.process("intake")
            first.send_signal(signal.SIGSTOP)
            await second.becomes("ready")
            await load.more()

            assert await wakes_up(first) == FENCED
            await load.more()


async def test_a_standby_that_is_told_to_stop_stops(tmp_path: Path) -> None:
    async with running(tmp_path) as platform, standby(platform.home) as second:
        second.process.terminate()

        assert await asyncio.to_thread(second.process.wait, 30) == 0
        assert platform.process("intake").poll() is None
