"""The relay: carries a log's entries into a stream, in index order, and repairs the stream."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from nats.aio.client import Client

from services.chassis.store.source import Fresh, Source, within_bytes
from services.chassis.tasks import heed_cancellation
from services.chassis.transport.lane import (
    BATCH_ENTRIES,
    Doubt,
    Lane,
    Last,
    delete_on,
    last_on,
    say,
)
from services.chassis.transport.wire import NoEntry, leaf_of, place_of

CHECK_SECONDS = 2.0
_OFFLINE_SECONDS = 0.1
_BACK_OFF_SECONDS = 0.05
_LONGEST_BACK_OFF_SECONDS = 2.0


def _unheard(_: str | None) -> None:
    """Nobody waits for the first look."""


class Forked(Exception):
    """The stream holds what the log does not: writing on would make two histories out of one."""


class Relay:
    """Keeps a stream equal to a log: the stream's last entry tells where to go on.

    `position` is the next index to publish. Whatever is uncertain is settled by reading the lane's
    last message: an emptied, shortened or restored stream is filled again from there. Where the
    stream is ahead of the log, or holds another entry under the same index, the relay writes
    nothing more and says why in `forked`. `judged` is called after the first look with None, and
    with the reason whenever the stream turns out to hold another history.
    """

    def __init__(
        self,
        nc: Client,
        lane: Lane,
        source: Source,
        *,
        check_every: float = CHECK_SECONDS,
        judged: Callable[[str | None], None] = _unheard,
    ) -> None:
        self.position = 0
        self.heartbeat = monotonic()
        self.last_error: str | None = None
        self.forked: str | None = None
        self.batches = 0
        self.entries = 0
        self.repairs = 0
        self._nc = nc
        self.lane = lane
        self._source = source
        self._check_every = check_every
        self._judged = judged
        self._fresh = Fresh()
        self._size = 0
        self._sequence: int | None = None
        self._check_at = 0.0
        self._reconnects = 0
        self._doubts = 0
        self._woken = asyncio.Event()
        self._carrying = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def size(self) -> int:
        """The number of entries known to be in the log; `size - position` wait to be carried."""
        return self._size

    def offer(self, first_index: int, wires: Sequence[bytes]) -> None:
        """Take entries that were just committed, from any thread; none needs to be offered."""
        self._fresh.add(first_index, wires)
        self._size = max(self._size, first_index + len(wires))
        self._wake()

    def wake(self) -> None:
        """Look at the log and the stream again soon; from any thread."""
        self._check_at = 0.0
        self._wake()

    async def forget(self) -> None:
        """Keep no entry in memory, as some of it was erased in the log, and none on its way.

        What the stream has not taken by then is read from the log, whenever it takes it.
        """
        self._fresh.forget()
        async with self._carrying:
            return

    async def run(self) -> None:
        """Carry entries until cancelled or forked; all else is tried again."""
        self._loop = asyncio.get_running_loop()
        while self.forked is None:
            heed_cancellation()
            self.heartbeat = monotonic()
            try:
                await self._step()
            except Forked as fork:
                self.forked = str(fork)
                self._judged(self.forked)
            except Doubt as doubt:
                await self._wait_out(str(doubt))
            except Exception as error:  # noqa: BLE001 - the log's database may be away: later
                await self._wait_out(f"the log cannot be carried: {type(error).__name__}")

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def _step(self) -> None:
        self._woken.clear()
        if not self._nc.is_connected:
            await self._stay_offline()
        elif self._sequence is None or self._unsure():
            await self._find_position()
        elif self.position < self._size:
            async with self._carrying:
                await self._carry(self._sequence)
        else:
            await self._rest()

    def _unsure(self) -> bool:
        reconnected = self._reconnects != self._nc.stats["reconnects"]
        return reconnected or monotonic() >= self._check_at

    async def _carry(self, after: int) -> None:
        wires = self._fresh.since(self.position, BATCH_ENTRIES) or await self._read(self.position)
        wires = within_bytes(wires)
        self._sequence = await say(self._nc, self.lane, wires, after)
        self.position += len(wires)
        self.entries += len(wires)
        self.batches += 1
        self._check_at = monotonic() + self._check_every
        self._be_calm()

    async def _read(self, start: int, limit: int = BATCH_ENTRIES) -> list[bytes]:
        wires = await asyncio.to_thread(self._source.wires, start, limit)
        if not wires:
            raise Doubt(f"the log has no entry {start}")
        return wires

    async def _find_position(self) -> None:
        """Go on after the last entry in the stream."""
        self._reconnects = self._nc.stats["reconnects"]
        last = await last_on(self._nc, self.lane)
        # Asked after the stream, so that a growing log cannot look shorter than its copy.
        self._size = max(self._size, await asyncio.to_thread(self._source.size))
        position = await self._position_after(last)
        if self._sequence is None:
            self._judged(None)
        self.repairs += self._sequence is not None and position < self.position
        self.position, self._sequence = position, last.sequence
        self._check_at = monotonic() + self._check_every

    async def _position_after(self, last: Last) -> int:
        if last.sequence == 0:
            return 0
        index = await self._index_in(last)
        if index >= self._size:
            raise Forked(f"the stream holds entry {index}, the log ends before {self._size}")
        [own] = await self._read(index, 1)
        if leaf_of(own) != leaf_of(last.wire):
            raise Forked(f"entry {index} in the stream is not entry {index} of the log")
        return index + 1

    async def _index_in(self, last: Last) -> int:
        """The index of the last entry; what others put behind it is taken away first."""
        try:
            return place_of(last.wire)[1]
        except NoEntry as error:
            if self.lane.delete_request is None:
                raise Forked(f"the last message in the stream is no entry: {error}") from error
            await delete_on(self._nc, self.lane.delete_request, last.sequence)
            raise Doubt("what is no entry was taken out of the stream") from error

    def _be_calm(self) -> None:
        self._doubts = 0
        self.last_error = None

    async def _rest(self) -> None:
        self._be_calm()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._check_at - monotonic())):
                await self._woken.wait()

    async def _stay_offline(self) -> None:
        self.last_error = "not connected to NATS"
        await asyncio.sleep(_OFFLINE_SECONDS)

    async def _wait_out(self, error: str) -> None:
        """Read the stream back at once after the first doubt, ever more slowly after more."""
        self.last_error = error
        self._check_at = 0.0
        if self._doubts:
            pause = _BACK_OFF_SECONDS * 2 ** min(self._doubts, 10)
            await asyncio.sleep(min(pause, _LONGEST_BACK_OFF_SECONDS))
        self._doubts += 1
