"""Over NATS no agency reaches what is another's: every subject and call of JetStream, tried."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.chassis.transport.nats_accounts import api_prefix, inbox_prefix
from services.platform.connecting import connect_as
from tests.isolation.attempts import Attempt, Outcome, betrayed, foreign_commands, foreign_queries
from tests.isolation.bus_attempts import heard, published
from tests.isolation.world import A_JOBCENTER, AGENCIES, A, B, World
from tests.support.until import until

LEAST = {"published": 5000, "heard": 2000, "asked": 2000}
_SECONDS = 60

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Spy:
    """An agency's connection that writes down what it is refused, and what it is told."""

    def __init__(self, agency: str) -> None:
        """Spy as an agency."""
        self.agency = agency
        self.denied: list[str] = []
        self.got: list[Msg] = []
        self.nc: Client

    async def take(self, msg: Msg) -> None:
        """Write down a message."""
        self.got.append(msg)

    async def error(self, error: Exception) -> None:
        """Write down an error."""
        self.denied.append(str(error))


@asynccontextmanager
async def spying(world: World, agency: str) -> AsyncIterator[Spy]:
    """Connected as an agency, with a look at its errors."""
    spy = Spy(agency)
    spy.nc = await connect_as(world.home, agency)
    spy.nc._error_cb = spy.error  # noqa: SLF001 - `connect_as` has none
    spy.nc._closed_cb = None  # noqa: SLF001
    try:
        yield spy
    finally:
        await spy.nc.close()


async def streams(world: World) -> dict[str, Any]:
    """What every stream holds, and where its consumers stand."""
    found: dict[str, Any] = {}
    prefixes = {"LOG": "$JS.API", **{a.id: api_prefix(a.id) for a in AGENCIES}}
    for name, prefix in prefixes.items():
        stream = "LOG" if name == "LOG" else "INBOX"
        reply = await world.platform.nc.request(f"{prefix}.STREAM.INFO.{stream}", b"", timeout=20)
        said = json.loads(reply.data)
        found[name] = (said["config"], said["state"])
    return found


async def test_no_agency_can_send_to_what_is_anothers(world: World) -> None:
    """The server denies an attempt and names its subject, or has nobody to give it to.

    What begins like a door of the agency's own (``cmd.<other>.…``) gets its own name in front.
    """
    before, made = (await world.sizes(), await streams(world)), 0
    for agency in [one.id for one in AGENCIES]:
        subjects = list(published(agency))
        made += len(subjects)
        async with spying(world, agency) as spy:
            await spy.nc.subscribe(f"{inbox_prefix(agency)}.spy.>", cb=spy.take)
            for number, subject in enumerate(subjects):
                reply = f"{inbox_prefix(agency)}.spy.{number}"
                await spy.nc.publish(subject, b"{}", reply=reply)
            await spy.nc.flush(timeout=_SECONDS)
            settled = lambda: len(spy.denied) + len(spy.got) >= len(subjects)  # noqa: B023, E731
            with suppress(AssertionError):  # what is missing is said below
                await until(settled, agency, _SECONDS)

            nowhere = [subjects[int(msg.subject.rpartition(".")[2])] for msg in spy.got]
            assert [msg.data for msg in spy.got if msg.data or not _is_nobody(msg)] == []
            assert {subject.partition(".")[0] for subject in nowhere} <= {"cmd", "ask"}
            assert _not_denied(subjects, spy) == nowhere

    print(f"published: {made} attempts, all denied or given to nobody")  # noqa: T201
    assert made >= LEAST["published"]
    assert (await world.sizes(), await streams(world)) == before


def _is_nobody(msg: Msg) -> bool:
    """Whether it is the server's word that nobody listens there."""
    return (msg.headers or {}).get("Status") == "503"


def _not_denied(subjects: list[str], spy: Spy) -> list[str]:
    """What the server did not say to deny; it quotes each subject, in lower case here."""
    denied = {part for error in spy.denied for part in error.lower().split('"')}
    return [subject for subject in subjects if subject.lower() not in denied]


async def test_no_agency_hears_what_is_anothers(world: World) -> None:
    made = 0
    for agency in [one.id for one in AGENCIES]:
        subjects = list(heard(agency))
        made += 2 * len(subjects)
        async with spying(world, agency) as spy, spying(world, A_JOBCENTER) as other:
            for subject in subjects:
                await spy.nc.subscribe(subject, cb=spy.take)
                await spy.nc.subscribe(subject, queue="spies", cb=spy.take)
            await spy.nc.flush(timeout=_SECONDS)
            await until(lambda: len(spy.denied) >= 2 * len(subjects), agency, _SECONDS)  # noqa: B023
            asked = await other.nc.request("ask.notify.whoami", b"{}", timeout=_SECONDS)
            await world.platform.status()

            assert json.loads(asked.data)["id"] == A_JOBCENTER
            assert [msg.subject for msg in spy.got] == []

    print(f"heard: {made} attempts, all denied")  # noqa: T201
    assert made >= LEAST["heard"]


