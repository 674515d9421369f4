"""The relay carries every entry once and in order, whatever happens to the stream or the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.client import Client

from services.chassis import lane
from services.chassis.lane import feed_lane, last_on, log_lane, say
from services.chassis.nats_server import NatsServer
from services.chassis.provision import provision
from services.chassis.relay import Relay
from tests.chassis.conftest import HEARS
from tests.support.nats import api, connect, stored, stored_places
from tests.support.proxy import Proxy
from tests.support.until import until
from tests.support.wires import ListSource, make_wire, make_wires

CASEWORK = log_lane("casework")


def places(log: str, end: int) -> list[tuple[str, int]]:
    return [(log, index) for index in range(end)]


async def end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def relaying(nc: Client, source: ListSource) -> AsyncIterator[Relay]:
    relay = Relay(nc, CASEWORK, source, check_every=0.05)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        await end(task)


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
    intake_nc = await connect(server, "intake")
    intake = Relay(intake_nc, log_lane("intake"), ListSource(make_wires("intake", 0, 3000)))
    task = asyncio.create_task(intake.run())

    async with relaying(nc, ListSource(make_wires("casework", 0, 3000))) as casework:
        await until(lambda: casework.position == intake.position == 3000)

    found = await stored_places(nc)
    assert [place for place in found if place[0] == "intake"] == places("intake", 3000)
    assert [place for place in found if place[0] == "casework"] == places("casework", 3000)
    await end(task)
    await intake_nc.close()


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


async def test_a_lost_acknowledgement_doubles_nothing(server: NatsServer, nc: Client) -> None:
    proxy = Proxy(server.port)
    await proxy.start()
    far = await connect(server, "casework", proxy.address)
    source = ListSource(make_wires("casework", 0, 4000))
    proxy.cut_on = b'"count":1000'

    async with relaying(far, source) as relay:
        await until(lambda: relay.position == 4000)

    assert proxy.cuts == 1
    assert await stored_places(nc) == places("casework", 4000)
    await far.close()
    await proxy.stop()


async def test_the_lost_acknowledgement_of_a_single_entry_doubles_nothing(
    server: NatsServer, nc: Client
) -> None:
    proxy = Proxy(server.port)
    await proxy.start()
    far = await connect(server, "casework", proxy.address)
    source = ListSource(make_wires("casework", 0, 3))
    proxy.cut_on = b'"stream":"LOG"'

    async with relaying(far, source) as relay:
        await until(lambda: relay.position == 3)

    assert await stored_places(nc) == places("casework", 3)
    await far.close()
    await proxy.stop()


async def test_answers_that_never_come_double_nothing(
    server: NatsServer, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "_ANSWER_SECONDS", 0.1)
    proxy = Proxy(server.port)
    await proxy.start()
    far = await connect(server, "casework", proxy.address)
    source = ListSource(make_wires("casework", 0, 1000))
    async with relaying(far, source) as relay:
        await until(lambda: relay.position == 1000)
        proxy.withhold = True
        source.lines += make_wires("casework", 1000, 1003)
        relay.wake()
        await until(lambda: relay.last_error == "nats: timeout")

        proxy.withhold = False
        await until(lambda: relay.position == 1003)

    assert await stored_places(nc) == places("casework", 1003)
    await far.close()
    await proxy.stop()


async def test_an_emptied_stream_is_filled_again(nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 1500))
    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 1500)

        await api(nc, "STREAM.PURGE.LOG")
        await until(lambda: relay.repairs == 1 and relay.position == 1500)

    assert await stored(nc) == source.lines


async def test_a_shortened_stream_is_filled_from_where_it_ends(nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 20))
    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 20)

        for sequence in (20, 19, 18):
            await api(nc, "STREAM.MSG.DELETE.LOG", {"seq": sequence})
        await until(lambda: relay.repairs > 0 and relay.position == 20)

    assert await stored(nc) == source.lines


async def test_a_stream_that_was_made_anew_is_filled_again(nc: Client) -> None:
    source = ListSource(make_wires("casework", 0, 1500))
    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 1500)

        await api(nc, "STREAM.DELETE.LOG")
        await until(lambda: relay.last_error is not None)
        await provision(nc, HEARS)
        await until(lambda: relay.repairs == 1 and relay.position == 1500)

    assert await stored(nc) == source.lines


async def test_a_stream_ahead_of_its_log_stops_the_relay_for_good(nc: Client) -> None:
    history = make_wires("casework", 0, 10)
    await say(nc, CASEWORK, history, 0)

    relay = Relay(nc, CASEWORK, ListSource(history[:7]))
    await relay.run()

    assert relay.forked == "the stream holds entry 9, the log ends before 7"
    assert await stored(nc) == history


async def test_a_stream_with_another_entry_stops_the_relay_for_good(nc: Client) -> None:
    other = [*make_wires("casework", 0, 9), make_wire("casework", 9, type_="other.v1")]
    await say(nc, CASEWORK, other, 0)

    relay = Relay(nc, CASEWORK, ListSource(make_wires("casework", 0, 20)))
    await relay.run()

    assert relay.forked == "entry 9 in the stream is not entry 9 of the log"
    assert await stored(nc) == other


async def test_a_stream_that_ends_in_something_else_stops_the_relay(nc: Client) -> None:
    await nc.jetstream().publish("log.casework.noise", b"hello")

    relay = Relay(nc, CASEWORK, ListSource(make_wires("casework", 0, 20)))
    await relay.run()

    assert relay.forked is not None
    assert relay.forked.startswith("the last message in the stream is no entry")


async def test_an_entry_erased_in_the_log_is_still_the_same_entry(nc: Client) -> None:
    history = make_wires("casework", 0, 10)
    await say(nc, CASEWORK, history, 0)
    erased = history[9][: history[9].index(b',"data_base64"')] + b"}"

    async with relaying(nc, ListSource([*history[:9], erased])) as relay:
        await until(lambda: relay.position == 10)

    assert relay.forked is None


async def test_a_log_that_cannot_be_read_is_carried_later(nc: Client) -> None:
    class Away(ListSource):
        away = True

        def size(self) -> int:
            if self.away:
                raise ConnectionRefusedError
            return super().size()

    source = Away(make_wires("casework", 0, 10))
    async with relaying(nc, source) as relay:
        await until(lambda: relay.last_error == "the log cannot be carried: ConnectionRefusedError")

        source.away = False
        await until(lambda: relay.position == 10 and relay.last_error is None)

    assert await stored(nc) == source.lines


async def test_a_feed_is_carried_into_the_agencys_own_stream(nc: Client) -> None:
    source = ListSource(make_wires("jobcenter-12069", 0, 1200))
    relay = Relay(nc, feed_lane("jobcenter-12069"), source)
    task = asyncio.create_task(relay.run())

    await until(lambda: relay.position == 1200)

    assert await stored(nc, "INBOX", "js.jobcenter-12069") == source.lines
    await end(task)


async def test_two_relays_of_one_feed_never_interleave(server: NatsServer, nc: Client) -> None:
    source = ListSource(make_wires("jobcenter-12069", 0, 3000))
    rival_nc = await connect(server, "notify")
    relays = [Relay(each, feed_lane("jobcenter-12069"), source) for each in (nc, rival_nc)]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]

    await until(lambda: all(relay.position == 3000 for relay in relays))

    assert await stored(nc, "INBOX", "js.jobcenter-12069") == source.lines
    for task in tasks:
        await end(task)
    await rival_nc.close()


async def test_an_entry_larger_than_others_travels_in_a_batch_of_its_own(nc: Client) -> None:
    source = ListSource([make_wire("casework", n, size=900_000) for n in range(8)])

    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 8)

    assert relay.batches > 1
    assert (await last_on(nc, CASEWORK)).wire == source.lines[-1]
