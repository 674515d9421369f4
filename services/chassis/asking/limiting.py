"""How often an agency may ask over HTTP; over NATS ``in_flight`` limits what it has under way."""

import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from services.chassis.access import Turned
from staffel_contracts.codes import RefusalCode


class TooMany(Turned):
    """An agency asks too often; ``seconds`` says when it may ask again."""

    def __init__(self, seconds: int, rate: int) -> None:
        """Turn away for so many seconds."""
        super().__init__(RefusalCode.TOO_MANY_REQUESTS, f"more than {rate} requests a second")
        self.seconds = seconds


class Limiter:
    """Counts the requests of each agency in this process."""

    def __init__(self, rate: int) -> None:
        """Allow so many requests a second."""
        self._rate = RateLimitItemPerSecond(rate)
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, agency: str) -> None:
        """Count a request.

        Raises:
            TooMany: it is one too many.
        """
        if not self._counts.hit(self._rate, agency):
            until = self._counts.get_window_stats(self._rate, agency).reset_time
            raise TooMany(max(1, round(until - time.time())), self._rate.amount)
