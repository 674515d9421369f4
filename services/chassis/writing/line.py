"""What waits for the writer, from any thread, and what of it comes next."""

import threading
from collections import deque

from services.chassis.work import CommandWork, ErasureWork, ParkedWork, ReadWork, Work
from services.chassis.writing.apart import turn_away


class Line:
    """Work in the order in which it came; nothing of it goes into the log while it is held."""

    def __init__(self, max_inputs: int) -> None:
        """Give at most so many inputs at a time."""
        self.held: str | None = None
        """Why nothing may be written into the log now; reads are recorded all the same."""
        self._for_good = False
        self._max_inputs = max_inputs
        self._works: deque[Work] = deque()
        self._wake = threading.Event()

    def __len__(self) -> int:
        """How much work waits."""
        return len(self._works)

    def add(self, work: Work) -> None:
        """Put work at the end."""
        self._works.append(work)
        self._wake.set()

    def wake(self) -> None:
        """Let whoever rests look."""
        self._wake.set()

    def hold(self, reason: str | None, *, for_good: bool = False) -> None:
        """Hold what comes for a reason, or no more.

        Commands are turned away where it is ``for_good``.
        """
        self.held, self._for_good = reason, for_good
        self._wake.set()

    def rest(self, seconds: float) -> None:
        """Wait for something to do."""
        if not self._works or self.held:
            self._wake.wait(seconds)
        self._wake.clear()

    def take(self) -> list[Work]:
        """What comes next."""
        if self.held:
            return self._take_reads()
        works: list[Work] = []
        inputs = 0
        while self._works:
            first = self._works[0]
            # What a person decided runs alone: it rewrites what waits, or ends it.
            alone = isinstance(first, ParkedWork | ErasureWork)
            if works and (alone or inputs + len(first) > self._max_inputs):
                break
            works.append(self._works.popleft())
            inputs += len(first)
            if alone:
                break
        return works

    def take_all(self) -> list[Work]:
        """All that waits."""
        return [self._works.popleft() for _ in range(len(self._works))]

    def _take_reads(self) -> list[Work]:
        """What goes into the log of reads alone, which nobody else keeps."""
        reads: list[Work] = []
        kept: list[Work] = []
        for work in self.take_all():
            if isinstance(work, ReadWork):
                reads.append(work)
            elif self._for_good and isinstance(work, CommandWork):
                turn_away(work, None, self.held)
            else:
                kept.append(work)
        self._works.extendleft(reversed(kept))
        return reads
