"""Any process may be killed in mid-work: what was acknowledged stands, once, and work goes on."""

import asyncio
from pathlib import Path

import pytest

from services.platform.config import SERVICES
from services.platform.up import Platform
from staffel_contracts.client import asking as client
from tests.support.load import Load, at_rest, faults, loaded, running, watched
from tests.support.postgres import PostgresServer
from tests.support.until import until


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets no answer asks again after one second, so that keys come twice."""
    monkeypatch.setattr(client, "_ANSWER_SECONDS", 1.0)


async def kill_service(platform: Platform, name: str) -> None:
    """Kill a service; returns when another process stands in its place."""
    killed = platform.process(name)
    killed.kill()
    await until(lambda: platform.process(name) is not killed, f"another {name}")


async def kill_transport(platform: Platform) -> None:
    """Kill NATS; returns when it is there again and we are connected to it."""
    reconnects = platform.nc.stats["reconnects"]
    platform.server.kill()
    await until(lambda: platform.nc.stats["reconnects"] > reconnects, "NATS again")


async def live_through_it(platform: Platform, load: Load) -> None:
    """Each service in turn, then NATS, every time with work under way."""
    for name in SERVICES:
        await kill_service(platform, name)
        await load.more()
    await kill_transport(platform)
    await load.more()


async def test_nothing_is_lost_or_doubled_whoever_is_killed_in_mid_work(tmp_path: Path) -> None:
    async with running(tmp_path) as platform, watched(platform):
        async with loaded(platform) as load:
            await live_through_it(platform, load)
        await at_rest(platform)

        assert await faults(platform, load) == {}


async def test_nor_on_postgresql_even_if_that_is_killed_as_well(tmp_path: Path) -> None:
    with PostgresServer() as postgres:
        async with running(tmp_path, postgres.create_database()) as platform, watched(platform):
            async with loaded(platform) as load:
                await live_through_it(platform, load)
                await asyncio.to_thread(postgres.kill)
                await kill_service(platform, "casework")
                processes = {name: platform.process(name) for name in SERVICES}
                log = tmp_path / "home/logs/casework.log"
                await until(lambda: "database does not answer" in log.read_text(), "casework waits")
                await asyncio.to_thread(postgres.start)
                await load.more()
                # Who is without a database waits for it, and is not restarted.
                assert {name: platform.process(name) for name in SERVICES} == processes
            await at_rest(platform)

            assert await faults(platform, load) == {}
