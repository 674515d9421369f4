"""The agency's client on a real server: the feed in order and whole, commands until answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from services.chassis.nats_accounts import api_prefix, feed_subject
from services.chassis.nats_server import NatsServer
from services.chassis.provision import provision
from staffel_contracts.client import STATUS_HEADER, Connection, Disclosed, Refusal
from staffel_contracts.codes import RefusalCode
from staffel_contracts.commands.casework import ReportCourseStart
from staffel_contracts.facts.casework import CourseStarted
from staffel_contracts.problem import problem
from tests.support.given import day
from tests.support.nats import AGENCIES, api, connect, server_in

AGENCY = AGENCIES[1]
STARTED = CourseStarted(course_ref="course-1", started_on=day("2025-03-03"), days_waited=3)
WISH = ReportCourseStart(case="c-1", course_ref="course-1", started_on=day("2025-03-03"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    """A running server."""
    with server_in(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def platform(server: NatsServer) -> AsyncIterator[Client]:
    """The platform's side of a provisioned server."""
    nc = await connect(server, "ops")
    await provision(nc, {}, [AGENCY])
    yield nc
    await nc.close()


@pytest_asyncio.fixture
async def agency(server: NatsServer, platform: Client) -> AsyncIterator[Connection]:
    """The agency's connection."""
    assert platform.is_connected
    connection = await Connection.open(server.address, AGENCY, server.accounts.password(AGENCY))
    yield connection
    await connection.close()


def event(index: int, case: str = "c-1") -> dict[str, object]:
    """An entry of the feed."""
    data = STARTED.model_dump(mode="json")
    return {"feedindex": index, "type": STARTED.TYPE, "subject": case, "data": data}


async def disclose(platform: Client, *indexes: int) -> None:
    """Publish entries into the agency's inbox, in this order."""
    for index in indexes:
        body = json.dumps(event(index)).encode()
        await until_stored(platform, feed_subject(AGENCY), body)


async def until_stored(platform: Client, subject: str, body: bytes) -> None:
    """Publish until it is stored: what goes to a server that was just killed is lost."""
    async with asyncio.timeout(20):
        while True:
            with suppress(NatsTimeoutError, NoRespondersError):
                await platform.request(subject, body, timeout=1)
                return


async def take(agency: Connection, number: int, wanted: int = 0) -> list[Disclosed]:
    """The first entries of the feed, each dealt with as it comes."""
    found = []
    async with asyncio.timeout(20):
        async for entry in agency.feed(wanted):
            await entry.done()
            found.append(entry)
            if len(found) == number:
                break
    return found


async def unacknowledged(platform: Client) -> int:
    """How many entries the agency has not dealt with."""
    info = await api(platform, f"{api_prefix(AGENCY)}.CONSUMER.INFO.INBOX.app")
    return int(info["num_pending"]) + int(info["num_ack_pending"])


async def test_the_feed_brings_every_entry_in_order(platform: Client, agency: Connection) -> None:
    await disclose(platform, 0, 1, 2)

    entries = await take(agency, 3)

    assert [entry.index for entry in entries] == [0, 1, 2]
    assert [entry.fact for entry in entries] == [STARTED] * 3
    assert entries[0].case == "c-1"


async def test_an_entry_that_comes_twice_is_seen_once(platform: Client, agency: Connection) -> None:
    await disclose(platform, 0, 0, 1)

    entries = await take(agency, 2)

    assert [entry.index for entry in entries] == [0, 1]
    await until_dealt_with(platform)


async def test_what_was_lost_on_the_way_is_asked_for(platform: Client, agency: Connection) -> None:
    asked: list[dict[str, int]] = []

    async def feed(message: Msg) -> None:
        asked.append(wish := json.loads(message.data))
        page = range(wish["start"], wish["start"] + wish["limit"])
        await message.respond(json.dumps({"entries": [event(i) for i in page]}).encode())

    await platform.subscribe(f"ask.{AGENCY}.notify.feed", cb=feed)
    await disclose(platform, 0, 4)

    entries = await take(agency, 5)

    assert [entry.index for entry in entries] == [0, 1, 2, 3, 4]
    assert asked == [{"start": 1, "limit": 3}]


