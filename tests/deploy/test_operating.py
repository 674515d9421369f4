"""The operator's verbs in containers: look, back up, close the doors, exchange every key."""

import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from nats.errors import Error as NatsError

from services.platform.config import PROCESSES, SERVICES
from services.platform.connecting import connect_as
from services.platform.home import Home
from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import RefusalCode
from staffel_contracts.tlog.policy import read_policy
from tests.support.ledger import district_context, ledger, not_exactly_once
from tests.support.load import Load, admission
from tests.support.stack import OURS, Stack, report

EVERYTHING = (*OURS, "postgres")
WAITED = 0.05


@pytest.fixture
def _contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture
def district(up: Stack, _contexts: None) -> Any:
    return district_context(up)


@asynccontextmanager
async def nothing_stands_still(up: Stack, district: Any, what: str) -> AsyncIterator[Load]:
    """A district at work for the time of the block: all is acknowledged, nobody is restarted."""
    before = up.pids(*EVERYTHING)
    async with ledger(up, district) as load:
        longest = asyncio.create_task(_longest_wait(load))
        yield load
        await load.more(8)
        longest.cancel()
        report(f"{what}: longest wait for an answer", await longest)
    assert up.pids(*EVERYTHING) == before
    nc = await connect_as(up.home, "ops", url=f"tls://localhost:{up.nats}")
    try:
        assert await not_exactly_once(nc, load, "12069") == []
    finally:
        await nc.close()


async def _longest_wait(load: Load) -> float:
    longest, last, done = 0.0, time.monotonic(), load.done
    try:
        while True:
            await asyncio.sleep(WAITED)
            now = time.monotonic()
            if load.done != done:
                longest, last, done = max(longest, now - last), now, load.done
    except asyncio.CancelledError:
        return longest


def test_the_doctor_finds_nothing_that_fails(up: Stack) -> None:
    words = ("run", "--rm", "-T", "ops", "doctor", "--format", "json")
    found = json.loads(up.compose(*words, check=False).stdout)
    bad = [f"{one['check']}: {one['text']}" for one in found["checks"] if one["level"] != "ok"]

    # How full the disk is, is the machine's own affair.
    assert [line for line in bad if not line.startswith("disk.")] == []


def test_a_backup_is_made_verified_and_drilled_while_everything_runs(up: Stack) -> None:
    made = up.told("backup", "create", "--keep", "3")
    verified = up.told("backup", "verify", "latest")
    drilled = up.told("backup", "drill", "latest")
    listed = up.told("backup", "list")

    assert set(made["logs"]) == set(SERVICES)
    assert (verified["well"], drilled["well"]) == (True, True)
    assert listed["drilled_at"]


async def test_in_maintenance_commands_are_turned_away_and_questions_answered(
    up: Stack, district: Any
) -> None:
    connection = await Connection.of(district)
    try:
        await asyncio.to_thread(up.staffel, "maintenance", "on", "--reason", "new disk")
        with pytest.raises(Refusal) as refused:
            await connection.send(admission(9_000_001), "maintenance/1")
        assert refused.value.problem.code is RefusalCode.MAINTENANCE
        assert (await connection.ask("intake", "whoami"))["id"] == district.agency
        await asyncio.to_thread(up.staffel, "maintenance", "off")
    finally:
        await connection.close()


async def test_the_master_key_is_rotated_while_everything_runs(up: Stack, district: Any) -> None:
    before = up.home.master_key.read_text()
    async with nothing_stands_still(up, district, "master key"):
        rotated = await asyncio.to_thread(up.told, "keys", "rotate", "master")

    assert rotated["rotated"]
    assert up.home.master_key.read_text() != before


async def test_services_get_new_logins_while_everything_runs(up: Stack, district: Any) -> None:
    former = Home.load(up.folder)
    async with nothing_stands_still(up, district, "logins at NATS"):
        done = await asyncio.to_thread(up.told, "keys", "rotate", "nats")

    assert (set(done["exchanged"]), done["behind"]) == ({*PROCESSES, "ops", "system"}, [])
    trusted = ssl.create_default_context(cafile=str(up.folder / "tls/ca.crt"))
    with pytest.raises((NatsError, OSError)):
        await Connection.open(
            f"tls://localhost:{up.nats}", *former.config.service_login("ops"), tls=trusted
        )


async def test_a_log_whose_key_leaked_signs_with_another(up: Stack, district: Any) -> None:
    before = read_policy(up.home.policy.read_bytes()).logs
    async with nothing_stands_still(up, district, "a log's key"):
        await asyncio.to_thread(up.told, "keys", "rotate", "signing", "casework", "--leaked")

    after = read_policy(up.home.policy.read_bytes()).logs
    assert [key.name for key in before if key not in after] == [f"{up.home.config.origin}/casework"]
    assert json.loads(await asyncio.to_thread(up.staffel, "smoke", "--json"))["ok"]
    assert (await asyncio.to_thread(up.told, "audit", "findings"))["open"] == []


async def test_certificates_are_exchanged_while_everything_runs(up: Stack, district: Any) -> None:
    before = await asyncio.to_thread(serials, up)
    async with nothing_stands_still(up, district, "certificates"):
        await asyncio.to_thread(up.operator, "./renew", "--all")
    after = await asyncio.to_thread(serials, up)

    assert {name for name in before if before[name] != after[name]} == {"edge", "nats", "postgres"}


def serials(up: Stack) -> dict[str, int]:
    """The serial numbers of the certificates that are shown at the doors, and to the services."""
    return {
        "edge": serial(ssl.get_server_certificate(("127.0.0.1", up.https))),
        "nats": serial(certificate_of_nats(up.nats)),
        "postgres": up.python(
            "import socket, ssl, json\n"
            "raw = socket.create_connection(('postgres', 5432))\n"
            "raw.sendall(bytes.fromhex('0000000804d2162f')); assert raw.recv(1) == b'S'\n"
            "context = ssl._create_unverified_context()\n"
            "shown = context.wrap_socket(raw).getpeercert(binary_form=True)\n"
            "from cryptography import x509\n"
            "print(json.dumps(x509.load_der_x509_certificate(shown).serial_number))\n"
        ),
    }


def serial(pem: str) -> int:
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def certificate_of_nats(port: int) -> str:
    """NATS greets in the clear, and speaks TLS after that."""
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.recv(65_536)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(raw) as shown:
            return ssl.DER_cert_to_PEM_cert(shown.getpeercert(binary_form=True) or b"")
