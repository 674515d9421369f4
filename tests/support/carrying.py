"""Relays for as long as a test needs them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client

from services.chassis.store.source import Source
from services.chassis.transport.lane import Lane, log_lane
from services.chassis.transport.relay import Relay

CASEWORK = log_lane("casework")


@asynccontextmanager
async def relaying(nc: Client, source: Source, lane: Lane = CASEWORK) -> AsyncIterator[Relay]:
    """Carry a log until the end of the block, looking at the stream often."""
    relay = Relay(nc, lane, source, check_every=0.05)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def places(log: str, end: int) -> list[tuple[str, int]]:
    """Return log and index of the first `end` entries."""
    return [(log, index) for index in range(end)]
