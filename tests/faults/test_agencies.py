"""Agencies behind bad networks, slow, stuck or hostile: each gets its feed, nobody else is harmed.

Invariants: a feed arrives complete and in order whatever the network does; what one agency does or
does not do changes nothing for the others; nothing acknowledged is lost or doubled.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from services.platform.home import Home
from services.platform.up import Platform
from staffel_contracts.client import Connection
from tests.support.load import at_rest, faults, loaded, running, watched
from tests.support.proxy import Proxy
from tests.support.until import until

JOBCENTER, YOUTH_OFFICE = "jobcenter-12069", "youth-office-12069"
CONNECTIONS, CUTS = 20, 5
GARBAGE = (
    b"CONNECT {}\r\nPUB log.intake.person-admitted 4\r\nevil\r\n",
    b"\x00" * 4096,
    b"PUB " + b"x" * 10_000 + b"\r\n",
    b"CONNECT " + b"[" * 5_000 + b"\r\n",
)
FORBIDDEN = (
    "log.intake.person-admitted.v1", "to.jobcenter-12069.in.feed", "read.intake", "status.intake",
    "clock.set.intake", "$JS.API.STREAM.DELETE.LOG", "$JS.API.STREAM.PURGE.INBOX",
    "js.jobcenter-12069.STREAM.DELETE.INBOX", "$SYS.REQ.SERVER.PING",
)  # fmt: skip


class Follower:
    """An agency that writes down which index came when."""

    def __init__(self, connection: Connection) -> None:
        """Follow from the beginning."""
        self.connection, self.indexes = connection, list[int]()

    async def run(self) -> None:
        """Follow until cancelled."""
        async for entry in self.connection.feed():
            self.indexes.append(entry.index)
            await entry.acknowledge()


@asynccontextmanager
async def connection(home: Home, agency: str, address: str) -> AsyncIterator[Connection]:
    """An agency's connection by way of an address."""
    opened = await Connection.open(address, agency, home.config.agency_passwords[agency])
    opened.nc.options["reconnect_time_wait"] = 0.05
    try:
        yield opened
    finally:
        await opened.nc.close()


@asynccontextmanager
async def stuck(home: Home) -> AsyncIterator[None]:
    """An agency that takes its feed without ever acknowledging, and one that never reads a byte."""
    async with connection(home, YOUTH_OFFICE, home.nats_url) as opened:
        await opened.nc.subscribe("_INBOX_youth-office-12069.x")
        for _ in range(50):
            subject = "$JS.API.CONSUMER.MSG.NEXT.INBOX.app"
            await opened.nc.publish(subject, b"1000", reply="_INBOX_youth-office-12069.x")
        reader, writer = await asyncio.open_connection("127.0.0.1", home.config.nats_port)
        word = home.config.agency_passwords[YOUTH_OFFICE]
        login = json.dumps({"user": YOUTH_OFFICE, "pass": word, "verbose": False})
        writer.write(f"CONNECT {login}\r\nSUB clock.> 1\r\n".encode() + b"PING\r\n" * 10_000)
        try:
            yield
        finally:
            writer.transport.abort()
            del reader


async def attack(home: Home) -> None:
    """Say what is no NATS, and what this agency may not say."""
    for piece in GARBAGE:
        _, writer = await asyncio.open_connection("127.0.0.1", home.config.nats_port)
        writer.write(piece)
        writer.transport.abort() if len(piece) == len(GARBAGE[1]) else writer.close()
    async with connection(home, YOUTH_OFFICE, home.nats_url) as opened:
        for subject in FORBIDDEN:
            await opened.nc.publish(subject, b'{"specversion":"1.0","id":"intake/0"}')
        for number in range(200):
            await opened.nc.publish("cmd.intake.admit-person", b"{" * number)
        await opened.nc.flush(10)


async def storm(home: Home, proxy: Proxy) -> int:
    """Many connections cut at once, again and again; gives how many answer afterwards."""
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(connection(home, JOBCENTER, proxy.address))
            for _ in range(CONNECTIONS)
        ]
        for _ in range(CUTS):
            proxy.cut()
            await until(lambda: all(one.nc.is_connected for one in opened), "connected", 120)
        answers = await asyncio.gather(*(one.ask("notify", "whoami") for one in opened))
    return sum(answer["id"] == JOBCENTER for answer in answers)


async def test_feeds_arrive_whole_and_in_order_through_cuts_storms_and_bad_neighbours(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as platform, watched(platform), _proxied(platform) as proxy:
        home = platform.home
        async with connection(home, JOBCENTER, proxy.address) as far, stuck(home):
            follower = Follower(far)
            following = asyncio.create_task(follower.run())
            async with loaded(platform) as load:
                for _ in range(CUTS):
                    proxy.cut()
                    await load.more(10)
                answered = await storm(home, proxy)
                await attack(home)
                await load.more(10)
            await at_rest(platform)
            size = await _feed_size(platform)
            await until(lambda: len(follower.indexes) >= size, "the whole feed", 120)
            following.cancel()

        assert answered == CONNECTIONS
        assert follower.indexes == list(range(size))
        assert await faults(platform, load) == {}


@asynccontextmanager
async def _proxied(platform: Platform) -> AsyncIterator[Proxy]:
    proxy = Proxy(platform.home.config.nats_port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()


async def _feed_size(platform: Platform) -> int:
    return int((await platform.status())["notify"]["feeds"][JOBCENTER][1])
