"""Waiting for something to become true, which is how tests here wait for anything."""

import asyncio
from collections.abc import Callable
from time import monotonic

DEADLINE_SECONDS = 60.0


async def until(
    condition: Callable[[], bool], what: str = "the condition", seconds: float = DEADLINE_SECONDS
) -> None:
    """Return as soon as `condition` holds; fails the test after a minute or those given."""
    end = monotonic() + seconds
    while not condition():
        if monotonic() > end:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        await asyncio.sleep(0.005)
