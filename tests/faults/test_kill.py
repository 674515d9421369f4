"""Any process may be killed in mid-work: what was acknowledged stands, once, and work goes on."""

from pathlib import Path

import pytest

from services.platform.home import SERVICES
from services.platform.up import Platform
from staffel_contracts import client
from tests.support.load import at_rest, faults, loaded, running
from tests.support.postgres import Postgres
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


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled_whoever_is_killed_in_mid_work(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = None
    if database == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
    async with running(tmp_path, url) as platform:
        async with loaded(platform) as load:
            for name in SERVICES:
                await kill_service(platform, name)
                await load.more()
            await kill_transport(platform)
            await load.more()
        await at_rest(platform)

        assert await faults(platform, load) == {}
