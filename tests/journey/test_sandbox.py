"""The sandbox: there in seconds, all scenarios play in it, and gone without a trace."""

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.platform.invented import invented_agencies
from staffel_contracts.scenarios import names, scenario
from tests.support.cli import STAFFEL, clean_environment, staffel
from tests.support.until import until


@pytest_asyncio.fixture
async def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with contexts of its own."""
    return clean_environment(tmp_path)


def _start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [STAFFEL, "sandbox", "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)


@pytest_asyncio.fixture
async def sandbox(environment: dict[str, str]) -> "AsyncIterator[subprocess.Popen[bytes]]":
    """A running sandbox."""
    process = _start(environment)
    assert process.stdout
    told = json.loads(await asyncio.to_thread(process.stdout.readline))
    try:
        assert {one["agency"] for one in told} == {agency.id for agency in invented_agencies()}
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        process.stdout.close()


def contexts_below(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("staffel-*.json")]


async def test_every_scenario_plays_and_the_end_leaves_nothing(
    sandbox: "subprocess.Popen[bytes]", environment: dict[str, str], tmp_path: Path
) -> None:
    for name in names():
        played = await asyncio.to_thread(staffel, "play", name, "--json", environment=environment)
        assert played.code == 0, (name, played.err)
        assert len(played.lines) == len(scenario(name).steps)
    second = await asyncio.to_thread(staffel, "sandbox", environment=environment)
    assert second.code == 1
    assert "runs already" in second.err

    sandbox.send_signal(signal.SIGINT)

    await until(lambda: sandbox.poll() is not None)
    assert sandbox.returncode == 0
    assert contexts_below(tmp_path) == []
