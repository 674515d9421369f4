"""Run one service: its writer, relay, reader, timers, HTTP and NATS sides, in one process."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from typing import Any

import uvicorn
from faststream.nats import NatsBroker

from services.chassis.asking.asking import Counter
from services.chassis.clock import SetClock
from services.chassis.endpoints.bus import Bus
from services.chassis.endpoints.erase_endpoint import EraseEndpoint
from services.chassis.endpoints.http import make_http
from services.chassis.running.broker import broker_of
from services.chassis.running.directory_watch import follow_directory
from services.chassis.running.eraser import Eraser
from services.chassis.running.process import GRACE, http_server, serve_http
from services.chassis.running.runtime import Runtime
from services.chassis.running.standby import take_log
from services.chassis.running.watching import watch_loops
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.transport.lane import log_lane
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.login import stay_known
from services.chassis.transport.reader import Reader
from services.chassis.transport.relay import Relay
from services.chassis.work import HeardWire, HeardWork
from services.chassis.writing.checkpoints import Checkpoints
from services.chassis.writing.timers import Timers

NOT_COMPARED = "the log was not compared yet with what was carried to NATS"
FORKED = "the log is not the one that was carried to NATS"


class App(Runtime):
    """Runs a service from taking its log to its clean stop."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Open database and keyring; nothing is taken and nothing runs yet.

        Raises:
            WrongSchema, WrongMasterKey, WrongLogKey, UnreadableDirectory: the configuration does
                not fit.
        """
        super().__init__(service, settings)
        self.eraser = Eraser(self)
        self.erase_endpoint = EraseEndpoint(self, self.eraser)

    async def run(self) -> None:
        """Run until told to stop, then finish what waits and stop cleanly.

        Where another process holds the log, this one waits to take over (``standby``).

        Raises:
            Fenced: another process holds the log, or has taken it over.
        """
        if not await take_log(self):
            return
        await asyncio.to_thread(self.eraser.repeat)
        self.loop = asyncio.get_running_loop()
        self.counter = Counter(self.writer.submit, self.loop)
        self.timers = Timers(self.reading, self.clock, self.counter.ask)
        if isinstance(self.clock, SetClock):
            self.clock.watch(self.timers.wake)
        told = (self._nats_closed, self._nats_error)
        broker = broker_of(self.settings, self.service.name, self.login, self.certificate, told)
        self.reader = Reader(
            broker, self.service.name, self.service.hears, self.desk.cursors, self._accept
        ) if self.service.hears else None  # fmt: skip
        await broker.start()
        try:
            await self._run_connected(broker)
        finally:
            await broker.stop()
            await asyncio.to_thread(self.writer.stop)
            self.queries.close()
            self.keyring.close()

    async def _run_connected(self, broker: NatsBroker) -> None:
        self.nc = broker.connection
        await self._open_log()
        endpoint = LogEndpoint(self.nc, self.service.name, self.source)
        await endpoint.start()
        await self._listen()
        watch_loops(self, self._not_erased)
        server = http_server(make_http(self), self.settings)
        tasks = [asyncio.create_task(loop) for loop in self._loops(server)]
        self.log.info("started", size=self.writer.head.size, epoch=self.writer.head.epoch)
        try:
            await self._until_stopped(tasks)
        finally:
            await self._wind_down(server, tasks)
            if self.checkpoints:
                await self.checkpoints.stop()
            await endpoint.stop()

    async def _open_log(self) -> None:
        """Have the log written, carried and signed; nothing is written until it was compared."""
        self.writer.line.hold(NOT_COMPARED)
        lane = log_lane(self.service.name)
        self.relay = Relay(self.nc, lane, self.source, judged=self._judged)
        self.relays.append(self.relay)
        self.connected = True
        if self.log_keys:
            head = self.writer.head
            self.checkpoints = Checkpoints(self.nc, self.service.name, self.log_keys, head)
            await self.checkpoints.start()
        await asyncio.to_thread(self.writer.hear_again)
        self.writer.start()

    async def _listen(self) -> None:
        await Bus(self, self.nc).start()
        await self.eraser.start()
        await self.erase_endpoint.start()
        if self.reader:
            await self.reader.start()

    def _loops(self, server: uvicorn.Server) -> Iterator[Coroutine[Any, Any, None]]:
        """All that runs until the service stops."""
        yield from (self.relay.run(), self.timers.run(), self._watch_writer(), self._serve(server))
        yield from (self.eraser.run(), self.recorder.run())
        yield stay_known(self.nc, self.login, self.certificate, self.log)
        yield from (loop(self) for loop in self.service.loops)
        if self.identity.issuer:
            yield self.identity.issuer.run()
        if self.checkpoints:
            yield self.checkpoints.run()
            if path := self.settings.log_key_file:
                yield self.checkpoints.follow(path, self.log)
        if path := self.settings.agencies:
            yield follow_directory(self.agencies, path, self.log)

    async def _until_stopped(self, tasks: list[asyncio.Task[Any]]) -> None:
        stop = asyncio.create_task(self.stopping.wait())
        done, _ = await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stop}:
            if error := task.exception():
                raise error
            if self.writer.stopped_by:
                raise self.writer.stopped_by
        if stop not in done and not self.relay.forked:
            return
        await self.stopping.wait()

    async def _wind_down(self, server: uvicorn.Server, tasks: list[asyncio.Task[Any]]) -> None:
        self.stopping.set()
        if self.reader:
            await self.reader.stop()
        server.should_exit = True
        # The writer's thread and the relay are watched from outside: there is no event to wait for.
        deadline = time.monotonic() + GRACE / 2
        while self._unfinished() and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.log.info("stopped", size=self.writer.head.size)

    def _unfinished(self) -> bool:
        writing = bool(self.writer.waiting or self.writer.busy) and not self.writer.stopped_by
        return writing or self.relay.position < self.relay.size

    async def _accept(self, wires: list[HeardWire]) -> None:
        await self.counter.ask(HeardWork(wires))

    def _judged(self, forked: str | None) -> None:
        """Write, as what was carried belongs to this log; or write no more, as it does not."""
        self.writer.line.hold(FORKED if forked else None, for_good=bool(forked))

    async def _watch_writer(self) -> None:
        while self.writer.stopped_by is None:  # noqa: ASYNC110 - it is set in another thread
            await asyncio.sleep(0.2)

    async def _serve(self, server: uvicorn.Server) -> None:
        await serve_http(server)
        self.stopping.set()

    async def _nats_closed(self) -> None:
        if not self.stopping.is_set():
            self.log.error("nats", reason="the connection was closed for good")
        self.stopping.set()

    async def _nats_error(self, error: Exception) -> None:
        self.log.warning("nats", reason=type(error).__name__)

    def _not_erased(self) -> str | None:
        return self.eraser.problem or self.erase_endpoint.problem
