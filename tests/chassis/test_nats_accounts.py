"""What an agency can do over NATS, and what it cannot, on a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from services.chassis.transport.lane import feed_lane
from services.chassis.transport.nats_accounts import (
    AGENCY_CONNECTIONS,
    AGENCY_PAYLOAD,
    AGENCY_SUBSCRIPTIONS,
    feed_subject,
    inbox_prefix,
)
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.relay import Relay
from tests.support.nats import AGENCIES, ANSWER_SECONDS, connect, stored
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

DISTRICT, JOBCENTER = AGENCIES


@pytest_asyncio.fixture
async def district(server: NatsServer, nc: Client) -> AsyncIterator[Client]:
    """The district's connection, on a provisioned server."""
    assert nc.is_connected
    connection = await connect(server, DISTRICT)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def jobcenter(server: NatsServer, nc: Client) -> AsyncIterator[Client]:
    """The jobcenter's connection, on a provisioned server."""
    assert nc.is_connected
    connection = await connect(server, JOBCENTER)
    yield connection
    await connection.close()


async def listen(nc: Client, *subjects: str) -> list[str]:
    """Write down the subjects of what arrives, and answer it."""
    heard: list[str] = []

    async def take(msg: object) -> None:
        heard.append(msg.subject)  # type: ignore[attr-defined]
        await msg.respond(b"done")  # type: ignore[attr-defined]

    for subject in subjects:
        await nc.subscribe(subject, cb=take)
    await nc.flush()
    return heard


async def asked(nc: Client, subject: str, data: bytes = b"{}") -> Msg:
    """Ask until someone answers: the server may overlook a subscription that is a moment old."""
    async with asyncio.timeout(60):
        while True:
            with suppress(NoRespondersError):
                return await nc.request(subject, data, timeout=2)
            await asyncio.sleep(0.01)


async def refused(nc: Client, subject: str, data: bytes = b"") -> bool:
    """Whether a request gets no answer at all."""
    try:
        await nc.request(subject, data, timeout=0.15)
    except NatsError:
        return True
    return False


async def test_the_server_writes_the_agency_into_its_commands_and_queries(
    nc: Client, district: Client, jobcenter: Client
) -> None:
    heard = await listen(nc, "cmd.>", "ask.>")

    await asked(district, "cmd.casework.open-case")
    await asked(jobcenter, "cmd.jobcenter_bridge.accept-handoff")
    await asked(jobcenter, "ask.jobcenter_bridge.handoffs")

    assert heard == [
        f"cmd.{DISTRICT}.casework.open-case",
        f"cmd.{JOBCENTER}.jobcenter_bridge.accept-handoff",
        f"ask.{JOBCENTER}.jobcenter_bridge.handoffs",
    ]


async def test_an_agency_gets_the_answer_to_its_command(nc: Client, district: Client) -> None:
    await listen(nc, "cmd.>")

    answer = await asked(district, "cmd.casework.open-case")

    assert answer.data == b"done"


async def test_a_command_in_another_agencys_name_still_bears_the_senders(
    nc: Client, district: Client
) -> None:
    heard = await listen(nc, "cmd.>")

    await asked(district, f"cmd.{JOBCENTER}.jobcenter_bridge.accept-handoff")

    assert heard == [f"cmd.{DISTRICT}.{JOBCENTER}.jobcenter_bridge.accept-handoff"]


async def test_what_the_platform_puts_into_an_inbox_only_that_agency_reads(
    nc: Client, jobcenter: Client, district: Client
) -> None:
    answer = await asked(nc, feed_subject(JOBCENTER), b"for the jobcenter")
    assert json.loads(answer.data) == {"stream": "INBOX", "seq": 1}

    pull = await jobcenter.jetstream().pull_subscribe_bind("app", "INBOX")
    [message] = await pull.fetch(1, timeout=ANSWER_SECONDS)
    other = await district.jetstream().pull_subscribe_bind("app", "INBOX")

    assert (message.subject, message.data) == ("in.feed", b"for the jobcenter")
    with pytest.raises(TimeoutError):
        await other.fetch(1, timeout=0.2)


async def test_an_agency_acknowledges_and_sees_how_far_it_is(nc: Client, jobcenter: Client) -> None:
    for data in (b"one", b"two"):
        await asked(nc, feed_subject(JOBCENTER), data)
    pull = await jobcenter.jetstream().pull_subscribe_bind("app", "INBOX")
    for message in await pull.fetch(2, timeout=ANSWER_SECONDS):
        await message.ack_sync()

    info = await pull.consumer_info()

    assert (info.num_ack_pending, info.num_pending) == (0, 0)
    assert info.ack_floor is not None
    assert info.ack_floor.stream_seq == 2


async def test_an_agency_reads_the_last_message_of_its_inbox(nc: Client, jobcenter: Client) -> None:
    for data in (b"one", b"two"):
        await asked(nc, feed_subject(JOBCENTER), data)

    last = await asked(jobcenter, "$JS.API.DIRECT.GET.INBOX.in.feed", b"")

    assert last.data == b"two"


async def test_agencies_hear_the_platforms_clock(
    nc: Client, district: Client, jobcenter: Client
) -> None:
    heard = [await listen(each, "clock.>") for each in (district, jobcenter)]

    for each in heard:
        await until_heard(nc, "clock.now", each)

    assert {subject for each in heard for subject in each} == {"clock.now"}


