"""The fast pull beneath FastStream holds on nats-py's private parts and on the server's answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeoutError

from services.chassis.transport import fast_pull
from services.chassis.transport.fast_pull import FastPull
from services.chassis.transport.lane import log_lane, say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from tests.support.nats import HEARS, api
from tests.support.until import DEADLINE_SECONDS, until
from tests.support.wires import make_wires

CONSUMER = "jobcenter_bridge"
CASEWORK = log_lane("casework")


@pytest_asyncio.fixture
async def pull(nc: Client) -> AsyncIterator[FastPull]:
    """A fast pull on jobcenter_bridge's consumer."""
    bound = await nc.jetstream().pull_subscribe_bind(durable=CONSUMER, stream="LOG")
    fast = FastPull(nc, bound)
    yield fast
    await fast.unsubscribe()


async def fetched(pull: FastPull, count: int) -> list[bytes]:
    """Fetch until `count` messages are there."""
    found: list[bytes] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        while len(found) < count:
            with suppress(NatsTimeoutError):
                found += [message.data for message in await pull.fetch(500, timeout=2)]
    return found


async def until_told(pull: FastPull, problem: str) -> None:
    """Fetch, and get nothing, until the server has said why."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while pull.problem != problem:
            with suppress(NatsTimeoutError):
                assert await pull.fetch(500, timeout=0.1) == []


async def wait_in_vain(pull: FastPull, seconds: float = 0.1) -> None:
    """Fetch for a while and get nothing."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                assert await pull.fetch(500, timeout=seconds) == []


async def test_messages_come_in_order(nc: Client, pull: FastPull) -> None:
    wires = make_wires("casework", 0, 2000)
    after = await say(nc, CASEWORK, wires[:1000], 0)
    await say(nc, CASEWORK, wires[1000:], after)

    assert await fetched(pull, 2000) == wires


async def test_two_pulls_are_outstanding(nc: Client, pull: FastPull) -> None:
    await wait_in_vain(pull)

    async with asyncio.timeout(DEADLINE_SECONDS):
        while (waiting := await asked(nc)) < 2:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    assert waiting == 2


async def asked(nc: Client) -> int:
    """How many pulls the server knows of."""
    return int((await api(nc, f"CONSUMER.INFO.LOG.{CONSUMER}"))["num_waiting"])


async def test_topping_up_a_partial_batch_never_waits(nc: Client, pull: FastPull) -> None:
    await say(nc, CASEWORK, make_wires("casework", 0, 3), 0)
    await fetched(pull, 3)

    with pytest.raises(NatsTimeoutError):
        await pull.fetch(497, timeout=None)


async def test_pulls_that_expired_are_asked_again(
    nc: Client, pull: FastPull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_pull, "_EXPIRES_SECONDS", 0.05)
    for _ in range(5):
        await wait_in_vain(pull)
    wires = make_wires("casework", 0, 3)
    await say(nc, CASEWORK, wires, 0)

    assert await fetched(pull, 3) == wires
    assert pull.problem is None


async def test_pulls_are_asked_again_after_a_kill(
    server: NatsServer, nc: Client, pull: FastPull
) -> None:
    await wait_in_vain(pull)
    server.kill()
    server.start()
    await until(lambda: nc.is_connected and nc.stats["reconnects"] == 1)
    wires = make_wires("casework", 0, 3)
    await say(nc, CASEWORK, wires, 0)

    assert await fetched(pull, 3) == wires


async def test_a_deleted_consumer_is_a_problem_until_it_is_back(nc: Client, pull: FastPull) -> None:
    await wait_in_vain(pull)
    await api(nc, f"CONSUMER.DELETE.LOG.{CONSUMER}")
    await until_told(pull, "409 Consumer Deleted")

    await provision(nc, HEARS)
    await say(nc, CASEWORK, make_wires("casework", 0, 3), 0)

    assert await fetched(pull, 3) == make_wires("casework", 0, 3)
    assert pull.problem is None


async def test_a_consumer_that_was_never_made_is_a_problem(nc: Client) -> None:
    bound = await nc.jetstream().pull_subscribe_bind(durable="nobody", stream="LOG")
    pull = FastPull(nc, bound)

    await until_told(pull, "503 the consumer is not there")

    await pull.unsubscribe()


async def test_a_connection_with_a_fast_pull_drains_at_once(nc: Client, pull: FastPull) -> None:
    await say(nc, CASEWORK, make_wires("casework", 0, 100), 0)
    await fetched(pull, 100)

    await nc.drain()

    assert nc.is_closed
