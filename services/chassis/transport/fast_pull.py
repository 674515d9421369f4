"""Pulling from a JetStream consumer without a task per message, and FastStream on top of it.

`FastPull` stands in for nats-py's `PullSubscription` beneath FastStream's batch subscriber. It
reads the subscription's queue directly and keeps two pull requests outstanding. It knows private
parts of nats-py 2.16, which `tests/chassis` holds against the real thing.
"""

import asyncio
import json
from time import monotonic
from typing import cast

from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.client import JetStreamContext

BATCH_ENTRIES = 500
_EXPIRES_SECONDS = 5.0
_SILENCE_SECONDS = 7.0
_BACK_OFF_SECONDS = 0.5
_OUTSTANDING = 2
_EXPIRED = "408"
_NOBODY = "503"
_PENDING = "Nats-Pending-Messages"


class FastPull:
    """A bound pull consumer. `problem` says why nothing can be pulled, if nothing can."""

    def __init__(self, nc: Client, bound: JetStreamContext.PullSubscription) -> None:
        self.problem: str | None = None
        self._nc = nc
        self._bound = bound
        self._queue: asyncio.Queue[Msg] = bound._sub._pending_queue  # noqa: SLF001
        self._owed = 0
        self._heard_at = monotonic()
        self._ask_at = 0.0
        self._reconnects = nc.stats["reconnects"]

    async def fetch(self, batch: int = BATCH_ENTRIES, timeout: float | None = 1.0) -> list[Msg]:  # noqa: ASYNC109 FastStream's call
        """Return what has arrived, up to `batch` messages, at once if there is anything.

        Raises nats-py's `TimeoutError` if nothing arrives in `timeout` seconds; gives nothing if
        only news of the pull itself arrived. FastStream tops a partial batch up by asking for less
        than a whole one, and that never waits.
        """
        messages = self._arrived(batch)
        # Asked after what arrived was looked at: it may say that nobody brings any more.
        await self._keep_asking()
        if messages:
            return messages
        if batch < BATCH_ENTRIES:
            raise NatsTimeoutError
        return await self._await_some(batch, timeout)

    async def unsubscribe(self) -> None:
        """Stop receiving."""
        if not self._nc.is_closed:
            await self._bound.unsubscribe()

    async def _await_some(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109
        if self._nc.is_closed:
            # FastStream asks again at once, for ever: without a pause the event loop would starve.
            await asyncio.sleep(_BACK_OFF_SECONDS)
            raise ConnectionClosedError
        try:
            async with asyncio.timeout(timeout):
                first = await self._queue.get()
        except TimeoutError as error:
            raise NatsTimeoutError from error
        return self._sorted_out([first]) + self._arrived(batch - 1)

    def _arrived(self, batch: int) -> list[Msg]:
        count = min(batch, self._queue.qsize())
        return self._sorted_out([self._queue.get_nowait() for _ in range(count)])

    def _sorted_out(self, messages: list[Msg]) -> list[Msg]:
        """Return the messages among what came, and take note of the rest."""
        entries = []
        for message in messages:
            self._queue.task_done()
            self._bound._sub._pending_size -= len(message.data)  # noqa: SLF001
            if message.headers and not message.data and "Status" in message.headers:
                self._take_note(message.headers)
            else:
                entries.append(message)
        if entries:
            self.problem = None
        if messages:
            self._heard_at = monotonic()
        self._owed = max(0, self._owed - len(entries))
        return entries

    def _take_note(self, headers: dict[str, str]) -> None:
        """A pull has ended before it was satisfied: expired as usual, or for a reason."""
        self._owed = max(0, self._owed - int(headers.get(_PENDING, self._owed)))
        status = headers["Status"]
        if status == _EXPIRED:
            self.problem = None
            return
        reason = "the consumer is not there" if status == _NOBODY else headers.get("Description")
        self.problem = f"{status} {reason}"
        self._owed = 0
        self._ask_at = monotonic() + _BACK_OFF_SECONDS

    async def _keep_asking(self) -> None:
        self._forget_lost_pulls()
        while (
            self._owed <= BATCH_ENTRIES * (_OUTSTANDING - 1)
            and monotonic() >= self._ask_at
            and self._nc.is_connected
        ):
            await self._ask()

    def _forget_lost_pulls(self) -> None:
        """A reconnect or a long silence means that nobody remembers what we asked for."""
        silent = monotonic() - self._heard_at > _SILENCE_SECONDS
        if silent or self._reconnects != self._nc.stats["reconnects"]:
            self._reconnects = self._nc.stats["reconnects"]
            self._heard_at = monotonic()
            self._owed = self._queue.qsize()
            self._ask_at = 0.0
            self.problem = None

    async def _ask(self) -> None:
        request = {"batch": BATCH_ENTRIES, "expires": int(_EXPIRES_SECONDS * 1e9)}
        await self._nc.publish(
            self._bound._nms,  # noqa: SLF001
            json.dumps(request).encode(),
            self._bound._deliver,  # noqa: SLF001
        )
        self._owed += BATCH_ENTRIES


class BoundSubscriber(BatchPullStreamSubscriber):
    """FastStream's batch subscriber on a consumer that deploy has made: it never makes one."""

    async def _create_subscription(self) -> None:
        if self.subscription:
            return
        bound = await self.jetstream.pull_subscribe_bind(
            durable=self.extra_options["durable"], stream=self.stream.name
        )
        pull = FastPull(self.connection, bound)
        self.subscription = cast("JetStreamContext.PullSubscription", pull)
        self.add_task(self._consume_pull)
