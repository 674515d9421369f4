"""The relay carries every entry once and in order."""

from nats.aio.client import Client

from services.chassis.transport.lane import feed_lane, last_on, log_lane
from services.chassis.transport.nats_server import NatsServer
from tests.support.carrying import CASEWORK, places, relaying
from tests.support.nats import api, connect, stored, stored_places
from tests.support.until import until
from tests.support.wires import ListSource, make_wire, make_wires

FEED = feed_lane("jobcenter-12069")


async def test_a_log_is_carried_whole_and_in_order(nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 2500))

    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 2500)

    assert await stored(nc) == source.lines


async def test_entries_get_the_subject_of_their_type(nc: Client) -> None:
    source = ListSource([make_wire("casework", 0, type_="task-set.v1")])

    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 1)

    info = await api(nc, "STREAM.INFO.LOG", {"subjects_filter": ">"})
    assert info["state"]["subjects"] == {"log.casework.task-set.v1": 1}


async def test_entries_offered_in_memory_are_not_read_again(nc: Client) -> None:
    source = ListSource()
    async with relaying(nc, source) as relay:
        await until(lambda: relay.last_error is None and relay.size == 0)
        entries = make_wires("casework", 0, 700)
        relay.offer(0, entries[:1])
        relay.offer(1, entries[1:])

        await until(lambda: relay.position == 700)

    assert await stored(nc) == entries


async def test_an_offer_that_skips_entries_is_completed_from_the_log(nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 30))
    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 30)
        source.lines += make_wires("casework", 30, 50)

        relay.offer(40, source.lines[40:])
        await until(lambda: relay.position == 50)

    assert await stored(nc) == source.lines


async def test_two_relays_of_one_log_never_interleave(server: NatsServer, nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 6000))
    rival_nc = await connect(server, "casework")

    async with relaying(nc, source) as relay, relaying(rival_nc, source) as rival:
        await until(lambda: relay.position == rival.position == 6000)

    assert await stored_places(nc) == places("casework", 6000)
    await rival_nc.close()


async def test_relays_of_different_logs_share_the_stream(server: NatsServer, nc: Client) -> None:
    sayers = {log: ListSource(make_wires(log, 0, 3000)) for log in ("casework", "intake")}
    other_nc = await connect(server, "intake")

    async with (
        relaying(nc, sayers["casework"]) as casework,
        relaying(other_nc, sayers["intake"], log_lane("intake")) as intake,
    ):
        await until(lambda: casework.position == intake.position == 3000)

    found = await stored_places(nc)
    assert [place for place in found if place[0] == "intake"] == places("intake", 3000)
    assert [place for place in found if place[0] == "casework"] == places("casework", 3000)
    await other_nc.close()


async def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(
    server: NatsServer, nc: Client
) -> None:
    source = ListSource(make_wires("casework", 0, 12_000))
    async with relaying(nc, source) as relay:
        for milestone in (1, 4000, 8000):
            await until(lambda end=milestone: relay.position >= end)  # type: ignore[misc]
            server.kill()
            server.start()

        await until(lambda: relay.position == 12_000)

    assert await stored_places(nc) == places("casework", 12_000)


async def test_a_feed_is_carried_into_the_agencys_own_stream(nc: Client) -> None:
    source = ListSource(make_wires("jobcenter-12069", 0, 1200))

    async with relaying(nc, source, FEED) as relay:
        await until(lambda: relay.position == 1200)

    assert await stored(nc, "INBOX", "js.jobcenter-12069") == source.lines


async def test_two_relays_of_one_feed_never_interleave(server: NatsServer, nc: Client) -> None:
    source = ListSource(make_wires("jobcenter-12069", 0, 3000))
    rival_nc = await connect(server, "notify")

    async with relaying(nc, source, FEED) as relay, relaying(rival_nc, source, FEED) as rival:
        await until(lambda: relay.position == rival.position == 3000)

    assert await stored(nc, "INBOX", "js.jobcenter-12069") == source.lines
    await rival_nc.close()


async def test_an_entry_larger_than_others_travels_in_a_batch_of_its_own(nc: Client) -> None:
    source = ListSource([make_wire("casework", n, size=900_000) for n in range(8)])

    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 8)

    assert relay.batches > 1
    assert (await last_on(nc, CASEWORK)).wire == source.lines[-1]
