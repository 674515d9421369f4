"""The subscriber in JavaScript against real servers: every entry once, in order, and receipts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from services.chassis.transport.nats_accounts import api_prefix, feed_subject
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.platform import agency_keys
from services.platform.agency_keys import write_credentials
from services.platform.connecting import connect_as
from services.platform.preparing import provision_streams
from staffel_contracts.client import STATUS_HEADER
from staffel_contracts.codes import RefusalCode
from staffel_contracts.context import add
from staffel_contracts.problem import problem
from staffel_contracts.sheet import sheet_digest
from tests.support.deployed import JOBCENTER, deployed
from tests.support.load import at_rest, district, running
from tests.support.nats import AGENCIES, ANSWER_SECONDS, api, connect, server_in
from tests.support.subscriber import Subscriber
from tests.support.until import until

AGENCY = AGENCIES[1]
KEY = "Idempotency-Key"
Events = list[dict[str, Any]]
FIELDS = {"language": "ar", "bank-account-exists": "yes", "dwelling": "Straße 5, „Hof“ \u2028 \x7f"}
HANDED: dict[str, Any] = {
    "handoff_id": "h-1",
    "domain": "benefits",
    "from_agency": AGENCIES[0],
    "to_agency": AGENCY,
    "sheet_ref": "s-1",
    "sheet_digest": sheet_digest(FIELDS),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    """A running server."""
    with server_in(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def platform(server: NatsServer) -> AsyncIterator[Client]:
    """The platform's side of a provisioned server, played by the test."""
    nc = await connect(server, "ops")
    await provision(nc, {}, [AGENCY])
    yield nc
    await nc.close()


@pytest_asyncio.fixture
async def feed(platform: Client) -> Events:
    """What the platform answers who asks for the feed, in pages of two."""
    entries: Events = []

    def page(wish: dict[str, Any]) -> dict[str, Any]:
        start = wish["start"]
        return {"entries": entries[start : start + min(2, wish["limit"])]}

    await answer(platform, "ask.notify.feed", page)
    return entries


@pytest.fixture
def subscriber(tmp_path: Path, server: NatsServer, feed: Events) -> Subscriber:
    """The subscriber of the jobcenter."""
    assert feed == []
    return Subscriber(tmp_path / "js", server.address, AGENCY, server.accounts.password(AGENCY))


def event(index: int, kind: str = "course-started.v1", **more: Any) -> dict[str, Any]:
    """An entry of the feed."""
    entry = {"feedindex": index, "type": kind, "subject": "c-1", "data": {"course_ref": "x"}}
    return entry | more


def erased(entry: dict[str, Any]) -> dict[str, Any]:
    """What is left of an entry whose data was erased."""
    return {name: value for name, value in entry.items() if name != "data"}


async def disclose(platform: Client, *events: dict[str, Any]) -> None:
    """Publish entries into the agency's inbox, in this order."""
    for each in events:
        await until_stored(platform, json.dumps(each).encode())


async def until_stored(platform: Client, body: bytes) -> None:
    """Publish until it is stored: what goes to a server that was just killed is lost."""
    async with asyncio.timeout(60):
        while True:
            with suppress(NatsTimeoutError, NoRespondersError):
                await platform.request(feed_subject(AGENCY), body, timeout=1)
                return


async def answer(
    platform: Client,
    subject: str,
    reply: Callable[[dict[str, Any]], dict[str, Any]],
    agency: str = AGENCY,
) -> list[dict[str, Any]]:
    """Answer requests of the agency on a subject; gives what was asked, as it grows."""
    asked: list[dict[str, Any]] = []

    async def respond(message: Msg) -> None:
        asked.append(wish := json.loads(message.data) | {"key": (message.headers or {}).get(KEY)})
        await message.respond(json.dumps(reply(wish)).encode())

    await platform.subscribe(subject.replace(".", f".{agency}.", 1), cb=respond)
    return asked


async def until_all_acknowledged(platform: Client) -> None:
    """Return as soon as the agency has acknowledged everything."""
    async with asyncio.timeout(60):
        while True:
            info = await api(platform, f"{api_prefix(AGENCY)}.CONSUMER.INFO.INBOX.app")
            if not info["num_pending"] + info["num_ack_pending"]:
                return
            await asyncio.sleep(0.01)


