"""The agency's client on a real server: the feed in order and whole, commands until answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.chassis.transport.nats_accounts import feed_subject
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from staffel_contracts.client import STATUS_HEADER, Connection, Disclosed, Refusal, feed
from staffel_contracts.codes import RefusalCode, ResponsibilityDomain
from staffel_contracts.commands.casework import ReportCourseStart
from staffel_contracts.facts.jobcenter_bridge import HandedToJobcenter
from staffel_contracts.problem import problem
from staffel_contracts.sheet import sheet_digest
from tests.support.given import day
from tests.support.inbox import AGENCY, STARTED, disclose, event, unacknowledged, until_stored
from tests.support.nats import AGENCIES, connect, server_in
from tests.support.until import until

WISH = ReportCourseStart(case="c-1", course_ref="course-1", started_on=day("2025-03-03"))

SHEET = {"language": "ar"}
HANDED = HandedToJobcenter(
    handoff_id="h-1",
    domain=ResponsibilityDomain.BENEFITS,
    from_agency=AGENCIES[0],
    to_agency=AGENCY,
    submitted_on=day("2025-03-21"),
    effective_on=day("2025-04-01"),
    lossfree_on=day("2025-04-30"),
    sheet_ref="s-1",
    sheet_digest=sheet_digest(SHEET),
)


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


async def take(agency: Connection, number: int, wanted: int = 0) -> list[Disclosed]:
    """The first entries of the feed, each dealt with as it comes."""
    found = []
    async with asyncio.timeout(60), aclosing(aiter(agency.feed(wanted))) as feed:
        async for entry in feed:
            await entry.done()
            found.append(entry)
            if len(found) == number:
                break
    return found


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


async def test_a_feed_that_was_acknowledged_is_read_again_from_any_index(
    platform: Client, agency: Connection
) -> None:
    await disclose(platform, 0, 1, 2)
    await take(agency, 3)

    async def feed(message: Msg) -> None:
        start = json.loads(message.data)["start"]
        await message.respond(json.dumps({"entries": [event(i) for i in range(start, 3)]}).encode())

    await platform.subscribe(f"ask.{AGENCY}.notify.feed", cb=feed)
    await disclose(platform, 3)

    entries = []
    async with asyncio.timeout(60):
        async for entry in agency.feed(1, replay=True):
            entries.append(entry.index)
            if entry.index == 3:
                break

    assert entries == [1, 2, 3]


async def test_what_never_came_by_the_inbox_is_asked_for(
    platform: Client, agency: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_PULL_SECONDS", 2.5)  # more than two heartbeats
    await answer_with_feed_of(platform, 3)
    await disclose(platform, 0)

    entries = await take(agency, 3)

    assert [entry.index for entry in entries] == [0, 1, 2]


async def test_an_index_of_another_platform_is_told_and_nothing_is_taken_for_seen(
    platform: Client, agency: Connection
) -> None:
    await answer_with_feed_of(platform, 2)
    await disclose(platform, 0, 1)

    with pytest.raises(Refusal, match="invalid"):
        await take(agency, 1, wanted=7)

    assert await unacknowledged(platform) == 2


async def test_entries_whose_place_is_no_number_are_left(
    platform: Client, agency: Connection
) -> None:
    for odd in ("1", 1.0, None, [1], True):
        body = json.dumps(event(0) | {"feedindex": odd}).encode()
        await until_stored(platform, feed_subject(AGENCY), body)
    await until_stored(platform, feed_subject(AGENCY), b"[" * 100_000)
    await disclose(platform, 0)

    entries = await take(agency, 1)

    assert [entry.index for entry in entries] == [0]
    await until_dealt_with(platform)


async def answer_with_feed_of(platform: Client, size: int) -> None:
    """Answer who asks for the feed as the platform does."""

    async def answer(message: Msg) -> None:
        wish = json.loads(message.data)
        page = range(wish["start"], min(size, wish["start"] + wish["limit"]))
        if wish["start"] <= size:
            await message.respond(json.dumps({"entries": [event(i) for i in page]}).encode())
            return
        document = problem(RefusalCode.INVALID, "another platform", "start")
        headers = {STATUS_HEADER: str(document.status)}
        await platform.publish(message.reply, document.to_json(), headers=headers)

    await platform.subscribe(f"ask.{AGENCY}.notify.feed", cb=answer)


async def test_a_line_that_is_no_entry_is_left_and_its_place_is_asked_for(
    platform: Client, agency: Connection
) -> None:
    async def feed(message: Msg) -> None:
        await message.respond(json.dumps({"entries": [event(0)]}).encode())

    await platform.subscribe(f"ask.{AGENCY}.notify.feed", cb=feed)
    await until_stored(platform, feed_subject(AGENCY), b"{")
    await disclose(platform, 1)

    entries = await take(agency, 2)

    assert [entry.index for entry in entries] == [0, 1]


async def test_a_handoff_is_confirmed_by_itself_before_its_entry_is_acknowledged(
    platform: Client, agency: Connection
) -> None:
    receipts: list[tuple[str, dict[str, str]]] = []
    open_before: list[int] = []

    async def sheet(message: Msg) -> None:
        await message.respond(json.dumps({"fields": SHEET}).encode())

    async def confirm(message: Msg) -> None:
        open_before.append(await unacknowledged(platform))
        receipts.append(((message.headers or {})["Idempotency-Key"], json.loads(message.data)))
        await message.respond(b'{"entries": ["jobcenter_bridge/1"]}')

    await platform.subscribe(f"ask.{AGENCY}.casework.handover-sheet", cb=sheet)
    await platform.subscribe(f"cmd.{AGENCY}.jobcenter_bridge.confirm-delivery", cb=confirm)
    handed = event(0) | {"type": HANDED.TYPE, "data": HANDED.model_dump(mode="json")}
    await until_stored(platform, feed_subject(AGENCY), json.dumps(handed).encode())

    async with asyncio.timeout(60):
        async for entry in agency.feed(receipts=True):
            await entry.done()
            break
    await until_dealt_with(platform)

    assert open_before == [1]
    ((key, receipt),) = receipts
    assert key == "receipt/h-1"
    assert (receipt["sheet_digest"], receipt["receipt_ref"]) == (HANDED.sheet_digest, "feed/0")


async def test_what_is_not_dealt_with_stays_open(platform: Client, agency: Connection) -> None:
    await disclose(platform, 0, 1)
    async with asyncio.timeout(60):
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


async def test_a_refusal_with_a_code_of_a_newer_platform_is_a_refusal(
    platform: Client, agency: Connection
) -> None:
    async def refuse(message: Msg) -> None:
        document = problem(RefusalCode.NOT_RESPONSIBLE).model_dump() | {"code": "dreamt-of"}
        body, headers = json.dumps(document).encode(), {STATUS_HEADER: "409"}
        await platform.publish(message.reply, body, headers=headers)

    await platform.subscribe("cmd.*.casework.*", cb=refuse)

    with pytest.raises(Refusal, match="dreamt-of"):
        await agency.send(WISH, "key-1")


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
        await asyncio.wait_for(Connection.open(server.address, AGENCY, "wrong"), 60)


@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")
async def test_why_an_agency_that_was_shut_out_gets_nothing_is_logged(
    server: NatsServer, platform: Client, agency: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    known = server.accounts
    server.kill()
    server.accounts = replace(known, agencies={**known.agencies, AGENCY: "another"})
    server.start()
    await until(lambda: "Authorization Violation" in caplog.text, "it is told", 60)
    told = caplog.text.count("Authorization Violation")
    server.kill()
    server.accounts = known
    server.start()
    await until(lambda: f"{AGENCY} is connected again" in caplog.text, "it is back", 60)
    await disclose(platform, 0)

    assert told == 1
    assert [entry.index for entry in await take(agency, 1)] == [0]


async def until_dealt_with(platform: Client) -> None:
    """Return as soon as the agency has acknowledged everything."""
    async with asyncio.timeout(60):
        while await unacknowledged(platform):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
