"""How fast entries travel: log to stream, stream to reader, and both at once.

Run it alone with `python -m tests.bench.transport [entries]`; others call `measure`. Entries have
about 600 bytes, and the server synchronises with every message.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from time import perf_counter

from faststream.nats import NatsBroker
from nats.aio.client import Client

from services.chassis.transport.lane import BATCH_ENTRIES, Lane, feed_lane, log_lane
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.transport.reader import Reader
from services.chassis.transport.relay import Relay
from services.chassis.work import HeardWire
from tests.support.nats import connect, server_in
from tests.support.until import until
from tests.support.wires import ListSource, make_wire, make_wires

ENTRIES = 50_000
DATA_BYTES = 60
SINGLES = 200
RAW = "log.intake.raw"
"""Where the raw batches go: a subject that nobody here reads."""
HEARS = {"jobcenter_bridge": ["casework"], "notify": ["casework"], "intake": ["casework"]}


@dataclass(frozen=True, slots=True)
class Rates:
    """Entries a second, and the median of a single entry's way in milliseconds."""

    batches: float
    relay: float
    feed: float
    fetch: float
    reader: float
    hop: float
    single_ms: float


async def measure(server: NatsServer, entries: int = ENTRIES) -> Rates:
    """Measure on a running server whose streams are empty."""
    nc = await connect(server, "ops")
    await provision(nc, HEARS, ["jobcenter-12069"])
    source = ListSource(make_wires("casework", 0, entries, size=DATA_BYTES))
    await LogEndpoint(nc, "casework", source).start()
    rates = Rates(
        batches=await _batches_rate(nc, source.lines),
        relay=await _relay_rate(nc, log_lane("casework"), source),
        feed=await _relay_rate(nc, feed_lane("jobcenter-12069"), source),
        fetch=await _fetch_rate(nc, entries),
        reader=await _reader_rate(server, "jobcenter_bridge", entries),
        hop=await _hop_rate(server, nc, source, entries),
        single_ms=await _single_milliseconds(server, nc, source),
    )
    await nc.close()
    return rates


async def _batches_rate(nc: Client, wires: Sequence[bytes]) -> float:
    """The raw limit: atomic batches of a thousand, and nothing but them."""

    async def publish() -> None:
        for start in range(0, len(wires), BATCH_ENTRIES):
            await _batch(nc, f"bench-{start}", wires[start : start + BATCH_ENTRIES])

    return await _rate(len(wires), publish)


async def _batch(nc: Client, name: str, wires: Sequence[bytes]) -> None:
    for number, wire in enumerate(wires, start=1):
        headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
        if number == 1:
            await nc.request(RAW, wire, 30, headers=headers)
        elif number < len(wires):
            await nc.publish(RAW, wire, headers=headers)
        else:
            reply = await nc.request(RAW, wire, 30, headers=headers | {"Nats-Batch-Commit": "1"})
            assert b'"error"' not in reply.data, reply.data


async def _relay_rate(nc: Client, lane: Lane, source: ListSource) -> float:
    relay = Relay(nc, lane, source)
    return await _rate(source.size(), _carrying(relay, source.size()))


def _carrying(relay: Relay, end: int) -> Callable[[], Awaitable[None]]:
    async def carry() -> None:
        task = asyncio.create_task(relay.run())
        await until(lambda: relay.position == end)
        task.cancel()

    return carry


async def _fetch_rate(nc: Client, entries: int) -> float:
    pull = await nc.jetstream().pull_subscribe_bind(durable="notify", stream="LOG")

    async def fetch() -> None:
        seen = 0
        while seen < entries:
            messages = await pull.fetch(500, timeout=5)
            seen += len(messages)
            await messages[-1].ack()

    return await _rate(entries, fetch)


async def _reader_rate(server: NatsServer, service: str, entries: int) -> float:
    async def read() -> None:
        async with _Reading(server, service) as reader:
            await until(lambda: reader.accepted >= entries)

    return await _rate(entries, read)


async def _hop_rate(server: NatsServer, nc: Client, source: ListSource, entries: int) -> float:
    """Carry and read at once, as a log is spoken and heard; both share one process here."""
    first = source.size()
    source.lines += make_wires("casework", first, first + entries, size=DATA_BYTES)
    relay = Relay(nc, log_lane("casework"), source)

    async def hop() -> None:
        async with _Reading(server, "jobcenter_bridge", first) as reader:
            await _carrying(relay, source.size())()
            await until(lambda: reader.accepted >= entries)

    return await _rate(entries, hop)


async def _single_milliseconds(server: NatsServer, nc: Client, source: ListSource) -> float:
    """From the offer of one entry to the ears of a reader that has nothing else to do."""
    relay = Relay(nc, log_lane("casework"), source)
    task = asyncio.create_task(relay.run())
    await until(lambda: relay.position == source.size())
    async with _Reading(server, "jobcenter_bridge", source.size()) as reader:
        times = [await _one_way(relay, reader, source) for _ in range(SINGLES)]
    task.cancel()
    return median(times) * 1000


async def _one_way(relay: Relay, reader: Reader, source: ListSource) -> float:
    index, goal = source.size(), reader.accepted + 1
    source.lines.append(make_wire("casework", index, size=DATA_BYTES))
    start = perf_counter()
    relay.offer(index, source.lines[-1:])
    while reader.accepted < goal:  # noqa: ASYNC110 - watched as closely as can be
        await asyncio.sleep(0)
    return perf_counter() - start


class _Reading:
    """A reader on a connection of its own, whose service accepts all at once."""

    def __init__(self, server: NatsServer, service: str, cursor: int = 0) -> None:
        self._broker = NatsBroker(
            server.url(service), logger=None, max_reconnect_attempts=-1, graceful_timeout=1
        )
        cursors = {"casework": cursor}
        self._reader = Reader(self._broker, service, ["casework"], cursors, _accept)

    async def __aenter__(self) -> Reader:
        await self._broker.start()
        await self._reader.start()
        return self._reader

    async def __aexit__(self, *_: object) -> None:
        await self._reader.stop()
        await self._broker.stop()


async def _accept(_: list[HeardWire]) -> None:
    await asyncio.sleep(0)


async def _rate(entries: int, work: Callable[[], Awaitable[None]]) -> float:
    start = perf_counter()
    await work()
    return entries / (perf_counter() - start)


def main() -> None:
    """Measure once and print."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder, server_in(Path(folder)) as server:
        rates = asyncio.run(measure(server, entries))
    for field in fields(rates):
        sys.stdout.write(f"{field.name:10} {getattr(rates, field.name):12,.2f}\n")


if __name__ == "__main__":
    main()
