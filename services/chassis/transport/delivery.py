"""Handing heard entries over: in order, together, again and again until they are accepted."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from services.chassis.tasks import heed_cancellation
from services.chassis.work import HeardWire

ACCEPT_ENTRIES = 500
_ROOM_ENTRIES = 4 * ACCEPT_ENTRIES
_BACK_OFF_SECONDS = 0.1
_LONGEST_BACK_OFF_SECONDS = 5.0


Accept = Callable[[list[HeardWire]], Awaitable[None]]
Acknowledge = Callable[[str], Awaitable[None]]


class Delivery:
    """The line in which heard entries wait until the service has committed them.

    Receiving goes on while a commit runs; what has come meanwhile is handed over together. If
    `accept` raises, the same entries are offered again after a pause and nothing moves on. A
    receipt is acknowledged once all that was put before it is accepted.
    """

    def __init__(self, accept: Accept, acknowledge: Acknowledge) -> None:
        self.problem: str | None = None
        self.accepted = 0
        self._accept = accept
        self._acknowledge = acknowledge
        self._waiting: deque[HeardWire] = deque()
        self._receipts: deque[tuple[int, str]] = deque()
        self._put = 0
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether everything that was put is accepted."""
        return not self._waiting

    async def put(self, entries: Sequence[HeardWire], receipt: str | None = None) -> None:
        """Put entries at the end of the line; waits while the line is long."""
        while len(self._waiting) >= _ROOM_ENTRIES:
            self._room.clear()
            await self._room.wait()
        self._waiting.extend(entries)
        self._put += len(entries)
        if receipt:
            self._receipts.append((self._put, receipt))
        self._arrived.set()

    async def run(self) -> None:
        """Hand over until cancelled."""
        while True:
            self._arrived.clear()
            entries = list(islice(self._waiting, ACCEPT_ENTRIES))
            if entries:
                await self._hand_over(entries)
            await self._acknowledge_accepted()
            heed_cancellation()
            if not self._waiting and not self._receipts:
                await self._arrived.wait()

    async def _hand_over(self, entries: list[HeardWire]) -> None:
        await self._offer_until_accepted(entries)
        for _ in entries:
            self._waiting.popleft()
        self.accepted += len(entries)
        self._room.set()

    async def _offer_until_accepted(self, entries: list[HeardWire]) -> None:
        pause = _BACK_OFF_SECONDS
        while True:
            heed_cancellation()
            try:
                await self._accept(entries)
            except Exception as error:  # noqa: BLE001 - later: whatever it is, nothing moves on
                self.problem = f"entries are not accepted: {type(error).__name__}"
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_BACK_OFF_SECONDS)
            else:
                self.problem = None
                return

    async def _acknowledge_accepted(self) -> None:
        """Acknowledge the latest receipt that is due: it stands for all before it."""
        latest = None
        while self._receipts and self._receipts[0][0] <= self.accepted:
            latest = self._receipts.popleft()[1]
        if latest is not None:
            await self._acknowledge(latest)
