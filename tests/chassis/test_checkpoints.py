"""A service signs its own log: soon, after many entries, at stop, and always the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.chassis.store.log import Head
from services.chassis.writing.checkpoints import (
    CUT_ENTRIES,
    Checkpoints,
    NoCheckpoint,
    WrongLogKey,
    ask_checkpoint,
    cut_subject,
    load_log_keys,
)
from staffel_contracts.tlog.checkpoint import verified_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
from staffel_contracts.tlog.tree import Frontier
from tests.support.until import until

LOG, ORIGIN = "casework", "staffel.example/casework"
KEY = new_key(ORIGIN, Kind.NOTE)
NEVER = 3600.0


def head(size: int) -> Head:
    """The head of a log of so many entries."""
    frontier = Frontier()
    for number in range(size):
        frontier.append(b"entry %d" % number)
    return Head(frontier, 1, datetime.now(UTC))


@asynccontextmanager
async def cutting(nc: Client, size: int, every: float) -> AsyncIterator[Checkpoints]:
    """Checkpoints being cut of a log that has so many entries at first."""
    checkpoints = Checkpoints(nc, LOG, [KEY], head(size), every=every)
    await checkpoints.start()
    task = asyncio.create_task(checkpoints.run())
    yield checkpoints
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await checkpoints.stop()


async def told(nc: Client) -> list[int]:
    """A list that every checkpoint told on NATS is added to, by its size."""
    sizes: list[int] = []

    async def hear(msg: Msg) -> None:
        sizes.append(verified_checkpoint(msg.data, [KEY.verifier]).checkpoint.size)

    await nc.subscribe(cut_subject(LOG), cb=hear)
    return sizes


async def test_a_log_that_grew_is_signed_soon(nc: Client) -> None:
    sizes = await told(nc)
    async with cutting(nc, 3, every=0.05) as checkpoints:
        checkpoints.committed(head(5))
        await until(lambda: sizes == [5])

        signed = verified_checkpoint(await ask_checkpoint(nc, LOG), [KEY.verifier])

    assert signed.checkpoint.root == head(5).frontier.root()


async def test_a_hundred_entries_are_signed_at_once(nc: Client) -> None:
    sizes = await told(nc)
    async with cutting(nc, 0, every=NEVER) as checkpoints:
        checkpoints.committed(head(CUT_ENTRIES - 1))
        assert (await ask_checkpoint(nc, LOG)).startswith(b"staffel.example/casework\n0\n")
        checkpoints.committed(head(CUT_ENTRIES))

        await until(lambda: sizes == [CUT_ENTRIES])


async def test_nothing_stays_unsigned_at_stop(nc: Client) -> None:
    sizes = await told(nc)
    async with cutting(nc, 0, every=NEVER) as checkpoints:
        checkpoints.committed(head(7))

    await until(lambda: sizes == [7])
    with pytest.raises(NoCheckpoint):
        await ask_checkpoint(nc, LOG, timeout=0.2)


async def test_a_log_at_rest_is_not_signed_again(nc: Client) -> None:
    sizes = await told(nc)
    async with cutting(nc, 4, every=0.01) as checkpoints:
        turned = checkpoints.heartbeat
        await until(lambda: checkpoints.heartbeat > turned)

    assert sizes == []


async def test_the_same_log_has_the_same_checkpoint_after_a_restart(nc: Client) -> None:
    first = Checkpoints(nc, LOG, [KEY], head(9)).newest
    second = Checkpoints(nc, LOG, [KEY], head(9)).newest

    assert first == second


def test_a_key_of_another_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "casework.key"
    for text in (
        new_key("staffel.example/intake", Kind.NOTE).text(),
        new_key(ORIGIN, Kind.COSIGNATURE).text(),
        "no key",
    ):
        file.write_text(text)
        with pytest.raises(WrongLogKey, match=file.name):
            load_log_keys(file, None, ORIGIN)
    with pytest.raises(WrongLogKey, match="it cannot be read"):
        load_log_keys(tmp_path / "missing", None, ORIGIN)


def test_a_key_comes_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "casework.key"
    file.write_text(KEY.text() + "\n")

    assert load_log_keys(file, None, ORIGIN) == load_log_keys(None, KEY.text(), ORIGIN) == (KEY,)
    assert load_log_keys(None, None, ORIGIN) == ()
