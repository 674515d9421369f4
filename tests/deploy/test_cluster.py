"""Three NATS servers and standbys: what is lost is borne, and work goes on."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.platform.home import SERVICES, host_of
from services.platform.up import connect_as
from staffel_contracts.client import Connection
from staffel_contracts.context import Context, add, load
from tests.support.ledger import ledger, not_exactly_once, stories_differ
from tests.support.stack import Stack, report, stack


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("cluster") / "deploy", "--cluster") as made:
        yield made


@pytest.fixture
def district(up: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for kind in ("district", "jobcenter"):
        words = ("--kind", kind, "--district", "12069", "--name", f"Beispiel {kind}")
        up.staffel("agency", "add", f"{kind}-12069", *words)
    return load(add(up.folder / "credentials" / "district-12069.json").stem)


async def operator(up: Stack) -> Any:
    return await connect_as(up.home, "ops", url=f"tls://localhost:{up.nats}")


async def takeover(up: Stack, service: str) -> None:
    """Kill the active process for good; returns once the standby writes the service's log."""
    nc = await operator(up)
    up.compose("kill", host_of(service))
    begun = time.monotonic()
    async with asyncio.timeout(60):
        while True:
            try:
                await nc.request(f"status.{service}", b"", timeout=1)
            except Exception:  # noqa: BLE001, S112 - nobody holds the log yet
                continue
            break
    report(f"{service}: a standby took over after", time.monotonic() - begun)
    await nc.close()


async def test_standbys_take_over_and_a_lost_server_is_borne(up: Stack, district: Context) -> None:
    nc = await operator(up)
    info = await nc.jetstream().stream_info("LOG")
    assert info.config.num_replicas == 3
    await nc.close()
    async with ledger(district) as work:
        for service in SERVICES:
            await takeover(up, service)
            await work.more(8)
        begun = time.monotonic()
        up.compose("kill", "nats-3")
        await work.more(8)
        report("a NATS server lost: acknowledging again after", time.monotonic() - begun)

    persons = sum(key.startswith("admit/") for key in work.answers)
    nc, agency = await operator(up), await Connection.of(district)
    assert await not_exactly_once(nc, work, "12069") == []
    assert await stories_differ(agency, persons) == []
    await agency.close()
    await nc.close()


def test_what_was_lost_comes_back_as_a_standby(up: Stack) -> None:
    up.up()

    assert json.loads(up.staffel("smoke", "--json"))["ok"]
