"""During maintenance no command is taken; feeds, queries and what services hear go on."""

import asyncio
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from services.chassis.asking.maintenance import MaintenanceFile
from services.platform.home import Home
from services.platform.maintenance import maintenance_app
from services.platform.up import Platform
from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import RefusalCode
from tests.support.load import DISTRICT, admission, at_rest, district, running, watched
from tests.support.until import until


def maintain(home: Home, *words: str) -> str:
    """Run the verb; gives what it said."""
    ran = CliRunner().invoke(maintenance_app, [*words, "--home", str(home.folder)])
    assert ran.exit_code in {0, 1}, ran.output
    return ran.output


def send(home: Home, key: str) -> httpx.Response:
    """Send a command over HTTP."""
    url = f"{home.http_url('intake')}/commands/admit-person"
    headers = {
        "Authorization": f"Bearer {home.config.agency_passwords[DISTRICT]}",
        "Idempotency-Key": key,
    }
    content = admission(900).model_dump_json()
    return httpx.post(url, content=content, headers=headers, trust_env=False, timeout=60)


async def refused(connection: Connection) -> Refusal:
    """Send a command over NATS that is turned away."""
    with pytest.raises(Refusal) as turned:
        await connection.send(admission(901), "k-8")
    return turned.value


async def restart(platform: Platform, name: str) -> None:
    """Kill a service and wait until another process answers in its place."""
    killed = platform.process(name)
    killed.kill()
    await until(lambda: platform.process(name) is not killed, f"another {name}")
    await until(lambda: answers(platform.home, name), f"{name} ready", 120)


def answers(home: Home, name: str) -> bool:
    try:
        return httpx.get(f"{home.http_url(name)}/health/ready", trust_env=False).is_success
    except httpx.HTTPError:
        return False


async def test_commands_wait_and_all_else_goes_on_also_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as platform, watched(platform), district(platform.home) as load:
        home, connection = platform.home, load.connection
        await load.persons(50)
        maintain(home, "on", "--reason", "update", "--retry-after", "45")

        over_http, over_nats = await asyncio.to_thread(send, home, "k-7"), await refused(connection)
        whoami = await connection.ask("intake", "whoami")
        await at_rest(platform)
        disclosed = await anext(aiter(connection.feed()))
        await restart(platform, "intake")
        again = await asyncio.to_thread(send, home, "k-7")
        said = maintain(home, "status")
        maintain(home, "off")
        taken = await asyncio.to_thread(send, home, "k-7")

        assert {over_http.status_code, again.status_code} == {503}
        assert over_http.json()["code"] == "maintenance"
        assert over_http.json()["detail"] == "update"
        assert over_http.headers["Retry-After"] == "45"
        assert over_nats.problem.code is RefusalCode.MAINTENANCE
        assert over_nats.problem.status == 503
        assert whoami["id"] == DISTRICT
        assert disclosed.index == 0
        assert "UTC: update" in said
        assert taken.status_code == 200


def test_a_file_that_cannot_be_read_keeps_the_doors_closed(tmp_path: Path) -> None:
    path = tmp_path / "maintenance.json"
    seen = MaintenanceFile(path)
    assert seen.now() is None

    path.write_text("{")
    closed = seen.now()
    path.unlink()

    assert closed is not None
    assert "cannot be read" in closed.reason
    assert seen.now() is None
    assert MaintenanceFile(None).now() is None
