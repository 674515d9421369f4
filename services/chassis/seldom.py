"""Say what goes on being wrong once, and then now and then: a full disk fills no log."""

import time
from collections.abc import Callable

EVERY = 60.0
"""Seconds between two times of saying the same."""


class Seldom:
    """Knows when each text was said last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was said yet; ``clock`` gives seconds."""
        self._clock = clock
        self._said: dict[str, float] = {}

    def is_due(self, text: str) -> bool:
        """Whether to say a text now; it counts as said."""
        now = self._clock()
        if now - self._said.get(text, -EVERY) < EVERY:
            return False
        self._said[text] = now
        return True
