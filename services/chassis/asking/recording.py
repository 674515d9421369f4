"""Have reads recorded before they are answered, and forgotten when their time is over."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from services.chassis.access import Turned
from services.chassis.clock import Clock, SetClock
from services.chassis.work import Read, ReadWork, Work
from services.chassis.writing.reads import are_reads_over
from staffel_contracts.codes import RefusalCode

RECORD_WITHIN = 10.0
FORGET_EVERY = 3600.0


class Recorder:
    """Gives reads to the writer, which commits them with whatever else waits."""

    def __init__(self, submit: Callable[[Work], None], clock: Clock, reading: Engine) -> None:
        """Hand over with ``submit``; look through ``reading``."""
        self._submit, self._clock, self._reading = submit, clock, reading

    def record(self, read: Read) -> None:
        """Record a read of personal data; blocks until its commit, so it is called in a thread.

        Raises:
            Turned: it cannot be recorded now, so it must not be answered.
        """
        try:
            failed = self._hand_over(ReadWork([read])).result(RECORD_WITHIN) is not None
        except TimeoutError:
            failed = True
        if failed:
            raise Turned(RefusalCode.UNAVAILABLE, "the read cannot be recorded")

    async def run(self) -> None:
        """Forget what is old: now, every hour, and whenever a clock that is set moves on."""
        loop, moved = asyncio.get_running_loop(), asyncio.Event()
        if isinstance(self._clock, SetClock):
            self._clock.watch(lambda: _ring(loop, moved))
        while True:
            moved.clear()
            if await asyncio.to_thread(self._may_be_over):
                await asyncio.wrap_future(self._hand_over(ReadWork([])))
            with suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), FORGET_EVERY)

    def _may_be_over(self) -> bool:
        """Whether something is old; where nobody can say so, the writer looks when it can write."""
        try:
            with self._reading.connect() as conn:
                return are_reads_over(conn, self._clock.now())
        except DBAPIError:
            return True

    def _hand_over(self, work: ReadWork) -> Future[Any]:
        outcome: Future[Any] = Future()
        outcome.set_running_or_notify_cancel()  # from here on nobody cancels it under the writer
        work.settle = outcome.set_result
        self._submit(work)
        return outcome


def _ring(loop: asyncio.AbstractEventLoop, bell: asyncio.Event) -> None:
    loop.call_soon_threadsafe(bell.set)
