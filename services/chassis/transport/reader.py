"""The reader: brings what other services say to this one, every entry once and in index order.

A lower index than the one wanted was heard before. A higher one means that something is missing,
and so does a line that does not match its own hash: the sayer is asked for it. The stream is the
fast way, the sayers' logs are the sure one.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, cast

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsBatchMessage
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from services.chassis.tasks import heed_cancellation
from services.chassis.transport.delivery import Accept, Delivery
from services.chassis.transport.fast_pull import BATCH_ENTRIES, BoundSubscriber, FastPull
from services.chassis.transport.hearing import Hearing
from services.chassis.transport.lane import LOG

SWEEP_SECONDS = 3.0
_SOON_SECONDS = 0.5
_WAIT_SECONDS = 0.25


class Reader:
    """Reads the logs that a service hears and hands their entries to `accept`.

    `cursors` holds the next index wanted of each log, as the service has committed it; a log
    without one is read from 0. `accept` returns once the entries it got and their cursors are
    committed. The consumer is the durable one named like the service, made by deploy; while it is
    missing (see `problem`) the reader reads from the sayers. Create it before the broker starts.
    """

    def __init__(
        self,
        broker: NatsBroker,
        service: str,
        logs: Iterable[str],
        cursors: Mapping[str, int],
        accept: Accept,
        *,
        sweep_every: float = SWEEP_SECONDS,
    ) -> None:
        self.heartbeat = monotonic()
        self._broker = broker
        self._sweep_every = sweep_every
        self._delivery = Delivery(accept, self._acknowledge)
        self._hearing = Hearing({log: cursors.get(log, 0) for log in logs}, self._delivery)
        self._subscriber = self._subscribe(service)
        self._tasks: list[asyncio.Task[None]] = []
        self._failures: dict[str, str] = {}

    @property
    def wanted(self) -> dict[str, int]:
        """The next index to be received of each log."""
        return dict(self._hearing.wanted)

    @property
    def sizes(self) -> dict[str, int]:
        """How long the heard logs were when their sayers were last asked."""
        return dict(self._hearing.sizes)

    @property
    def accepted(self) -> int:
        """How many entries were accepted since the start."""
        return self._delivery.accepted

    @property
    def filled(self) -> int:
        """How many entries came from the sayers because the stream did not bring them."""
        return self._hearing.filled

    @property
    def problem(self) -> str | None:
        """What stands in the way of reading, if anything does."""
        ours = [self._consumer_problem(), self._delivery.problem, *self._failures.values()]
        return "; ".join(filter(None, [*ours, *self._hearing.problems.values()])) or None

    async def start(self) -> None:
        """Begin to hand over and to compare with the sayers; the broker must be connected."""
        jobs = (self._delivery.run(), self._sweep_for_ever())
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def stop(self) -> None:
        """Stop receiving and handing over; what was not accepted comes again after a start."""
        await self._subscriber.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _subscribe(self, service: str) -> BoundSubscriber:
        subscriber = self._broker.subscriber(
            "log.>",
            stream=JStream(LOG, declare=False),
            durable=service,
            pull_sub=PullSub(batch_size=BATCH_ENTRIES, timeout=_WAIT_SECONDS, batch=True),
            decoder=_raw,
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
        )
        # FastStream's factory chooses the class; ours differs only in that it declares nothing.
        subscriber.__class__ = BoundSubscriber
        subscriber(self._receive)
        return cast("BoundSubscriber", subscriber)

    async def _receive(self, messages: Any) -> None:
        """Take a batch; one that cannot be taken is missed, and so fetched from the sayers."""
        self.heartbeat = monotonic()
        with self._noting("receiving"):
            await self._hearing.take(self._broker.connection, messages)

    async def _acknowledge(self, receipt: str) -> None:
        with suppress(NatsError):  # what is lost here comes again, and is known by its index
            await self._broker.connection.publish(receipt, b"+ACK")

    def _consumer_problem(self) -> str | None:
        pull = cast("FastPull | None", self._subscriber.subscription)
        return None if pull is None or pull.problem is None else f"consumer: {pull.problem}"

    async def _sweep_for_ever(self) -> None:
        while True:
            self._hearing.look.clear()
            dead = self._consumer_problem() is not None
            with self._noting("comparing with the sayers"):
                await self._hearing.sweep(self._broker.connection, stream_is_dead=dead)
            heed_cancellation()
            await self._rest_until(monotonic() + self._sweep_every)

    @contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Keep a failure for `problem` instead of ending the loop, until the same goes well."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep makes up for it
            self._failures[what] = f"{what} failed: {type(error).__name__}"
        else:
            self._failures.pop(what, None)

    async def _rest_until(self, moment: float) -> None:
        """Rest until the next sweep: a short while if the stream or a sayer does not answer."""
        while (left := moment - monotonic()) > 0 and not self._hearing.look.is_set():
            self.heartbeat = monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _SOON_SECONDS)):
                    await self._hearing.look.wait()
            if self._hearing.behind or self._hearing.problems or self._consumer_problem():
                return


async def _raw(message: NatsBatchMessage) -> list[Msg]:
    """Leave the messages as they came: one unreadable line must not end a whole batch.

    They are handed on as the body: nothing else is injected.
    """
    return list(message.raw_message)
