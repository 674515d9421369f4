"""Where the moment comes from: the real clock, or one that is set from outside."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the moment, in UTC."""

    def now(self) -> datetime:
        """The current moment in UTC."""
        ...


class RealClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """The current moment in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is set, for demonstrations; it never goes back."""

    def __init__(self, moment: datetime) -> None:
        """Stand at ``moment``."""
        self._moment = moment
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._moment

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` whenever the clock is set."""
        self._watchers.append(watcher)

    def set(self, moment: datetime) -> None:
        """Move on to ``moment``; an earlier one is ignored."""
        if moment <= self._moment:
            return
        self._moment = moment
        for watcher in self._watchers:
            watcher()
