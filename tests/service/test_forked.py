"""A database from an hour ago under a stream that knows more: nothing is acknowledged in it."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from services.chassis.app import App
from services.chassis.keys.keyring import create_keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.settings import Settings
from services.chassis.store.migrate import migrate
from services.chassis.transport.nats_server import NatsServer
from services.chassis.work import Answer, CommandWork
from services.intake.app import SERVICE as INTAKE
from services.platform.connecting import connect_as
from services.platform.home import Home
from services.platform.preparing import provision_streams
from staffel_contracts.client import Connection
from tests.support.load import DISTRICT, admission
from tests.support.until import until


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home with NATS and intake's database."""
    home = Home.create(tmp_path / "home", passing=True)
    create_keyring(home.database_url("keyring"), load_master_key(home.master_key, None))
    migrate("intake", home.database_url("intake"))
    accounts, port = home.config.accounts(), home.config.nats_port
    with NatsServer(home.folder / "nats", accounts, port=port):
        yield home


def listens(home: Home) -> bool:
    """Whether intake's HTTP side is there, the last thing that it starts."""
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", home.config.ports["intake"])) == 0


@asynccontextmanager
async def intake(home: Home) -> AsyncIterator[App]:
    """Intake, connected; stopped in good order afterwards."""
    given = home.environment("intake").items()
    named = {k.removeprefix("STAFFEL_").lower(): v for k, v in given if k.startswith("STAFFEL_")}
    runtime = App(INTAKE, Settings(**named))  # type: ignore[arg-type]
    task = asyncio.create_task(runtime.run())
    try:
        await until(lambda: listens(home), "intake is asked")
        yield runtime
    finally:
        runtime.stopping.set()
        await task


def keep(home: Home, copy: Path) -> None:
    """Copy intake's database."""
    with (
        closing(sqlite3.connect(home.folder / "db" / "intake.sqlite")) as database,
        closing(sqlite3.connect(copy)) as kept,
    ):
        database.backup(kept)


def put_back(home: Home, copy: Path) -> None:
    """Put a copy in the place of intake's database."""
    for path in (home.folder / "db").glob("intake.sqlite*"):
        path.unlink()
    shutil.copy(copy, home.folder / "db" / "intake.sqlite")


async def admit(home: Home, *numbers: int) -> None:
    """Admit persons over NATS."""
    connection = await Connection.open(
        home.nats_url, DISTRICT, home.config.agency_passwords[DISTRICT]
    )
    for number in numbers:
        await connection.send(admission(number), f"admit/{number}")
    await connection.close()


async def asked_over_http(home: Home, number: int) -> httpx.Response:
    """What intake says to an admission over HTTP."""
    token, command = home.config.agency_passwords[DISTRICT], admission(number)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"admit/{number}"}
    url = home.http_url("intake")
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        return await client.post(
            f"/commands/{command.NAME}", content=command.model_dump_json(), headers=headers
        )


async def asked_over_nats(home: Home, number: int) -> bytes:
    """What intake says to an admission over NATS."""
    nc, command = await connect_as(home, DISTRICT), admission(number)
    reply = await nc.request(
        f"cmd.intake.{command.NAME}",
        command.model_dump_json().encode(),
        timeout=10,
        headers={"Idempotency-Key": f"admit/{number}"},
    )
    await nc.close()
    return reply.data


async def asked_inside(runtime: App, number: int) -> Answer:
    """What the writer says to an admission that passed no door, as what a service tells itself."""
    work = CommandWork(admission(number), DISTRICT, DISTRICT, "caseworker", f"admit/{number}")
    answer: Answer = await runtime.counter.ask(work)
    return answer


async def test_no_command_is_taken_by_a_log_that_is_shorter_than_what_was_carried(
    home: Home, tmp_path: Path
) -> None:
    ops = await connect_as(home, "ops")
    await provision_streams(ops, home, [DISTRICT])
    old = tmp_path / "an_hour_ago"
    async with intake(home):
        await admit(home, 1)
    keep(home, old)
    async with intake(home):
        await admit(home, 2, 3)
    put_back(home, old)

    async with intake(home) as runtime:
        inside = asyncio.create_task(asked_inside(runtime, 6))
        by_nats = await asked_over_nats(home, 5)
        await until(lambda: runtime.relay.forked is not None, "the fork is noticed")
        by_http, from_inside = await asked_over_http(home, 4), await inside
        size, told = runtime.writer.head.size, await runtime.reasons()

    assert (by_http.status_code, by_http.json()["code"]) == (503, "unavailable")
    assert b'"unavailable"' in by_nats
    assert b'"unavailable"' in from_inside.body
    assert size == 2
    assert "writer: the log is not the one that was carried to NATS" in told
    await ops.close()


async def test_nothing_is_written_before_the_stream_can_be_looked_at(home: Home) -> None:
    async with intake(home) as runtime:  # there is no stream yet
        inside = asyncio.create_task(asked_inside(runtime, 1))
        turned = await asked_over_http(home, 2)
        before, told = runtime.writer.head.size, await runtime.reasons()
        ops = await connect_as(home, "ops")
        await provision_streams(ops, home, [DISTRICT])
        after = await inside

    assert (turned.status_code, turned.json()["code"]) == (503, "unavailable")
    assert turned.headers["Retry-After"] == "2"
    assert before == 0
    assert "writer: the log was not compared yet with what was carried to NATS" in told
    assert after.status == 200
    await ops.close()


async def test_an_emptied_stream_fills_by_itself_and_the_log_goes_on(home: Home) -> None:
    ops = await connect_as(home, "ops")
    await provision_streams(ops, home, [DISTRICT])
    async with intake(home):
        await admit(home, 1)
    await ops.jetstream().purge_stream("LOG")

    async with intake(home) as runtime:
        await admit(home, 2)
        await until(lambda: runtime.relay.position == 4, "all of it is carried again")

    assert runtime.writer.head.size == 4
    await ops.close()
