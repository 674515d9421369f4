"""The chassis' own tests, on databases and brokers from containers instead of embedded ones."""

import json
import subprocess
import sys
from pathlib import Path

import nats
from testcontainers.community.nats import NatsContainer
from testcontainers.community.postgres import PostgresContainer

from services.chassis.transport.nats_accounts import Accounts
from services.chassis.transport.provision import provision
from tests.support.carrying import CASEWORK, relaying
from tests.support.nats import stored
from tests.support.stack import ROOT, engine
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

CORE = (
    "tests/chassis/test_log_writer.py",
    "tests/chassis/test_keys.py",
)


def test_the_core_tests_hold_on_postgresql_from_a_container() -> None:
    engine()
    with PostgresContainer("postgres:17", driver="psycopg") as postgres:
        environment = {"STAFFEL_TEST_POSTGRES": postgres.get_connection_url(driver=None)}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-k", "postgresql", *CORE],
            cwd=ROOT,
            env=environment | {"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


async def test_a_log_is_carried_into_nats_from_a_container(tmp_path: Path) -> None:
    engine()
    accounts = Accounts({"ops": "word"}, {"jobcenter-1": "word"})
    settings = {"jetstream": {"store_dir": "/data"}, "accounts": accounts.config()}
    (tmp_path / "nats.conf").write_text(json.dumps(settings))
    container = NatsContainer("nats:2.15").with_command("--config /etc/staffel/nats.conf -m 8222")
    with container.with_volume_mapping(str(tmp_path), "/etc/staffel") as server:
        port = server.get_exposed_port(4222)
        nc = await nats.connect(f"nats://ops:word@127.0.0.1:{port}")
        await provision(nc, {"notify": ["casework"]}, ["jobcenter-1"])
        lines = make_wires("casework", 0, 1200)

        async with relaying(nc, ListSource(lines), CASEWORK) as relay:
            await until(lambda: relay.position == len(lines), "all is carried")

        assert await stored(nc, "LOG") == lines
        await nc.close()
