"""What is heard of other logs, and what is still missing: one number for each log."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.chassis.transport.delivery import Delivery
from services.chassis.transport.log_endpoint import ANSWER_ENTRIES, NoAnswer, ask_log
from services.chassis.transport.wire import NoEntry, flaw_of, place_of
from services.chassis.work import HeardWire


class _Missing(NamedTuple):
    """Entries of a log that were not heard, up to but without index `end`."""

    log: str
    end: int


class _Swept(NamedTuple):
    wanted: int
    size: int


class Hearing:
    """Puts each entry of the heard logs into the delivery once, in the order of its log.

    `wanted` is the next index of each log, `sizes` how long the sayers last said their logs are,
    `problems` what stands in the way, by log; `filled` counts what the stream did not bring.
    """

    def __init__(self, wanted: Mapping[str, int], delivery: Delivery) -> None:
        self.wanted = dict(wanted)
        self.sizes: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self.filled = 0
        self.look = asyncio.Event()
        self._delivery = delivery
        self._behind: set[str] = set()
        self._swept: dict[str, _Swept] = {}
        self._lock = asyncio.Lock()

    @property
    def behind(self) -> bool:
        """Whether some log is being caught up with from its sayer."""
        return bool(self._behind)

    async def take(self, nc: Client, messages: Sequence[Msg]) -> None:
        """Take messages in the order of the stream; their receipt is the last one's."""
        async with self._lock:
            entries: list[HeardWire] = []
            for message in messages:
                heard = self._weigh(message)
                if isinstance(heard, _Missing):
                    await self._delivery.put(entries)
                    entries = []
                    heard = await self._fetch_and_weigh(nc, heard, message)
                if isinstance(heard, HeardWire):
                    entries.append(heard)
            await self._delivery.put(entries, messages[-1].reply)

    async def sweep(self, nc: Client, *, stream_is_dead: bool) -> None:
        """Ask every sayer how long its log is, and fetch what the stream does not bring."""
        for log in self.wanted:
            try:
                size = (await ask_log(nc, log, self.wanted[log], 0)).size
            except NoAnswer as error:
                self.problems[log] = str(error)
            else:
                await self._compare(nc, log, size, stream_is_dead=stream_is_dead)

    def _weigh(self, message: Msg) -> HeardWire | _Missing | None:
        """Return an entry that is next in its log, what is missing before it, or None if known."""
        wire = message.data
        try:
            log, index = place_of(wire)
        except NoEntry:
            return self._one_missing(message.subject)
        wanted = self.wanted.get(log)
        if wanted is None or index < wanted:
            return None
        if not message.subject.startswith(f"log.{log}."):
            return self._one_missing(message.subject)
        if index > wanted:
            return _Missing(log, index)
        if flaw_of(wire, log, index) is not None:
            return _Missing(log, index + 1)
        self.wanted[log] = index + 1
        return HeardWire(log, index, wire)

    def _one_missing(self, subject: str) -> _Missing | None:
        """Suppose that what cannot be read was the next entry of the log that the subject names."""
        log = subject.split(".")[1]
        return _Missing(log, self.wanted[log] + 1) if log in self.wanted else None

    async def _fetch_and_weigh(
        self, nc: Client, missing: _Missing, message: Msg
    ) -> HeardWire | _Missing | None:
        """Fetch a small gap at once, so that the message fits; leave a wide one to the sweep."""
        log, end = missing
        if log in self._behind:
            return missing
        await self._fetch(nc, log, end)
        if self.wanted[log] < end and log not in self._behind:
            self._behind.add(log)
            self.look.set()
        return self._weigh(message)

    async def _compare(self, nc: Client, log: str, size: int, *, stream_is_dead: bool) -> None:
        wanted, before = self.wanted[log], self._swept.get(log)
        self.sizes[log] = size
        self._swept[log] = _Swept(wanted, size)
        if size < wanted:
            self.problems[log] = f"{log} ends before {size}, but {wanted - 1} was heard"
            return
        self.problems.pop(log, None)
        if stream_is_dead or log in self._behind or self._is_stuck(wanted, before):
            await self._catch_up(nc, log, size)

    def _is_stuck(self, wanted: int, before: _Swept | None) -> bool:
        """Whether nothing came since the last sweep, although there was something to come."""
        if before is None or not self._delivery.idle:
            return False
        return before.wanted == wanted < before.size

    async def _catch_up(self, nc: Client, log: str, size: int) -> None:
        """Fetch piece by piece; between two pieces the other logs have their turn."""
        self._behind.discard(log)
        while self.wanted[log] < size and log not in self._behind:
            async with self._lock:
                await self._fetch(nc, log, size)

    async def _fetch(self, nc: Client, log: str, end: int) -> None:
        """Fetch one answer's worth of entries from the sayer, or note why it cannot be had."""
        start = self.wanted[log]
        try:
            answer = await ask_log(nc, log, start, min(ANSWER_ENTRIES, end - start))
        except NoAnswer as error:
            self._fall_behind(log, str(error))
            return
        if not answer.wires:
            self._fall_behind(log, f"{log} has no entry {start}")
            return
        entries = [_from_sayer(log, start + n, wire) for n, wire in enumerate(answer.wires)]
        self.wanted[log] += len(entries)
        self.filled += len(entries)
        await self._delivery.put(entries)

    def _fall_behind(self, log: str, problem: str) -> None:
        self.problems[log] = problem
        self._behind.add(log)


def _from_sayer(log: str, index: int, wire: bytes) -> HeardWire:
    return HeardWire(log, index, wire, flaw_of(wire, log, index, erased_allowed=True))