async def test_every_entry_is_taken_in_once_and_in_order(
    platform: Client, subscriber: Subscriber
) -> None:
    await disclose(platform, event(0), event(0), event(1), event(0), event(2))

    async with subscriber.running():
        await subscriber.until_taken(3)
        await until_all_acknowledged(platform)

    assert [line["index"] for line in subscriber.taken()] == [0, 1, 2]


async def test_it_begins_with_what_is_in_the_feed_already(
    feed: Events, subscriber: Subscriber
) -> None:
    feed += [event(0), event(1), event(2)]

    async with subscriber.running():
        taken = await subscriber.until_taken(3)

    assert [line["index"] for line in taken] == [0, 1, 2]


async def test_what_was_lost_on_the_way_is_asked_for(
    platform: Client, feed: Events, subscriber: Subscriber
) -> None:
    await disclose(platform, event(0))

    async with subscriber.running():
        await subscriber.until_taken(1)
        feed += [event(index) for index in range(5)]
        await disclose(platform, event(4))
        taken = await subscriber.until_taken(5)

    assert [line["index"] for line in taken] == [0, 1, 2, 3, 4]


async def test_it_logs_in_by_a_context_of_the_nats_tool(
    platform: Client, subscriber: Subscriber, tmp_path: Path
) -> None:
    subscriber.use_context(tmp_path)
    await disclose(platform, event(0))

    async with subscriber.running():
        taken = await subscriber.until_taken(1)

    assert [line["index"] for line in taken] == [0]


@pytest.mark.parametrize("by", ["environment", "context"])
async def test_after_its_login_was_exchanged_it_is_the_same_agency(
    server: NatsServer, platform: Client, subscriber: Subscriber, tmp_path: Path, by: str
) -> None:
    user = f"{AGENCY}~4f2a11"
    login = {AGENCY: {user: server.accounts.password(AGENCY)}}
    server.reload(replace(server.accounts, logins=login))
    subscriber.exchange(user) if by == "environment" else subscriber.use_context(tmp_path, user)
    await answer(platform, "ask.casework.handover-sheet", lambda _: {"fields": FIELDS})
    sent = await answer(
        platform, "cmd.jobcenter_bridge.confirm-delivery", lambda _: {"entries": []}
    )
    await disclose(platform, event(0, "handed-to-jobcenter.v1", data=HANDED))

    async with subscriber.running():
        await subscriber.until_taken(1)

    assert [wish["handoff_id"] for wish in sent] == ["h-1"]


async def test_it_checks_the_platforms_certificate_by_the_authority_of_its_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with deployed(tmp_path / "deploy", monkeypatch) as place:
        home = place.home
        nc = await connect_as(home, "ops")
        await provision_streams(nc, home)
        await agency_keys.rotate(home, JOBCENTER, timedelta())
        entry = json.dumps(event(0)).encode()
        await nc.request(feed_subject(JOBCENTER), entry, timeout=ANSWER_SECONDS)
        subscriber = Subscriber(tmp_path / "js", "", "", "")
        subscriber.take_context(add(write_credentials(home, JOBCENTER)), tmp_path / "config")
        await answer(nc, "ask.notify.feed", lambda _: {"entries": []}, JOBCENTER)

        async with subscriber.running():
            taken = await subscriber.until_taken(1)
        await nc.close()

    assert [line["index"] for line in taken] == [0]


@pytest.mark.parametrize("ended_by", ["terminate", "kill"])
async def test_it_goes_on_where_it_ended(
    platform: Client, subscriber: Subscriber, ended_by: str
) -> None:
    await disclose(platform, event(0), event(1))
    async with subscriber.running(ended_by=ended_by):
        await subscriber.until_taken(2)
    with subscriber.ledger.open("a") as file:
        file.write('{"index": 2, "ty')  # as a crash leaves it

    await disclose(platform, event(1), event(2))
    async with subscriber.running():
        taken = await subscriber.until_taken(3)

    assert [line["index"] for line in taken] == [0, 1, 2]


async def test_it_goes_on_after_the_server_was_away(
    server: NatsServer, platform: Client, subscriber: Subscriber
) -> None:
    await disclose(platform, event(0))

    async with subscriber.running():
        await subscriber.until_taken(1)
        server.kill()
        server.start()
        await disclose(platform, event(1))
        taken = await subscriber.until_taken(2)

    assert [line["index"] for line in taken] == [0, 1]


