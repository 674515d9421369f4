"""What is missing, repeated, out of order or corrupted in the stream comes from the sayer."""

from nats.aio.client import Client

from services.chassis.transport.lane import log_lane, say
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.nats_server import NatsServer
from tests.support.ears import Ear, reading
from tests.support.until import until
from tests.support.wires import ListSource, make_open_wire, make_wire, make_wires

CASEWORK = log_lane("casework")


async def publish(nc: Client, *wires: bytes) -> None:
    """Publish as no relay would: in any order, without comparing."""
    for wire in wires:
        await nc.jetstream().publish(CASEWORK.subject(wire), wire)


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
        await until(lambda: "casework does not answer" in (reader.problem or ""))
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


async def test_a_log_shorter_than_what_was_heard_of_it_is_reported(
    server: NatsServer, sayers: dict[str, ListSource]
) -> None:
    sayers["casework"].lines = make_wires("casework", 0, 3)

    async with reading(server, Ear(), {"casework": 5}) as reader:
        await until(lambda: reader.problem is not None)

    assert reader.problem == "casework ends before 3, but 4 was heard"
