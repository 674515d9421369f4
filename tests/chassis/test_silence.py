"""Whatever goes wrong, who asked is answered, and nothing of what was asked is logged."""

import json
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis.access import Access, Query
from services.chassis.agencies import Agencies, Agency
from services.chassis.asking.querying import Queries
from services.chassis.clock import RealClock
from services.chassis.endpoints.bus import STATUS_HEADER, Bus
from services.chassis.restricting import Restricted
from services.chassis.service import Service
from services.chassis.store.database import open_database
from staffel_contracts.access import DECIDE, ROLE_HEADER, Scope
from staffel_contracts.codes import AgencyKind

CANARY, DISTRICT = "Zilpzalp", "district-12069"
PROGRAM = """
import asyncio, gc
from sqlalchemy import text
from services.chassis.store.database import open_database
from services.chassis.running.process import run_process
from services.chassis.settings import ProcessSettings

async def forgotten():
    raise ValueError("Zilpzalp")

class Broken:
    def __init__(self):
        self.stopping = asyncio.Event()

    async def run(self):
        await asyncio.wait([asyncio.create_task(forgotten())])
        gc.collect()
        with open_database("sqlite://").begin() as conn:
            conn.execute(text("SELECT * FROM nowhere WHERE name = 'Zilpzalp'"))

run_process("toy", ProcessSettings(), Broken)
"""


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = open_database(database, read_only=True)
    yield engine
    engine.dispose()


def failing(conn: Connection, *_: Any) -> Any:
    return conn.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY}).all()


def test_an_error_of_the_database_does_not_say_what_was_asked_for(engine: Engine) -> None:
    with engine.connect() as conn, pytest.raises(SQLAlchemyError) as raised:
        failing(conn)

    assert "nowhere" in str(raised.value)
    assert CANARY not in repr(raised.value) + str(raised.value)


def lost(*_: Any) -> Any:
    raise KeyError(CANARY)


@pytest.mark.parametrize(
    ("read", "reasons"),
    [(lost, {"our bug: KeyError"}), (failing, {"our bug: ProgrammingError", None})],
)
async def test_a_query_that_fails_is_answered(
    nc: Client, engine: Engine, read: Any, reasons: set[str | None]
) -> None:
    logged: list[dict[str, Any]] = []
    query = Query(read, Access(Scope.CASE, DECIDE))
    service = Service("casework", {}, queries={"asked": query})
    kind = AgencyKind.DISTRICT
    runtime: Any = SimpleNamespace(
        service=service,
        queries=Queries(service, engine, Restricted(RealClock()), lambda _: None),
        agencies=Agencies([Agency(id=DISTRICT, kind=kind, district="12069", name="x")]),
        log=SimpleNamespace(error=lambda _, **said: logged.append(said)),
    )
    await Bus(runtime, nc).start()

    subject, headers = f"ask.{DISTRICT}.casework.asked", {ROLE_HEADER: "caseworker"}
    answer = await nc.request(subject, b"{}", timeout=20, headers=headers)
    runtime.queries.close()

    status, code = (answer.headers or {})[STATUS_HEADER], json.loads(answer.data)["code"]
    assert (status, code) in {("500", "broken"), ("503", "unavailable")}
    assert {said["reason"] for said in logged} <= reasons
    assert bool(logged) == (code == "broken")
    assert CANARY not in str(logged)


def test_a_process_that_ends_does_not_say_what_was_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=False, text=True
    )

    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [line["reason"].partition(":")[0] for line in said] == ["ValueError", "ProgrammingError"]
    assert CANARY not in done.stderr
