"""A steady load on a running platform, and all that must hold once it has come to rest."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from nats.errors import Error as NatsError
from sqlalchemy import Engine, func, select

from services.chassis.store.database import open_database
from services.chassis.store.log import LogSource
from services.chassis.store.tables import ParkedRow
from services.chassis.transport.nats_accounts import api_prefix
from services.notify.feeds import FeedSource
from services.platform.config import AUDIT, SERVICES
from services.platform.demo.quiet import Restless, Stillness
from services.platform.home import Home
from services.platform.promises import check
from services.platform.up import Platform
from staffel_contracts.client import Connection
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from tests.support.nats import stored
from tests.support.until import until

DISTRICT, AGENCIES = "district-12069", ("district-12069", "jobcenter-12069")
CLOCK_STARTS = datetime(2025, 3, 21, 8, tzinfo=UTC)
ADMITTED_ON, SERVED_ON, LAST_DAY = date(2025, 2, 3), date(2025, 3, 3), date(2025, 3, 21)
"""The recognition is final by the time it is recorded, so that the handover begins at once."""
_PERSONS_AT_ONCE = 4
_PACE_SECONDS = 0.06
_PARKED = ParkedRow.__table__  # type: ignore[attr-defined]


@dataclass
class Load:
    """A district that admits persons and records their recognitions until told to stop."""

    connection: Connection
    answers: dict[str, list[str]] = field(default_factory=dict)
    """The entries caused, by idempotency key, of every command that was acknowledged."""
    stopping: bool = False
    numbers: "count[int]" = field(default_factory=count)

    @property
    def done(self) -> int:
        """How many commands were acknowledged."""
        return len(self.answers)

    async def run(self) -> None:
        """Work until ``stopping``; what was begun is ended."""
        await asyncio.gather(*(self._clerk() for _ in range(_PERSONS_AT_ONCE)))

    async def persons(self, number: int) -> None:
        """Take in so many persons, as fast as it goes."""
        for _ in range(0, number, 50):
            await asyncio.gather(*(self.person(next(self.numbers)) for _ in range(50)))

    async def more(self, number: int = 40, within: float = 40) -> None:
        """Return when so many more commands were acknowledged."""
        wanted = self.done + number
        await until(lambda: self.done >= wanted, f"{number} more answers", within)

    async def _clerk(self) -> None:
        while not self.stopping:
            await self.person(next(self.numbers))
            await asyncio.sleep(_PACE_SECONDS)

    async def person(self, number: int) -> None:
        """Admit a person and record the recognition."""
        await self.send(f"admit/{number}", admission(number))
        await self.send(f"recognise/{number}", recognition(number))

    async def send(self, key: str, command: Command) -> None:
        """Send a command, and write down what was acknowledged."""
        self.answers[key] = await self.connection.send(command, key)


def admission(number: int) -> AdmitPerson:
    """The admission of an invented person."""
    return AdmitPerson(
        district="12069",
        file_reference=f"50-{number}",
        admitted_on=ADMITTED_ON,
        given_name="Samira",
        family_name="Beispiel",
        birth_date=date(1994, 5, 17),
        nationality="475",
        language="ar",
    )


def recognition(number: int) -> RecordAsylumRecognition:
    """The recognition of the same person."""
    return RecordAsylumRecognition(
        district="12069",
        file_reference=f"50-{number}",
        protection_kind=ProtectionKind.REFUGEE_S3,
        decided_on=SERVED_ON,
        served_on=SERVED_ON,
        received_on=SERVED_ON,
    )


@asynccontextmanager
async def loaded(platform: Platform) -> AsyncIterator[Load]:
    """A load for the time of the block; behind it everything asked has been answered."""
    async with district(platform.home) as load:
        running = asyncio.create_task(load.run())
        try:
            await load.more()
            yield load
            load.stopping = True
            async with asyncio.timeout(120):
                await running
        finally:
            running.cancel()


@asynccontextmanager
async def district(home: Home) -> AsyncIterator[Load]:
    """A district that has yet to begin its work."""
    password = home.config.agency_passwords[DISTRICT]
    connection = await Connection.open(home.nats_url, DISTRICT, password)
    try:
        yield Load(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def running(folder: Path, database: str | None = None) -> AsyncIterator[Platform]:
    """A whole platform on a new home."""
    home = Home.create(folder / "home", database=database, clock_starts=CLOCK_STARTS)
    async with Platform(home, log_files=True) as platform:
        yield platform


@asynccontextmanager
async def watched(platform: Platform) -> AsyncIterator[None]:
    """For the time of the block, what ended by itself is started again."""
    watching = asyncio.create_task(platform.watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def at_rest(platform: Platform, seconds: float = 60.0) -> None:
    """Return once nothing moves any more; services may still be coming up."""
    async with asyncio.timeout(seconds):
        while True:
            with suppress(NatsError, Restless):
                await Stillness(platform, ()).wait()
                return


async def audited(platform: Platform) -> None:
    """Return once auditing has nothing to find; at a start it has to ask every service first."""
    url = f"{platform.home.http_url(AUDIT)}/health/ready"

    def well() -> bool:
        return httpx.get(url, trust_env=False, timeout=60).is_success

    await until(well, "auditing is well", 60)


async def archived(platform: Platform) -> None:
    """Return once auditing has archived all that was said; it looks every second or so."""
    wanted = {name: status["size"] for name, status in (await platform.status()).items()}
    found: dict[str, int] = {}
    async with asyncio.timeout(60):
        while found != wanted:
            asked = await platform.nc.request(f"status.{AUDIT}", b"", timeout=30)
            found = json.loads(asked.data)["archived"]
            await asyncio.sleep(0.01)


async def faults(platform: Platform, load: Load) -> dict[str, Any]:
    """What is wrong with a platform at rest, by what should hold; empty if it is well."""
    home = platform.home
    checked = await asyncio.to_thread(check, home, LAST_DAY)
    found: dict[str, Any] = dict(vars(checked))
    found["parked"] = sum(status["parked"] for status in (await platform.status()).values())
    found["parked ever"] = sum(_parked_ever(home, name) for name in SERVICES)
    found["exactly once"] = not_exactly_once(home, load)
    persons = sum(key.startswith("admit/") for key in load.answers)
    for agency in AGENCIES:
        found[f"feed of {agency}"] = not_alike(home, agency, persons)
        found[f"inbox of {agency}"] = await inbox_faults(platform, agency)
    for name in SERVICES:
        found[f"end of the stream, {name}"] = await stream_faults(platform, name)
    return {what: fault for what, fault in found.items() if fault}


def not_exactly_once(home: Home, load: Load) -> list[str]:
    """Entries of intake that belong to no acknowledged command, or to two of them."""
    owners = Counter(entry for entries in load.answers.values() for entry in entries)
    with reading(home, "intake") as engine:
        size = LogSource(engine).size()
    found = [f"{entry} belongs to {n} commands" for entry, n in owners.items() if n != 1]
    found += [f"{key} caused nothing" for key, entries in load.answers.items() if not entries]
    said = {f"intake/{index}" for index in range(size)}
    return found + sorted(said ^ owners.keys())[:5]


def not_alike(home: Home, agency: str, persons: int) -> list[str]:
    """Every person has the same story here: a case whose feed tells another has lost something."""
    stories: dict[str, list[str]] = {}
    with reading(home, "notify") as engine:
        source = FeedSource(engine, agency)
        events = source.events(0, source.size())
    for event in events:
        stories.setdefault(str(event.get("subject")), []).append(event["type"])
    told = Counter(tuple(sorted(story)) for story in stories.values())
    entries = [event["entry"] for event in events]
    twice = [entry for entry, n in Counter(entries).items() if n != 1]
    found = [f"{n} times {story}" for story, n in told.items()] if len(told) != 1 else []
    return found + twice + ([] if len(stories) == persons else [f"{len(stories)} of {persons}"])


async def inbox_faults(platform: Platform, agency: str) -> list[str]:
    """Whether an agency's own stream is its feed, index by index."""
    with reading(platform.home, "notify") as engine:
        source = FeedSource(engine, agency)
        wanted = source.wires(0, source.size())
    lines = await stored(platform.nc, "INBOX", api_prefix(agency))
    indexes = [json.loads(line)["feedindex"] for line in lines]
    found = [] if indexes == list(range(len(wanted))) else [f"{len(lines)} of {len(wanted)}"]
    return found + ([] if lines == wanted else ["the lines differ"])


async def stream_faults(platform: Platform, name: str) -> list[str]:
    """Whether the last entry of a log is in the stream."""
    with reading(platform.home, name) as engine:
        last = LogSource(engine).size() - 1
    message = await platform.nc.jetstream().get_last_msg("LOG", f"log.{name}.>")
    found = json.loads(message.data or b"{}").get("id")
    return [] if found == f"{name}/{last}" else [f"{found} instead of {name}/{last}"]


@contextmanager
def reading(home: Home, name: str) -> Iterator[Engine]:
    """The database of a service, for reading."""
    engine = open_database(home.database_url(name), read_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _parked_ever(home: Home, name: str) -> int:
    with reading(home, name) as engine, engine.connect() as conn:
        return int(conn.scalar(select(func.count()).select_from(_PARKED)) or 0)
