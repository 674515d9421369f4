"""A service that does nothing but hear, on a real reader."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faststream.nats import NatsBroker

from services.chassis.transport.connection import connection_options
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.reader import Reader
from services.chassis.work import HeardWire
from tests.support.nats import HEARS, no_error, nothing

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
        async with asyncio.timeout(30):  # however long it rests between two sweeps
            await reader.stop()
        await broker.stop()
