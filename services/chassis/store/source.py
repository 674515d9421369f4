"""Where entries of a log come from: the log's database, and the memory of the latest commits."""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from threading import Lock
from typing import Protocol

_MEMORY_ENTRIES = 20_000
BATCH_BYTES = 4_000_000


class Source(Protocol):
    """A log at rest. Both methods block; callers on the event loop use a thread."""

    def size(self) -> int:
        """Return the number of committed entries, which is the next index."""
        ...

    def wires(self, start: int, limit: int) -> list[bytes]:
        """Return up to `limit` wire lines from index `start` on, without a gap."""
        ...


class Fresh:
    """Entries just committed, kept in memory so that nobody reads them from the database again.

    Thread-safe. It may forget: whatever is not here is in the source.
    """

    def __init__(self, limit: int = _MEMORY_ENTRIES) -> None:
        self._limit = limit
        self._first = 0
        self._wires: deque[bytes] = deque()
        self._lock = Lock()

    def add(self, first: int, wires: Sequence[bytes]) -> None:
        """Keep lines from index `first` on, if they continue what is kept and there is room."""
        with self._lock:
            if not self._wires:
                self._first = first
            if first != self._first + len(self._wires) or self._is_full_with(len(wires)):
                return
            self._wires.extend(wires)

    def forget(self) -> None:
        """Forget everything: some of it was erased."""
        with self._lock:
            self._wires.clear()

    def since(self, start: int, limit: int) -> list[bytes]:
        """Return up to `limit` lines from index `start` on; forget all before it."""
        with self._lock:
            self._forget_before(start)
            return list(islice(self._wires, limit)) if self._first == start else []

    def _is_full_with(self, more: int) -> bool:
        return len(self._wires) + more > self._limit

    def _forget_before(self, start: int) -> None:
        while self._wires and self._first < start:
            self._wires.popleft()
            self._first += 1


def within_bytes(wires: list[bytes], limit: int = BATCH_BYTES) -> list[bytes]:
    """Return as many of the first lines as fit into `limit` bytes, at least one if there is any."""
    total = 0
    for count, wire in enumerate(wires):
        total += len(wire)
        if total > limit and count:
            return wires[:count]
    return wires
