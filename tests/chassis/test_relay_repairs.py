"""The relay mends a damaged stream, settles what is uncertain, and stops at a foreign history."""

import pytest
from nats.aio.client import Client

from services.chassis.transport import lane
from services.chassis.transport.lane import say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.transport.relay import Relay
from tests.support.carrying import CASEWORK, places, relaying
from tests.support.nats import HEARS, api, connect, stored, stored_places
from tests.support.proxy import Proxy
from tests.support.until import until
from tests.support.wires import ListSource, make_wire, make_wires


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