async def test_an_unreadable_entry_stops_its_case_and_no_other(
    platform: Client, subscriber: Subscriber
) -> None:
    kind, good = "handoff-accepted.v1", {"handoff_id": "h-1"}
    await disclose(
        platform,
        event(0, kind, data=good),
        event(1, kind, data=good | {"accepted_on": "tomorrow"}),
        event(2, "handoff-completed.v1", data=good),
        event(3, kind, data=good, subject="c-2"),
        event(4, "dreamt-of.v9", data=good, subject="c-2"),
        erased(event(5, "handoff-completed.v1", subject="c-2")),
    )

    async with subscriber.running():
        taken = await subscriber.until_taken(6)

    states = [(line["case"], line["state"]) for line in taken]
    assert states[:3] == [("c-1", "accepted"), ("c-1", "stopped"), ("c-1", "stopped")]
    assert states[3:] == [("c-2", "accepted"), ("c-2", "accepted"), ("c-2", "completed")]


async def test_what_is_handed_over_is_confirmed_with_the_digest_of_the_sheet_that_came(
    platform: Client, subscriber: Subscriber
) -> None:
    await answer(platform, "ask.casework.handover-sheet", lambda _: {"fields": FIELDS})
    sent = await answer(
        platform, "cmd.jobcenter_bridge.confirm-delivery", lambda _: {"entries": []}
    )
    other = HANDED | {"sheet_digest": "0" * 64}
    elsewhere = HANDED | {"to_agency": "jobcenter-14612"}
    kind = "handed-to-jobcenter.v1"
    await disclose(
        platform, *(event(i, kind, data=d) for i, d in enumerate((other, elsewhere, HANDED)))
    )

    async with subscriber.running():
        await subscriber.until_taken(3)

    assert sent == [
        {
            "case": "c-1",
            "handoff_id": "h-1",
            "domain": "benefits",
            "sheet_digest": HANDED["sheet_digest"],
            "receipt_ref": "feed/2",
            "key": "receipt/h-1",
        }
    ]


async def test_a_receipt_waits_while_the_platform_takes_no_commands(
    platform: Client, subscriber: Subscriber
) -> None:
    refusals = [RefusalCode.MAINTENANCE, RefusalCode.TOO_MANY_REQUESTS]

    async def confirm(message: Msg) -> None:
        if not refusals:
            await message.respond(b'{"entries": []}')
            return
        document = problem(refusals.pop())
        headers = {STATUS_HEADER: str(document.status)}
        await platform.publish(message.reply, document.to_json(), headers=headers)

    await answer(platform, "ask.casework.handover-sheet", lambda _: {"fields": FIELDS})
    await platform.subscribe(f"cmd.{AGENCY}.jobcenter_bridge.confirm-delivery", cb=confirm)
    await disclose(platform, event(0, "handed-to-jobcenter.v1", data=HANDED))

    async with subscriber.running():
        await subscriber.until_taken(1)
        await until_all_acknowledged(platform)

    assert refusals == []


async def test_what_never_came_by_the_inbox_is_asked_for(
    platform: Client, feed: Events, subscriber: Subscriber
) -> None:
    subscriber.look_every(0.1)
    async with subscriber.running():
        await disclose(platform, event(0) | {"feedindex": "0"}, event(0))
        await subscriber.until_taken(1)
        feed += [event(0), event(1), event(2)]
        taken = await subscriber.until_taken(3)

    assert [line["index"] for line in taken] == [0, 1, 2]


async def test_a_whole_platform_hears_of_the_receipt(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        password = home.config.agency_passwords[AGENCY]
        subscriber = Subscriber(tmp_path / "js", home.nats_url, AGENCY, password)
        async with subscriber.running(), district(home) as load:
            await load.persons(50)
            await until(lambda: delivered(subscriber) == 50, "50 receipts", 120)
            await at_rest(platform)

    indexes = [line["index"] for line in subscriber.taken()]
    assert indexes == list(range(len(indexes)))


def delivered(subscriber: Subscriber) -> int:
    """How many cases stand at the receipt."""
    last = {line["case"]: line["state"] for line in subscriber.taken()}
    return list(last.values()).count("delivered")