async def test_what_is_not_dealt_with_stays_open(platform: Client, agency: Connection) -> None:
    await disclose(platform, 0, 1)
    async with asyncio.timeout(20):
        async for entry in agency.feed():
            if entry.index == 1:
                break

    assert await unacknowledged(platform) == 2


async def test_the_feed_goes_on_after_the_server_was_away(
    server: NatsServer, platform: Client, agency: Connection
) -> None:
    await disclose(platform, 0)
    taking = asyncio.create_task(take(agency, 2))
    await until_dealt_with(platform)

    server.kill()
    server.start()
    await disclose(platform, 1)

    assert [entry.index for entry in await taking] == [0, 1]


async def test_a_fact_that_is_seen_in_part_is_no_fact(platform: Client, agency: Connection) -> None:
    await disclose(platform, 0)
    (entry,) = await take(agency, 1)

    partly = Disclosed(0, entry.type, entry.case, {"data": {"course_ref": "course-1"}})
    unknown = Disclosed(0, "course-dreamt-of.v1", entry.case, entry.event)

    assert partly.fact is None
    assert unknown.fact is None


async def test_a_command_gives_the_entries_it_caused(platform: Client, agency: Connection) -> None:
    heard: list[tuple[str, dict[str, str] | None]] = []

    async def answer(message: Msg) -> None:
        heard.append((message.subject, message.headers))
        await message.respond(b'{"entries": ["casework/7"], "case": "c-1"}')

    await platform.subscribe("cmd.*.casework.*", cb=answer)

    entries = await agency.send(WISH, "key-1")

    assert entries == ["casework/7"]
    subject, headers = heard[0]
    assert subject == f"cmd.{AGENCY}.casework.report-course-start"
    assert (headers or {})["Idempotency-Key"] == "key-1"


async def test_a_refusal_carries_its_code(platform: Client, agency: Connection) -> None:
    async def refuse(message: Msg) -> None:
        document = problem(RefusalCode.NOT_RESPONSIBLE, "another agency is", "case")
        headers = {STATUS_HEADER: str(document.status)}
        await platform.publish(message.reply, document.to_json(), headers=headers)

    await platform.subscribe("cmd.*.casework.*", cb=refuse)

    with pytest.raises(Refusal) as refusal:
        await agency.send(WISH, "key-1")

    assert refusal.value.problem.code is RefusalCode.NOT_RESPONSIBLE
    assert refusal.value.problem.field == "case"


async def test_a_command_is_sent_again_under_the_same_key_until_it_is_answered(
    platform: Client, agency: Connection
) -> None:
    keys: list[str] = []
    sending = asyncio.create_task(agency.send(WISH, "key-1"))

    async def answer(message: Msg) -> None:
        keys.append((message.headers or {})["Idempotency-Key"])
        if len(keys) == 1:
            document = problem(RefusalCode.UNAVAILABLE)
            headers = {STATUS_HEADER: str(document.status)}
            await platform.publish(message.reply, document.to_json(), headers=headers)
            return
        await message.respond(b'{"entries": [], "case": null}')

    await asyncio.sleep(0)  # the first attempt finds nobody
    await platform.subscribe("cmd.*.casework.*", cb=answer)

    assert await sending == []
    assert keys == ["key-1", "key-1"]


async def test_an_agency_without_the_right_password_is_turned_away(server: NatsServer) -> None:
    with pytest.raises(Exception, match="Authorization Violation"):
        await asyncio.wait_for(Connection.open(server.address, AGENCY, "wrong"), 5)


async def until_dealt_with(platform: Client) -> None:
    """Return as soon as the agency has acknowledged everything."""
    async with asyncio.timeout(20):
        while await unacknowledged(platform):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
