"""The reader hands every heard entry over once and in order, whatever the stream brings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from faststream.nats import NatsBroker
from nats.aio.client import Client

from services.chassis import hearing
from services.chassis.connection import connection_options
from services.chassis.lane import log_lane, say
from services.chassis.log_endpoint import LogEndpoint
from services.chassis.nats_server import NatsServer
from services.chassis.provision import provision
from services.chassis.reader import Reader
from services.chassis.work import HeardWire
from tests.chassis.conftest import HEARS
from tests.support.nats import api, no_error, nothing
from tests.support.until import until
from tests.support.wires import ListSource, make_open_wire, make_wire, make_wires

CASEWORK = log_lane("casework")
SERVICE = "jobcenter_bridge"


class Ear:
    """What a service has accepted; it can refuse for a while."""

    def __init__(self) -> None:
        self.heard: list[HeardWire] = []
        self.offers = 0
        self.refusing = False

    async def accept(self, entries: list[HeardWire]) -> None:
        self.offers += 1
        await asyncio.sleep(0)
        if self.refusing:
            raise OSError
        self.heard += entries

    def wires(self, log: str = "casework") -> list[bytes]:
        return [each.wire for each in self.heard if each.log == log]

    def indexes(self, log: str = "casework") -> list[int]:
        return [each.index for each in self.heard if each.log == log]


@pytest_asyncio.fixture
async def sayers(nc: Client) -> AsyncIterator[dict[str, ListSource]]:
    """The logs that jobcenter_bridge hears, which answer for themselves."""
    logs = {log: ListSource() for log in HEARS[SERVICE]}
    endpoints = [LogEndpoint(nc, log, source) for log, source in logs.items()]
    for endpoint in endpoints:
        await endpoint.start()
    yield logs
    for endpoint in endpoints:
        await endpoint.stop()


@asynccontextmanager
async def reading(
    server: NatsServer, ear: Ear, cursors: dict[str, int] | None = None, sweep_every: float = 0.1
) -> AsyncIterator[Reader]:
    options = connection_options(SERVICE, nothing, no_error)
    options["reconnect_time_wait"] = 0.02
    broker = NatsBroker(server.url(SERVICE), logger=None, graceful_timeout=1, **options)  # type: ignore[arg-type] # FastStream says int for seconds
    logs = HEARS[SERVICE]
    reader = Reader(broker, SERVICE, logs, cursors or {}, ear.accept, sweep_every=sweep_every)
    await broker.start()
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()
        await broker.stop()


async def publish(nc: Client, *wires: bytes) -> None:
    """Publish as no relay would: in any order, without comparing."""
    for wire in wires:
        await nc.jetstream().publish(CASEWORK.subject(wire), wire)


async def ack_pending(nc: Client) -> int:
    info = await api(nc, f"CONSUMER.INFO.LOG.{SERVICE}")
    return int(info["num_ack_pending"]) + int(info["num_pending"])


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
    assert await ack_pending(nc) == 0


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


async def test_duplicates_are_heard_once(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 6)
    await publish(nc, *wires[:3], *wires[:4], *wires, *wires)
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 6)

    assert ear.wires() == wires
    assert reader.filled == 0


async def test_entries_out_of_order_are_heard_in_order(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 8)
    await publish(nc, *[wires[n] for n in (3, 0, 1, 7, 2, 5, 4, 6)])
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 8)

    assert ear.wires() == wires


async def test_a_gap_is_filled_from_the_sayer(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 10)
    await publish(nc, *wires[:3], *wires[7:])
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 10)

    assert ear.wires() == wires
    assert reader.filled == 4


async def test_a_gap_wider_than_one_answer_is_filled_while_other_logs_flow(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 3500)
    sayers["intake"].lines = make_wires("intake", 0, 5)
    await publish(nc, wires[-1])
    await say(nc, log_lane("intake"), sayers["intake"].lines, 0)
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 3505)

    assert ear.wires() == wires
    assert ear.indexes("intake") == list(range(5))


async def test_a_gap_waits_for_its_sayer_while_other_logs_flow(
    server: NatsServer, nc: Client
) -> None:
    wires = make_wires("casework", 0, 10)
    await publish(nc, *wires[5:])
    await say(nc, log_lane("intake"), make_wires("intake", 0, 5), 0)
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 5)
        assert reader.problem is not None
        assert "casework does not answer" in reader.problem
        await LogEndpoint(nc, "casework", ListSource(wires)).start()
        await until(lambda: reader.accepted == 15)

    assert ear.wires() == wires


async def test_a_corrupted_message_is_replaced_by_the_sayers_entry(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 7)
    broken_data = wires[2].replace(b"eHh4", b"eXh4", 1)
    broken_head = b"\x00" + wires[3][1:]
    broken_leaf = wires[4].replace(b'"district":"12069"', b'"district":12069')
    await publish(nc, *wires[:2], broken_data)
    await nc.jetstream().publish("log.casework.task-set.v1", broken_head)
    await publish(nc, broken_leaf, wires[5][:-9], wires[6])
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 7)

    assert ear.wires() == wires
    assert reader.filled == 4


async def test_a_corrupted_last_message_needs_no_successor_to_be_noticed(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 2)
    await publish(nc, wires[0])
    await nc.jetstream().publish("log.casework.task-set.v1", b"\xff" * 40)
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 2)

    assert ear.wires() == wires


async def test_noise_on_a_logs_subjects_changes_nothing(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wires = sayers["casework"].lines = make_wires("casework", 0, 4)
    await publish(nc, *wires[:2])
    await nc.jetstream().publish("log.casework.noise", b"hello")
    await nc.jetstream().publish("log.intake.noise", make_wire("casework", 2, type_="forged.v1"))
    await publish(nc, *wires[2:])
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 4)

    assert ear.wires() == wires


async def test_an_entry_unreadable_even_at_its_sayer_is_handed_over_as_broken(
    server: NatsServer, sayers: dict[str, ListSource]
) -> None:
    wires = make_wires("casework", 0, 4)
    wires[1] = wires[1].replace(b"eHh4", b"eXh4", 1)
    wires[2] = b"nothing that anybody could read"
    sayers["casework"].lines = wires
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 4)

    assert [each.broken for each in ear.heard] == [
        None,
        "casework/1: the data is not the data that the leaf commits to",
        "not JSON",
        None,
    ]


async def test_an_entry_erased_at_its_sayer_is_heard_without_its_data(
    server: NatsServer, sayers: dict[str, ListSource]
) -> None:
    wires = make_wires("casework", 0, 2)
    wires[1] = wires[1][: wires[1].index(b',"data_base64"')] + b"}"
    sayers["casework"].lines = wires
    ear = Ear()

    async with reading(server, ear) as reader:
        await until(lambda: reader.accepted == 2)

    assert [each.broken for each in ear.heard] == [None, None]


async def test_open_data_is_checked_as_it_stands_in_the_line(
    server: NatsServer, nc: Client, sayers: dict[str, ListSource]
) -> None:
    wire = make_open_wire("casework", 0, b'{ "a" : {"data":1, "data_base64":"eA=="} }')
    sayers["casework"].lines = [wire]
    await publish(nc, wire)
    ear = Ear()

    async with reading(server, ear, sweep_every=60) as reader:
        await until(lambda: reader.accepted == 1)

    assert ear.wires() == [wire]
    assert reader.filled == 0


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
    assert await ack_pending(nc) == 0


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


async def test_a_log_shorter_than_what_was_heard_of_it_is_reported(
    server: NatsServer, sayers: dict[str, ListSource]
) -> None:
    sayers["casework"].lines = make_wires("casework", 0, 3)

    async with reading(server, Ear(), {"casework": 5}) as reader:
        await until(lambda: reader.problem is not None)

    assert reader.problem == "casework ends before 3, but 4 was heard"


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
