"""What carrying and hearing cost in round trips, counted and not timed."""

import asyncio

from nats.aio.client import Client

from services.chassis.transport.lane import BATCH_ENTRIES, log_lane, say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.relay import Relay
from tests.support.ears import Ear, reading
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

CASEWORK = log_lane("casework")
BATCHES = 8
ENTRIES = BATCHES * BATCH_ENTRIES


async def test_a_batch_of_a_thousand_entries_costs_the_relay_one_answer(
    nc: Client,
) -> None:
    source = ListSource(make_wires("casework", 0, ENTRIES))
    before = nc.stats["in_msgs"]
    relay = Relay(nc, CASEWORK, source, check_every=60)
    task = asyncio.create_task(relay.run())

    await until(lambda: relay.position == ENTRIES)
    answers = nc.stats["in_msgs"] - before
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert BATCHES <= answers <= BATCHES + 2  # and where the stream stood at first


async def test_two_entries_are_said_with_one_answer(nc: Client) -> None:
    before = nc.stats["in_msgs"]

    await say(nc, CASEWORK, make_wires("casework", 0, 2), 0)

    assert nc.stats["in_msgs"] - before == 1


async def test_hearing_costs_a_pull_and_an_acknowledgement_for_hundreds_of_entries(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, ENTRIES)
    after = 0
    for start in range(0, ENTRIES, BATCH_ENTRIES):
        after = await say(nc, CASEWORK, wires[start : start + BATCH_ENTRIES], after)
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        said = reader._broker.connection.stats  # noqa: SLF001 - what it sends is what is counted
        await until(lambda: reader.accepted == ENTRIES)

        assert said["out_msgs"] <= ENTRIES // 100
        assert ear.offers <= ENTRIES // 100