@pytest.mark.parametrize(
    "subject",
    [
        "in.feed",
        f"to.{JOBCENTER}.in.feed",
        f"to.{DISTRICT}.in.feed",
        "log.casework.case-opened.v1",
        "read.casework",
        "clock.set.casework",
        "status.casework",
        f"js.{JOBCENTER}.STREAM.INFO.INBOX",
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.INFO.INBOX",
        "$JS.API.STREAM.INFO.LOG",
        "$JS.API.STREAM.CREATE.OTHER",
        "$JS.API.STREAM.UPDATE.INBOX",
        "$JS.API.STREAM.DELETE.INBOX",
        "$JS.API.STREAM.PURGE.INBOX",
        "$JS.API.STREAM.MSG.GET.INBOX",
        "$JS.API.STREAM.MSG.GET.LOG",
        "$JS.API.STREAM.MSG.DELETE.INBOX",
        "$JS.API.DIRECT.GET.INBOX",
        "$JS.API.DIRECT.GET.LOG",
        "$JS.API.CONSUMER.CREATE.INBOX",
        "$JS.API.CONSUMER.CREATE.INBOX.spy.in.feed",
        "$JS.API.CONSUMER.DURABLE.CREATE.INBOX.app",
        "$JS.API.CONSUMER.DELETE.INBOX.app",
        "$JS.API.CONSUMER.NAMES.INBOX",
        "$JS.API.CONSUMER.MSG.NEXT.INBOX.spy",
        "$JS.API.CONSUMER.MSG.NEXT.LOG.notify",
        "$SYS.REQ.SERVER.PING",
    ],
)
async def test_an_agency_may_not_ask(nc: Client, district: Client, subject: str) -> None:
    heard = await listen(nc, "read.>", "clock.>", "status.>")

    assert await refused(district, subject, b"{}")
    assert heard == []


@pytest.mark.parametrize(
    "subject",
    [">", "cmd.>", "in.>", "log.>", "_INBOX.>", f"_INBOX_{JOBCENTER}.>", "$JS.>", "$SYS.>"],
)
async def test_an_agency_may_not_listen(nc: Client, district: Client, subject: str) -> None:
    heard = await listen(district, subject)
    proof = await listen(district, "clock.>")

    for spoken in ("cmd.x", "log.casework.x", f"_INBOX_{JOBCENTER}.x", feed_subject(DISTRICT)):
        await nc.publish(spoken, b"secret")
    await until_heard(nc, "clock.now", proof)

    assert heard == []


async def until_heard(nc: Client, subject: str, heard: list[str]) -> None:
    """Publish until it is heard: the server may overlook an import that is a moment old."""
    async with asyncio.timeout(60):
        while not heard:
            await nc.publish(subject, b"now")
            await nc.flush()
            await asyncio.sleep(0.01)


async def test_an_agency_cannot_write_into_its_own_inbox(nc: Client, district: Client) -> None:
    await district.publish("in.feed", b"forged")
    await district.flush()

    assert await stored(nc, "INBOX", f"js.{DISTRICT}") == []


async def once(server: NatsServer, password: str) -> None:
    """Try to connect as the district, and do not try again."""
    import nats  # noqa: PLC0415

    await nats.connect(
        server.address,
        user=DISTRICT,
        password=password,
        allow_reconnect=False,
        error_cb=lambda _: asyncio.sleep(0),
    )


async def test_nobody_gets_in_with_another_password(server: NatsServer) -> None:
    with pytest.raises(NatsError):
        await once(server, "wrong")


async def test_an_agency_opens_so_many_connections_and_no_more(
    server: NatsServer, nc: Client
) -> None:
    assert nc.is_connected
    open_ones = [await connect(server, DISTRICT) for _ in range(AGENCY_CONNECTIONS)]

    with pytest.raises(NatsError):
        await once(server, DISTRICT[::-1])

    other = await connect(server, JOBCENTER)
    for connection in (*open_ones, other):
        await connection.close()


async def test_an_agency_sends_no_message_larger_than_a_command(
    server: NatsServer, nc: Client, district: Client
) -> None:
    heard = await listen(nc, "cmd.>")
    await asked(district, "cmd.intake.admit-person", b" " * 256 * 1024)

    await district.publish("cmd.intake.admit-person", b" " * (AGENCY_PAYLOAD + 1))
    await until(lambda: not district.is_connected, "the server closes the connection")

    assert len(heard) == 1
    assert server.running


async def test_an_agency_listens_to_so_many_subjects_and_no_more(district: Client) -> None:
    for number in range(AGENCY_SUBSCRIPTIONS + 1):
        await district.subscribe(f"{inbox_prefix(DISTRICT)}.{number}")

    await until(lambda: not district.is_connected, "the server closes the connection")


async def test_an_answer_that_an_agency_has_sent_into_its_inbox_does_not_stop_its_feed(
    nc: Client, district: Client
) -> None:
    """The subject for an answer is free; the relay takes out what is no entry and goes on."""
    source = ListSource(make_wires(DISTRICT, 0, 3))
    relay = Relay(nc, feed_lane(DISTRICT), source, check_every=0.05)
    carrying = asyncio.create_task(relay.run())
    await listen(nc, "cmd.>")
    await until(lambda: relay.position == 3)
    await asked(district, "cmd.intake.admit-person")

    for number in range(4, 6):
        await district.publish("cmd.intake.admit-person", b"{}", reply="in.feed")
        await district.flush()
        source.lines += make_wires(DISTRICT, number - 1, number)
        relay.offer(number - 1, source.lines[-1:])
        await until(lambda: relay.position == number)  # noqa: B023 - awaited here

    carrying.cancel()
    assert relay.forked is None
    found = [line for line in await stored(nc, "INBOX", f"js.{DISTRICT}") if line != b"done"]
    assert found == source.lines