async def test_no_question_or_command_over_nats_tells_of_a_foreign_case(world: World) -> None:
    before = await world.sizes()
    attempts = [
        *foreign_queries(world.cases.values()),
        *(a for n, a in enumerate(foreign_commands(world.cases.values())) if n % 7 == 0),
    ]
    outcomes: list[Outcome] = []
    for agency in [one.id for one in AGENCIES]:
        async with spying(world, agency) as spy:
            mine = [a for a in attempts if a.agency == agency]
            for start in range(0, len(mine), 50):
                part = mine[start : start + 50]
                outcomes += await asyncio.gather(*(_asked(spy.nc, a, world) for a in part))

    print(f"asked: {len(outcomes)} attempts")  # noqa: T201
    assert len(outcomes) >= LEAST["asked"]
    assert [leak for o in outcomes for leak in betrayed(o, world.cases.values())] == []
    told = [str(o.attempt) for o in outcomes if o.status == 200 and "commands/" in o.attempt.path]
    assert told == []
    assert await world.sizes() == before


async def _asked(nc: Client, attempt: Attempt, world: World) -> Outcome:
    kind, _, name = attempt.path.partition("/")
    first = {"commands": "cmd", "queries": "ask"}[kind]
    headers = world.headers(attempt.agency)
    del headers["Authorization"]
    reply = await nc.request(
        f"{first}.{attempt.service}.{name}", json.dumps(attempt.body).encode(),
        timeout=_SECONDS, headers=headers,
    )  # fmt: skip
    status = int((reply.headers or {})["Staffel-Status"])
    return Outcome(attempt, status, reply.data.decode() + str(reply.headers))


@pytest.mark.parametrize(
    "reply",
    [f"to.{A_JOBCENTER}.in.feed", f"_INBOX_{A_JOBCENTER}.x", "log.casework.x", f"cmd.{A}.intake.x"],
)
async def test_an_answer_cannot_be_sent_to_somebody_else(world: World, reply: str) -> None:
    """The subject for the answer counts in the own account alone."""
    before = await streams(world)
    async with spying(world, B) as spy, spying(world, A_JOBCENTER) as victim:
        await victim.nc.subscribe(f"{inbox_prefix(A_JOBCENTER)}.>", cb=victim.take)
        await victim.nc.flush()
        await spy.nc.publish("ask.notify.whoami", b"{}", reply=reply)
        await spy.nc.flush()
        await spy.nc.request("ask.notify.whoami", b"{}", timeout=_SECONDS)
        await victim.nc.flush()

        assert victim.got == []
    assert await streams(world) == before


@pytest.mark.parametrize("agency", [agency.id for agency in AGENCIES])
async def test_an_agency_pulls_its_own_feed_and_nothing_else(world: World, agency: str) -> None:
    async with spying(world, agency) as spy:
        size = (await world.asked(agency, "notify", "feed-status"))["head"]
        subject = f"{inbox_prefix(agency)}.pull"
        await spy.nc.subscribe(subject, cb=spy.take)
        await spy.nc.publish(
            "$JS.API.CONSUMER.MSG.NEXT.INBOX.app",
            json.dumps({"batch": 1000, "no_wait": True}).encode(),
            reply=subject,
        )
        await until(lambda: len(spy.got) > size, f"{size} entries and the end", _SECONDS)

    entries = [json.loads(msg.data) for msg in spy.got if msg.data]
    assert [entry["feedindex"] for entry in entries] == list(range(size))
    assert {entry["id"].split("/")[0] for entry in entries} <= {agency}
    foreign = [c for c in world.cases.values() if agency in c.foreign]
    said = [msg.data.decode() for msg in spy.got]
    assert [word for c in foreign for word in c.betrayals for one in said if word in one] == []
    assert spy.denied == []


async def test_an_agency_that_asks_without_waiting_keeps_no_other_one_waiting(world: World) -> None:
    flood = 600
    async with spying(world, B) as spy, spying(world, A) as other:
        inbox = f"{inbox_prefix(B)}.flood"
        await spy.nc.subscribe(inbox, cb=spy.take)
        headers = world.headers(B)
        del headers["Authorization"]
        for _ in range(flood):
            await spy.nc.publish("ask.casework.cases", b"{}", reply=inbox, headers=headers)
        await spy.nc.flush()

        told = await other.nc.request("ask.casework.whoami", b"{}", timeout=_SECONDS)

        assert (told.headers or {})["Staffel-Status"] == "200"
        await until(lambda: len(spy.got) == flood, "every question is answered", _SECONDS)
    answered = [(msg.headers or {}).get("Staffel-Status") for msg in spy.got]
    assert "429" in answered
    assert set(answered) <= {"200", "429"}
    assert {(m.headers or {}).get("Retry-After") for m in spy.got if b"too-many" in m.data} == {"1"}
