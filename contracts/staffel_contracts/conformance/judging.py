"""What a subscriber must show in its ledger, and in words what it did not."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from itertools import pairwise

from staffel_contracts.conformance.ledger import Ledger, indexes

PATIENCE = "STAFFEL_CONFORMANCE_PATIENCE"
_PATIENCE_SECONDS = "30"
_PAUSE_SECONDS = 0.05
_CALM_SECONDS = 0.5


class Failed(Exception):
    """The subscriber did not do what the scenario asks; says what was expected and what came."""


def patience() -> float:
    """How many seconds are waited: generous, for it is judged what is taken in, not how fast."""
    return float(os.environ.get(PATIENCE, _PATIENCE_SECONDS))


async def until(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + patience()
    while not await asyncio.to_thread(condition):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(_PAUSE_SECONDS)
    return True


async def expect(ledger: Ledger, wanted: Iterable[int], may: Iterable[int] = ()) -> None:
    """Each wanted index is taken in once, in order; those that ``may`` be are optional.

    Raises:
        Failed: something is missing, was taken in twice, out of order, or never came.
    """
    must, optional = list(wanted), set(may)
    await until(lambda: set(must) <= set(indexes(ledger())))
    await asyncio.sleep(_CALM_SECONDS)  # what would be taken in twice is, by now
    found = indexes(ledger())
    if missing := sorted(set(must) - set(found)):
        raise Failed(f"not taken in: {_few(missing)}")
    if twice := sorted({index for index in found if found.count(index) > 1}):
        raise Failed(f"taken in more than once: {_few(twice)}")
    if strange := sorted(set(found) - set(must) - optional):
        raise Failed(f"taken in, but must not be: {_few(strange)}")
    if found != sorted(found):
        first = next(b for a, b in pairwise(found) if b < a)
        raise Failed(f"not in order: {first} came behind a later one")


def _few(found: list[int]) -> str:
    shown = ", ".join(map(str, found[:10]))
    return f"{shown} and {len(found) - 10} more" if len(found) > 10 else shown  # noqa: PLR2004
