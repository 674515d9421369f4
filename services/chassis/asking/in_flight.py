"""How much an agency may have under way at once over NATS: none keeps the others waiting."""

from collections import Counter

from services.chassis.access import Turned
from staffel_contracts.codes import RefusalCode

RETRY_AFTER = 1


class InFlight:
    """Counts the requests of each agency that are not answered yet, and their bytes."""

    def __init__(self, most: int, most_bytes: int) -> None:
        """Allow so many requests and bytes of an agency at once; one request always gets in."""
        self._most, self._most_bytes = most, most_bytes
        self._requests: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def enter(self, agency: str, size: int) -> None:
        """Take a request of so many bytes.

        Raises:
            Turned: too many of the agency's wait for their answers; ask again in a second.
        """
        waiting, held = self._requests[agency], self._bytes[agency]
        if waiting and (waiting >= self._most or held + size > self._most_bytes):
            detail = f"{waiting} requests wait for their answers"
            turned = Turned(RefusalCode.TOO_MANY_REQUESTS, detail)
            turned.answer = turned.answer._replace(retry_after=RETRY_AFTER)
            raise turned
        self._requests[agency] += 1
        self._bytes[agency] += size

    def leave(self, agency: str, size: int) -> None:
        """A request was answered."""
        self._requests[agency] -= 1
        self._bytes[agency] -= size
        if not self._requests[agency]:
            del self._requests[agency], self._bytes[agency]
