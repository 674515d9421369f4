"""The reader hands every heard entry over once and in order, whatever happens around it."""

import asyncio

import pytest
from nats.aio.client import Client

from services.chassis.transport import hearing
from services.chassis.transport.lane import log_lane, say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from tests.support.ears import SERVICE, Ear, reading
from tests.support.nats import HEARS, api
from tests.support.until import DEADLINE_SECONDS, until
from tests.support.wires import ListSource, make_wire, make_wires

CASEWORK = log_lane("casework")


async def ack_pending(nc: Client) -> int:
    info = await api(nc, f"CONSUMER.INFO.LOG.{SERVICE}")
    return int(info["num_ack_pending"]) + int(info["num_pending"])


async def until_acknowledged(nc: Client) -> None:
    """Return once the server has taken note of all receipts: nobody waits for them."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while await ack_pending(nc):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


async def test_ten_thousand_entries_are_caught_up_with_in_order(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 10_000)
    after = 0
    for start in range(0, 10_000, 1000):
        after = await say(nc, CASEWORK, wires[start : start + 1000], after)
    ear = Ear()

    async with reading(server, ear, sweep_every=3.0) as reader:
        await until(lambda: reader.accepted == 10_000)

    assert ear.wires() == wires
    assert reader.filled == 0
    await until_acknowledged(nc)


async def test_logs_keep_their_own_order(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    sayers["casework"].lines = make_wires("casework", 0, 300)
    sayers["intake"].lines = make_wires("intake", 0, 300)
    ear = Ear()

    async with reading(server, ear) as reader:
        await say(nc, CASEWORK, sayers["casework"].lines, 0)
        await say(nc, log_lane("intake"), sayers["intake"].lines, 0)
        await until(lambda: reader.accepted == 600)

    assert ear.indexes("casework") == ear.indexes("intake") == list(range(300))


async def test_reading_goes_on_from_the_committed_cursor(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 50)
    await say(nc, CASEWORK, wires, 0)
    ear = Ear()

    async with reading(server, ear, {"casework": 40}) as reader:
        await until(lambda: reader.accepted == 10)

    assert ear.indexes() == list(range(40, 50))


async def test_a_failure_of_our_own_while_receiving_is_told_and_made_up_for(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_: bytes) -> tuple[str, int]:
        raise ZeroDivisionError

    wires = sayers["casework"].lines = make_wires("casework", 0, 10)
    ear = Ear()

    async with reading(server, ear) as reader:
        with monkeypatch.context() as bug:
            bug.setattr(hearing, "place_of", stumble)
            await say(nc, CASEWORK, wires, 0)
            await until(lambda: reader.problem == "receiving failed: ZeroDivisionError")
        await until(lambda: reader.accepted == 10)

    assert ear.wires() == wires


async def test_what_is_not_accepted_is_offered_again_and_nothing_moves_on(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 900)
    await say(nc, CASEWORK, wires, 0)
    ear = Ear()
    ear.refusing = True

    async with reading(server, ear) as reader:
        await until(lambda: ear.offers > 2)
        assert reader.problem == "entries are not accepted: OSError"
        assert await ack_pending(nc) == 900
        ear.refusing = False
        await until(lambda: reader.accepted == 900)

    assert ear.wires() == wires
    await until_acknowledged(nc)


async def test_an_emptied_stream_loses_nothing(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 1500)
    await say(nc, CASEWORK, wires[:1000], 0)
    await api(nc, "STREAM.PURGE.LOG")
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 1500)

    assert ear.wires() == wires


async def test_a_deleted_consumer_is_reported_and_reading_goes_on(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    log = sayers["casework"].lines = make_wires("casework", 0, 10)
    after = await say(nc, CASEWORK, log, 0)
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 10)
        await api(nc, f"CONSUMER.DELETE.LOG.{SERVICE}")
        await until(lambda: "consumer" in (reader.problem or ""))
        log += make_wires("casework", 10, 20)
        after = await say(nc, CASEWORK, log[10:], after)
        await until(lambda: reader.accepted == 20)
        await provision(nc, HEARS)
        log += make_wires("casework", 20, 30)
        await say(nc, CASEWORK, log[20:], after)
        await until(lambda: reader.accepted == 30 and reader.problem is None)

    assert ear.wires() == log


async def test_a_service_starts_without_its_consumer_and_makes_none(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    sayers["casework"].lines = make_wires("casework", 0, 10)
    await api(nc, f"CONSUMER.DELETE.LOG.{SERVICE}")
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 10 and reader.problem is not None)

    assert "error" in await api(nc, f"CONSUMER.INFO.LOG.{SERVICE}")


async def test_a_deleted_stream_is_reported_and_reading_goes_on(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    log = sayers["casework"].lines = make_wires("casework", 0, 10)
    await say(nc, CASEWORK, log, 0)
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 10)
        await api(nc, "STREAM.DELETE.LOG")
        log += make_wires("casework", 10, 2000)
        await until(lambda: reader.accepted == 2000)
        assert reader.problem is not None

    assert ear.wires() == log


async def test_a_killed_server_interrupts_reading_and_loses_nothing(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    log = sayers["casework"].lines = make_wires("casework", 0, 4000)
    after = await say(nc, CASEWORK, log[:1000], 0)
    after = await say(nc, CASEWORK, log[1000:2000], after)
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted > 0)
        server.kill()
        server.start()
        await until(lambda: reader.accepted >= 2000)
        await until(lambda: nc.is_connected)
        after = await say(nc, CASEWORK, log[2000:3000], after)
        await say(nc, CASEWORK, log[3000:], after)
        await until(lambda: reader.accepted == 4000)

    assert ear.wires() == log


async def test_the_whole_stream_again_is_heard_once(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 1200)
    after = await say(nc, CASEWORK, wires[:1000], 0)
    after = await say(nc, CASEWORK, wires[1000:], after)
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 1200)
        after = await say(nc, CASEWORK, wires[:1000], after)
        last = make_wire("casework", 1200)
        sayers["casework"].lines.append(last)
        await say(nc, CASEWORK, [last], after)
        await until(lambda: reader.accepted == 1201)

    assert ear.indexes() == list(range(1201))
