"""From one service's log to another's ears, while the stream between them is ill-treated."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.transport.connection import connection_options
from services.chassis.transport.lane import log_lane
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.transport.reader import Reader
from services.chassis.transport.relay import Relay
from services.chassis.work import HeardWire
from tests.support.nats import HEARS, api, connect, no_error, nothing
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

ENTRIES = 6000
SERVICE = "notify"
LOG = "jobcenter_bridge"

Fault = Callable[[], Awaitable[object]]


class Mischief:
    """What may happen to a stream, its consumer and its server."""

    def __init__(self, server: NatsServer, nc: Client, source: ListSource, chance: Random) -> None:
        self._server, self._nc, self._source, self._chance = server, nc, source, chance

    async def do_something(self) -> None:
        """Do one of the things below; some fail because another one went before."""
        what: Fault = self._chance.choice(
            [self.kill, self.empty, self.lose_the_end, self.lose_the_consumer, self.say_twice]
        )
        try:
            await what()
        except NatsError:
            await asyncio.sleep(0)

    async def kill(self) -> None:
        await asyncio.to_thread(self._server.kill)
        await asyncio.to_thread(self._server.start)

    async def empty(self) -> None:
        await api(self._nc, "STREAM.PURGE.LOG")

    async def lose_the_end(self) -> None:
        last = (await api(self._nc, "STREAM.INFO.LOG"))["state"]["last_seq"]
        for sequence in range(last, max(0, last - 20), -1):
            await api(self._nc, "STREAM.MSG.DELETE.LOG", {"seq": sequence})

    async def lose_the_consumer(self) -> None:
        await api(self._nc, f"CONSUMER.DELETE.LOG.{SERVICE}")
        await provision(self._nc, HEARS)

    async def say_twice(self) -> None:
        for wire in self._chance.choices(self._source.lines, k=20):
            await self._nc.jetstream().publish(log_lane(LOG).subject(wire), wire, timeout=1)


@pytest.mark.parametrize("seed", range(4))
async def test_every_entry_is_heard_once_and_in_order_whatever_happens(
    server: NatsServer, nc: Client, seed: int
) -> None:
    chance = Random(seed)
    source = ListSource(make_wires(LOG, 0, 100))
    heard: list[HeardWire] = []

    async def accept(entries: list[HeardWire]) -> None:
        await asyncio.sleep(0.002)
        if chance.random() < 0.1:
            raise OSError
        heard.extend(entries)

    sayer = await connect(server, LOG)
    await LogEndpoint(sayer, LOG, source).start()
    relay = Relay(sayer, log_lane(LOG), source, check_every=0.1)
    carrying = asyncio.create_task(relay.run())
    options = connection_options(SERVICE, nothing, no_error)
    broker = NatsBroker(server.url(SERVICE), logger=None, graceful_timeout=1, **options)  # type: ignore[arg-type] # FastStream says int for seconds
    reader = Reader(broker, SERVICE, [LOG], {}, accept, sweep_every=0.2)
    await broker.start()
    await reader.start()

    mischief = Mischief(server, nc, source, chance)
    while source.size() < ENTRIES:
        first = source.size()
        fresh = make_wires(LOG, first, first + chance.choice([1, 3, 40, 700]))
        source.lines += fresh
        relay.offer(first, fresh)
        enough = chance.randint(0, first)
        await until(lambda end=enough: len(heard) >= end)  # type: ignore[misc]
        if chance.random() < 0.3:
            await mischief.do_something()
    await until(lambda: relay.position == source.size() and len(heard) >= source.size())

    assert [each.wire for each in heard] == source.lines
    assert relay.forked is None
    await reader.stop()
    await broker.stop()
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)
    await sayer.close()
