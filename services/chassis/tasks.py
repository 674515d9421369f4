"""Loops that end when they are told to, and work in threads that ends before they do."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def heed_cancellation() -> None:
    """Raise `CancelledError` if the running task was cancelled and something swallowed it.

    `asyncio.wait_for` of Python 3.11, which nats-py uses, does so when the awaited result arrives
    at the same moment; an endless loop would then go on for ever. Call it once in every
    round, before resting.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def in_thread(work: Callable[..., T], *given: Any) -> T:
    """Work in a thread, to its end even where the task is cancelled meanwhile.

    A thread cannot be cancelled: who tidies up after it must not begin before it is through.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        raise
