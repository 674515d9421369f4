"""A lane stores lines all together or not at all, and only after the line that it expects."""

from base64 import b64decode

import pytest
from nats.aio.client import Client
from pydantic_core import from_json, to_json

from services.chassis.transport.lane import (
    Doubt,
    Lane,
    Last,
    feed_lane,
    last_on,
    log_lane,
    say,
)
from services.chassis.transport.nats_server import NatsServer
from tests.support.nats import stored
from tests.support.until import until
from tests.support.wires import make_wire, make_wires

CASEWORK = log_lane("casework")


async def test_an_empty_lane_has_no_last_message(nc: Client) -> None:
    await say(nc, log_lane("intake"), make_wires("intake", 0, 2), 0)

    assert await last_on(nc, CASEWORK) == Last(0, b"")


@pytest.mark.parametrize("count", [1, 3, 4, 6, 1000])
async def test_the_last_message_is_the_last_line_said(nc: Client, count: int) -> None:
    wires = make_wires("casework", 0, count)

    sequence = await say(nc, CASEWORK, wires, 0)

    assert await last_on(nc, CASEWORK) == Last(sequence, wires[-1])


@pytest.mark.parametrize("count", [1, 3, 4, 50])
async def test_lines_after_another_line_than_expected_are_refused(nc: Client, count: int) -> None:
    first = make_wires("casework", 0, 10)
    await say(nc, CASEWORK, first, 0)

    with pytest.raises(Doubt) as refusal:
        await say(nc, CASEWORK, make_wires("casework", 9, 9 + count), 9)

    assert refusal.value.code == 10071
    assert await stored(nc) == first


@pytest.mark.parametrize("count", [1, 5, 10])
async def test_a_feed_refuses_lines_after_another_line_than_expected(
    nc: Client, count: int
) -> None:
    feed = feed_lane("jobcenter-12069")
    wires = make_wires("jobcenter-12069", 0, 20)
    await say(nc, feed, wires[:10], 0)

    with pytest.raises(Doubt) as refusal:
        await say(nc, feed, wires[10 : 10 + count], 3)

    assert refusal.value.code == 10071
    assert await last_on(nc, feed) == Last(10, wires[9])


@pytest.mark.parametrize("count", [1, 4, 5, 6, 10])
async def test_a_feed_holds_its_lines_in_order_however_few_they_are(nc: Client, count: int) -> None:
    feed = feed_lane("jobcenter-12069")
    wires = make_wires("jobcenter-12069", 0, 1 + count)
    first = await say(nc, feed, wires[:1], 0)

    last = await say(nc, feed, wires[1:], first)

    assert last == first + count
    assert await in_feed(nc, feed, last) == wires


@pytest.mark.parametrize("count", [2, 3, 6])
async def test_no_line_is_stored_where_the_one_before_it_was_refused(
    nc: Client, count: int
) -> None:
    wires = make_wires("casework", 0, 1 + count)
    await say(nc, CASEWORK, wires[:1], 0)

    with pytest.raises(Doubt):
        await say(nc, CASEWORK, wires[1:], 0)

    assert await stored(nc) == wires[:1]


async def in_feed(nc: Client, feed: Lane, last: int) -> list[bytes]:
    """All lines of a feed, up to the sequence of the last."""
    asked = (
        nc.request(feed.last_request, to_json({"seq": number})) for number in range(1, last + 1)
    )
    found = [from_json((await answer).data)["message"] for answer in asked]
    return [b64decode(message["data"]) for message in found]


async def test_half_a_batch_leaves_nothing_behind(server: NatsServer, nc: Client) -> None:
    wires = make_wires("casework", 0, 10)
    for number, wire in enumerate(wires[:9], start=1):
        headers = {"Nats-Batch-Id": "half", "Nats-Batch-Sequence": str(number)}
        await nc.publish(CASEWORK.subject(wire), wire, headers=headers)
    await nc.flush()

    server.kill()
    server.start()
    await until(lambda: nc.is_connected and nc.stats["reconnects"] == 1)
    await say(nc, CASEWORK, wires, 0)

    assert await stored(nc) == wires


async def test_a_stream_that_is_not_there_is_a_doubt(server: NatsServer, nc: Client) -> None:
    assert server.running

    with pytest.raises(Doubt):
        await say(nc, feed_lane("nobody-00000"), [make_wire("nobody-00000", 0)], 0)
    with pytest.raises(Doubt):
        await last_on(nc, feed_lane("nobody-00000"))
