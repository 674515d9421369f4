"""Three NATS servers and standbys: what is lost is borne, and work goes on."""

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.platform.config import SERVICES
from services.platform.connecting import connect_as
from services.platform.home import host_of
from services.platform.ports import free_ports
from staffel_contracts.client import Connection
from staffel_contracts.context import Context, add, load
from tests.support.ledger import ledger, not_exactly_once, stories_differ
from tests.support.stack import OURS, Stack, report, run, stack


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("cluster") / "deploy"
    files = ("compose.leafnode.yaml",)
    with stack(folder, "--cluster", "--mutual-tls", files=files) as made:
        for kind in ("district", "jobcenter"):
            words = ("--kind", kind, "--district", "12069", "--name", f"Beispiel {kind}")
            made.staffel("agency", "add", f"{kind}-12069", *words)
        yield made


@pytest.fixture
def district(up: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return context(up, "district-12069")


def context(up: Stack, agency: str) -> Context:
    return load(add(up.folder / "credentials" / f"{agency}.json").stem)


async def operator(up: Stack) -> Any:
    return await connect_as(up.home, "ops", url=f"tls://localhost:{up.nats}")


def active(up: Stack, service: str) -> str:
    """Which of a service's two containers holds its log: the one that came first."""
    host = host_of(service)
    told = up.compose("exec", "-T", host, "python", "-m", "services.chassis.probe").stdout
    return f"{host}-standby" if told.startswith("standby") else host


async def takeover(up: Stack, service: str) -> None:
    """Kill the active process for good; returns once the standby writes the service's log."""
    nc = await operator(up)
    up.compose("kill", active(up, service))
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


async def test_an_agency_with_a_server_of_its_own_gets_its_feed_and_an_answer(
    up: Stack, district: Context, tmp_path: Path
) -> None:
    jobcenter = context(up, "jobcenter-12069")
    folder = leaf_folder(up, tmp_path / "agency")
    with leaf(up, folder) as port:
        near = replace(jobcenter, url=f"nats://127.0.0.1:{port}", identity=None, authority=None)
        connection = await Connection.of(near)
        assert (await connection.ask("notify", "whoami"))["id"] == "jobcenter-12069"
        async with ledger(up, district) as work:
            indexes = await fed(connection, 5)
            # The line is cut: commands of others go on, the feed waits, and comes in order.
            line = (f"{up.name}_outside", f"{up.name}-leaf-leaf-1")
            run("docker", "network", "disconnect", *line)
            await work.more(16)
            begun = time.monotonic()
            run("docker", "network", "connect", *line)
            indexes += await fed(connection, len(indexes) + 5, indexes[-1] + 1)
            report("agency's line cut: feed goes on after", time.monotonic() - begun)
        await connection.close()

    assert indexes == list(range(len(indexes)))


async def fed(connection: Connection, wanted: int, start: int = 0) -> list[int]:
    """The indexes of a feed from ``start`` on, acknowledged, until there are so many."""
    found: list[int] = []
    async with asyncio.timeout(120):
        async for entry in connection.feed(start):
            found.append(entry.index)
            await entry.acknowledge()
            if start + len(found) >= wanted:
                return found
    return found


def leaf_folder(up: Stack, folder: Path) -> Path:
    """What the agency makes of `leafnode/` and its credentials file, with mutual TLS."""
    known = json.loads((up.folder / "credentials/jobcenter-12069.json").read_text())
    shutil.copytree(up.folder / "leafnode", folder)
    login = f"{known['user']}:{known['password']}"
    written = {
        "ca.crt": known["staffel"]["authority"],
        "identity.pem": known["staffel"]["identity"],
        "platform.url": f'url: "tls://{login}@nats:7422"\n',
        "agency.conf": (folder / "agency.conf").read_text().replace("# cert", "cert")
        .replace("# key", "key"),
        # The two machines are one here: the agency's container reaches the platform's by name.
        "compose.override.yaml": f"services: {{leaf: {{networks: [default, near]}}}}\n"
        f"networks: {{near: {{name: {up.name}_outside, external: true}}}}\n",
    }  # fmt: skip
    for name, text in written.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)
    folder.chmod(0o755)
    return folder


@contextmanager
def leaf(up: Stack, folder: Path) -> Iterator[int]:
    """The agency's server; gives its port."""
    (port,) = free_ports(19_000, 1)
    (folder / ".env").write_text(f"AGENCY_NATS_PORT={port}\n")
    words = ("docker", "compose", "-p", f"{up.name}-leaf")
    try:
        run(*words, "up", "-d", "--wait", cwd=folder)
        yield port
    finally:
        run(*words, "down", "--timeout", "2", cwd=folder, check=False)


async def test_standbys_take_over_and_a_lost_server_is_borne(up: Stack, district: Context) -> None:
    nc = await operator(up)
    info = await nc.jetstream().stream_info("LOG")
    assert info.config.num_replicas == 3
    await nc.close()
    async with ledger(up, district) as work:
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


def test_everything_ends_in_good_order(up: Stack) -> None:
    standbys = (f"{host_of(service)}-standby" for service in SERVICES)
    ours = (*OURS, "nats-2", "nats-3", *standbys)

    up.compose("stop")

    ended = {service: up.inspect(service)["State"]["ExitCode"] for service in ours}
    assert set(ended.values()) == {0}, ended
