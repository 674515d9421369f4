"""The platform in containers: brought up, used, disturbed and torn down, as an operator would."""

import asyncio
import json
import os
import ssl
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.errors import Error as NatsError

from services.platform.config import SERVICES
from services.platform.connecting import connect_as
from services.platform.home import host_of
from staffel_contracts.client import Connection
from staffel_contracts.context import NoContext, add, load
from tests.support.ledger import ledger, not_exactly_once, stories_differ
from tests.support.stack import OURS, Stack, image, report, run
from tests.support.until import until

DISTRICT, JOBCENTER = "district-12069", "jobcenter-12069"
SOMEBODY = 4711
KILLED = (*map(host_of, SERVICES), "audit", "caddy", "nats", "postgres")


@pytest.fixture
def _contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def credentials(up: Stack, agency: str) -> Any:
    """The context that an agency has once it took up its credentials file."""
    return load(add(up.folder / "credentials" / f"{agency}.json").stem)


def add_agency(up: Stack, kind: str) -> None:
    words = ("--kind", kind, "--district", "12069", "--name", f"Beispiel {kind}")
    up.staffel("agency", "add", f"{kind}-12069", *words)


def test_a_synthetic_case_goes_through_every_service_with_its_proof(up: Stack) -> None:
    told = json.loads(up.staffel("smoke", "--json"))

    report("smoke", told["seconds"])
    assert told["ok"]
    assert set(told["proved"]) == set(SERVICES)


def test_an_operator_needs_nothing_but_an_engine(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    os.chown(tmp_path / "deploy", SOMEBODY, SOMEBODY)
    words = ("--rm", "-u", f"{SOMEBODY}:{SOMEBODY}", "-v", f"{tmp_path}/deploy:/deploy")

    told = [
        run("docker", "run", *words, image(), "deploy", "init", "/deploy", "--yes").stdout
        for _ in range(2)
    ]

    assert "made     compose.yaml" in told[0]
    assert "nothing was missing" in told[1]
    secrets = (path for path in (tmp_path / "deploy/secrets").rglob("*") if path.is_file())
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert f"STAFFEL_UID={SOMEBODY}" in (tmp_path / "deploy/.env").read_text()


@pytest.mark.parametrize("service", OURS)
def test_a_container_can_do_nothing_that_it_need_not(up: Stack, service: str) -> None:
    found = up.inspect(service)
    host = found["HostConfig"]

    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert host["CapAdd"] == (["NET_BIND_SERVICE"] if service == "caddy" else None)
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["PidsLimit"] > 0
    assert host["Memory"] > 0
    assert found["Config"]["User"].partition(":")[0] not in {"", "0", "root"}


def test_only_the_two_doors_are_published_and_on_this_machine_alone(up: Stack) -> None:
    published = {
        (service, binding["HostIp"])
        for service in (*OURS, "postgres")
        for bindings in (up.inspect(service)["NetworkSettings"]["Ports"] or {}).values()
        for binding in bindings or []
    }

    assert published == {("nats", "127.0.0.1"), ("caddy", "127.0.0.1")}


def test_the_edge_speaks_https_and_shows_nothing_that_is_for_operators(up: Stack) -> None:
    trusted = ssl.create_default_context(cafile=str(up.folder / "tls/ca.crt"))
    with httpx.Client(
        base_url=f"https://localhost:{up.https}", verify=trusted, trust_env=False
    ) as edge:
        inside = {path: edge.get(f"/intake{path}").status_code for path in ("/metrics", "/status")}
        refused = edge.post("/intake/queries/whoami", json={}).status_code

    assert inside == {"/metrics": 404, "/status": 404}
    assert refused == 401


@pytest.mark.usefixtures("_contexts")
async def test_an_agency_is_added_exchanged_and_shut_out_while_everything_runs(up: Stack) -> None:
    with pytest.raises(NoContext):
        credentials(up, DISTRICT)
    for kind in ("district", "jobcenter"):
        await asyncio.to_thread(add_agency, up, kind)
    first = credentials(up, JOBCENTER)
    connection = await Connection.of(first)
    assert (await connection.ask("jobcenter_bridge", "whoami"))["id"] == JOBCENTER

    await asyncio.to_thread(up.staffel, "agency", "rotate", JOBCENTER)
    second = credentials(up, JOBCENTER)
    for context in (first, second):  # both hold for a while
        other = await Connection.of(context)
        assert (await other.ask("jobcenter_bridge", "whoami"))["id"] == JOBCENTER
        await other.close()

    await asyncio.to_thread(up.staffel, "agency", "disable", JOBCENTER)
    for context in (first, second):
        with pytest.raises((NatsError, OSError)):
            await Connection.of(context)
    await connection.nc.close()

    await asyncio.to_thread(up.staffel, "agency", "rotate", JOBCENTER)
    again = await Connection.of(credentials(up, JOBCENTER))
    assert (await again.ask("jobcenter_bridge", "whoami"))["id"] == JOBCENTER
    await again.close()


@pytest.mark.usefixtures("_contexts")
async def test_nothing_is_lost_or_doubled_whichever_container_is_killed(up: Stack) -> None:
    async with ledger(up, credentials(up, DISTRICT)) as load:
        for service in KILLED:
            pid = up.inspect(service)["State"]["Pid"]
            begun = time.monotonic()
            up.kill(service)
            await until(lambda s=service, p=pid: up.running_since(s, p), f"another {service}", 60)  # type: ignore[misc]
            await load.more(8, within=60)
            report(f"{service} killed: acknowledging again after", time.monotonic() - begun)

    persons = sum(key.startswith("admit/") for key in load.answers)
    nc = await connect_as_ops(up)
    district = await Connection.of(credentials(up, DISTRICT))
    try:
        assert await not_exactly_once(nc, load, "12069") == []
        assert await stories_differ(district, persons) == []
    finally:
        await district.close()
        await nc.close()
    assert await asyncio.to_thread(broken_promises, up) == {}


async def connect_as_ops(up: Stack) -> Any:
    """Connect as the operator, through the published door."""
    home = up.home
    return await connect_as(home, "ops", url=f"tls://localhost:{up.nats}")


def broken_promises(up: Stack) -> dict[str, list[str]]:
    """What does not hold in the databases: gaps, tables that are no folds, two agencies or none."""
    found: dict[str, list[str]] = up.python(
        "import json; from datetime import date; from pathlib import Path\n"
        "from services.platform.home import Home\n"
        "from services.platform.promises import check\n"
        "if __name__ == '__main__':\n"
        "    found = check(Home.load(Path('/deploy')), date.today())\n"
        "    print(json.dumps({k: v for k, v in vars(found).items() if v}))\n"
    )
    return found
