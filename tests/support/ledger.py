"""A client outside the platform that writes down what was acknowledged, and compares afterwards."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client

from services.chassis.transport.log_endpoint import NoAnswer, ask_log
from staffel_contracts.client import Connection
from staffel_contracts.context import Context, add, load
from tests.support.load import Load
from tests.support.stack import Stack

_PAGE = 500


def district_context(up: Stack) -> Context:
    """The context of the district at work, which is let in where it is not there yet."""
    agency = "district-12069"
    if not any(one.id == agency for one in up.home.agencies()):
        words = ("--kind", "district", "--district", "12069", "--name", "Beispielkreis")
        up.staffel("agency", "add", agency, *words)
    return load(add(up.folder / "credentials" / f"{agency}.json").stem)


@asynccontextmanager
async def ledger(up: Stack, district: Context) -> AsyncIterator[Load]:
    """A district at work for the time of the block; behind it everything asked was answered.

    It goes on with what it has written down about this platform before.
    """
    connection = await Connection.of(district)
    work = Load(connection, answers=up.answers, numbers=up.numbers)
    working = asyncio.create_task(work.run())
    try:
        await work.more()
        yield work
        work.stopping = True
        async with asyncio.timeout(180):
            await working
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await connection.close()


async def log_of(nc: Client, log: str) -> list[dict[str, object]]:
    """Every entry of a log, as its sayer gives them."""
    found: list[dict[str, object]] = []
    async with asyncio.timeout(120):
        while True:
            try:
                answer = await ask_log(nc, log, len(found), _PAGE)
            except NoAnswer:
                await asyncio.sleep(0.5)
                continue
            found += [json.loads(wire) for wire in answer.wires]
            if len(found) >= answer.size:
                return found


async def not_exactly_once(nc: Client, load: Load, district: str) -> list[str]:
    """Entries of intake that belong to no acknowledged command of the ledger, or to two."""
    owners = Counter(entry for entries in load.answers.values() for entry in entries)
    log = await log_of(nc, "intake")
    said = {str(entry["id"]) for entry in log if entry.get("district") == district}
    found = [f"{entry} belongs to {n} commands" for entry, n in owners.items() if n != 1]
    found += [f"{key} caused nothing" for key, entries in load.answers.items() if not entries]
    return found + sorted(said ^ owners.keys())[:5]


async def stories_differ(agency: Connection, persons: int, seconds: float = 180) -> list[str]:
    """What is wrong with an agency's feed once every person has the same story, each entry once."""
    faults = ["nothing came"]
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while faults:
                faults = _faults(await _feed(agency), persons)
                await asyncio.sleep(0.5)
    return faults


async def _feed(agency: Connection) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    while page := (await agency.ask("notify", "feed", start=len(events), limit=_PAGE))["entries"]:
        events += page
    return events


def _faults(events: list[dict[str, object]], persons: int) -> list[str]:
    stories: dict[str, list[str]] = {}
    for event in events:
        stories.setdefault(str(event.get("subject")), []).append(str(event["type"]))
    told = Counter(tuple(sorted(story)) for story in stories.values())
    twice = [str(e) for e, n in Counter(event["entry"] for event in events).items() if n != 1]
    found = [f"{n} times {story}" for story, n in told.items()] if len(told) != 1 else []
    return found + twice + ([] if len(stories) == persons else [f"{len(stories)} of {persons}"])
