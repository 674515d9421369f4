"""Waiting for something to become true, which is how tests here wait for anything."""

import asyncio
from collections.abc import Callable
from time import monotonic

DEADLINE_SECONDS = 20.0


async def until(condition: Callable[[], bool], what: str = "the condition") -> None:
    """Return as soon as `condition` holds; fails the test after 20 seconds."""
    end = monotonic() + DEADLINE_SECONDS
    while not condition():
        if monotonic() > end:
            raise AssertionError(f"{what} did not come true in {DEADLINE_SECONDS} s")
        await asyncio.sleep(0.005)
