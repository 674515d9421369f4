"""Every service and the NATS server are killed in mid-work, and nothing is lost or doubled."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from nats.errors import Error as NatsError

from services.platform.checks import check
from services.platform.demo.quiet import moving
from services.platform.home import SERVICES, Home
from services.platform.intake_import import sender
from services.platform.services import service_named
from services.platform.up import Platform, connect_as
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from tests.support.postgres import Postgres

START = datetime(2025, 3, 3, 8, tzinfo=UTC)
LATER = datetime(2025, 4, 14, 8, tzinfo=UTC)
PERSONS = 250
KILLS = 6


@asynccontextmanager
async def platform(home: Home) -> AsyncIterator[Platform]:
    """A platform that starts its services again when they die."""
    async with Platform(home, log_files=True) as running:
        watching = asyncio.create_task(running.watch())
        yield running
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def commands(number: int) -> list[Command]:
    reference = f"PM-{number}"
    person: dict[str, Any] = {
        "district": "12069",
        "file_reference": reference,
        "admitted_on": date(2025, 1, 7),
        "given_name": f"Given{number}",
        "family_name": "Beispiel",
        "birth_date": date(1990, 2, 3),
        "nationality": "475",
        "language": "ar",
    }
    decision: dict[str, Any] = {
        "district": "12069",
        "file_reference": reference,
        "protection_kind": "refugee_s3",
        "decided_on": date(2025, 2, 20),
        "served_on": date(2025, 2, 25),
        "received_on": date(2025, 2, 28),
    }
    return [AdmitPerson(**person), RecordAsylumRecognition(**decision)]


class Ledger:
    """A client outside that writes down every entry that was acknowledged to it."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    async def work(self, home: Home) -> None:
        nc = await connect_as(home, "district-12069")
        send = sender(nc)
        room = asyncio.Semaphore(8)

        async def person(number: int) -> None:
            async with room:
                for step, command in enumerate(commands(number)):
                    await self._until_answered(send, command, f"{number}/{step}")

        await asyncio.gather(*(person(number) for number in range(PERSONS)))
        await nc.close()

    async def _until_answered(self, send: Any, command: Command, key: str) -> None:
        while True:
            with suppress(OSError, NatsError):
                sent = await send(command, key)
                if sent.status == 200:
                    self.entries += sent.body["entries"]
                    return
                assert sent.status == 503, sent


async def until(condition: Callable[[], Any], seconds: float = 90.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes are watched
            await asyncio.sleep(0.05)


async def settled(running: Platform) -> None:
    heard = {name: tuple(service_named(name).hears) for name in SERVICES}
    seen = 0

    async def still() -> bool:
        nonlocal seen
        with suppress(NatsError):
            seen = 0 if moving(await running.status(), heard) else seen + 1
        return seen > 2

    await until(still)


def kill_something(running: Platform, random_: random.Random) -> None:
    name = random_.choice([*SERVICES, "nats"])
    if name == "nats":
        running.server.kill()
        running.server.start()
    else:
        running.process(name).kill()


async def live_through_it(home: Home) -> tuple[Ledger, dict[str, Any]]:
    ledger, random_ = Ledger(), random.Random(7)
    async with platform(home) as running:
        working = asyncio.create_task(ledger.work(home))
        for kill in range(KILLS):
            goal = (kill + 1) * PERSONS // (KILLS + 1)
            await until(lambda goal=goal: _reached(ledger, goal))  # type: ignore[misc]
            await asyncio.to_thread(kill_something, running, random_)
        await working
        await settled(running)
        await running.set_clock(LATER)
        await settled(running)
        status = await running.status()
    return ledger, status


async def _reached(ledger: Ledger, goal: int) -> bool:
    return len(ledger.entries) >= goal


def nothing_is_lost(home: Home, ledger: Ledger, status: dict[str, Any]) -> None:
    assert len(ledger.entries) == len(set(ledger.entries)) == 3 * PERSONS
    assert {entry.rpartition("/")[0] for entry in ledger.entries} == {"intake"}
    assert status["intake"]["size"] == 3 * PERSONS
    assert [status[name]["parked"] for name in SERVICES] == [0, 0, 0, 0]
    carried = status["notify"]["feeds"]["jobcenter-12069"]
    assert carried == [PERSONS, PERSONS]
    checked = check(home, LATER.date())
    assert checked.verdicts == {
        "gapless": True,
        "tables_equal_fold": True,
        "one_responsible_agency": True,
    }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_whatever_is_killed_nothing_is_lost_or_doubled(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = None
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.create_database("staffel_killed")
    home = Home.create(tmp_path / "home", clock_starts=START, database=database)

    ledger, status = await live_through_it(home)

    nothing_is_lost(home, ledger, status)


async def test_a_stream_emptied_or_deleted_behind_our_back_is_filled_again(
    tmp_path: Path,
) -> None:
    home = Home.create(tmp_path / "home", clock_starts=START)
    ledger = Ledger()
    async with platform(home) as running:
        js = running.nc.jetstream()
        working = asyncio.create_task(ledger.work(home))
        await until(lambda: _reached(ledger, PERSONS))
        await js.purge_stream("LOG")
        await until(lambda: _reached(ledger, 2 * PERSONS))
        await js.delete_stream("LOG")
        await running.provision()
        await working
        await settled(running)
        await running.set_clock(LATER)
        await settled(running)
        last = await js.get_last_msg("LOG", "log.intake.>")
        status = await running.status()

    nothing_is_lost(home, ledger, status)
    assert f'"id":"intake/{3 * PERSONS - 1}"'.encode() in (last.data or b"")


async def test_a_service_that_was_down_for_thousands_of_entries_catches_up_in_order(
    tmp_path: Path,
) -> None:
    home = Home.create(tmp_path / "home", clock_starts=START)
    ledger = Ledger()
    async with Platform(home, log_files=True) as running:
        running.process("notify").terminate()
        running.process("notify").wait(30)
        await ledger.work(home)
        watching = asyncio.create_task(running.watch())
        await settled(running)
        await running.set_clock(LATER)
        await settled(running)
        watching.cancel()
        status = await running.status()

    nothing_is_lost(home, ledger, status)
