"""Run one service: its writer, relay, reader, timers, HTTP and NATS sides, in one process."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
import uvicorn
from faststream.nats import NatsBroker
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from services.chassis.agencies import Agencies
from services.chassis.asking import Counter
from services.chassis.away import told
from services.chassis.broker import broker_of
from services.chassis.bus import Bus
from services.chassis.checkpoints import Checkpoints, load_log_keys
from services.chassis.clock import Clock, RealClock, SetClock
from services.chassis.database import open_database
from services.chassis.desk import Desk
from services.chassis.directory_watch import follow_directory
from services.chassis.eraser import Eraser
from services.chassis.health import Health
from services.chassis.http import make_http
from services.chassis.identity import Identity
from services.chassis.keyring import Keyring
from services.chassis.lane import log_lane
from services.chassis.limiting import Limiter
from services.chassis.log import LogSource, Stored
from services.chassis.log_endpoint import LogEndpoint
from services.chassis.login import Certificate, Login, stay_known
from services.chassis.maintenance import MaintenanceFile
from services.chassis.master_keys import load_master_key
from services.chassis.metrics import Metrics
from services.chassis.migrate import check_schema
from services.chassis.process import GRACE, http_server, serve_http
from services.chassis.querying import Queries
from services.chassis.reader import Reader
from services.chassis.recording import Recorder
from services.chassis.relay import Relay
from services.chassis.restricting import Restricted
from services.chassis.result import Result
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.speaking import Voice
from services.chassis.standby import take_log
from services.chassis.timers import Timers
from services.chassis.watching import watch_loops
from services.chassis.work import CommandWork, HeardWire, HeardWork
from services.chassis.writer import Writer

STALLED_AFTER = 5
"""Shorter than the lease: a standby must not wait for the lock of a process that hangs."""


NOT_COMPARED = "the log was not compared yet with what was carried to NATS"
FORKED = "the log is not the one that was carried to NATS"


class Runtime:
    """A running service: what its HTTP and NATS sides and its own loops work with."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Open database and keyring; nothing is taken and nothing runs yet.

        Raises:
            WrongSchema, WrongMasterKey, WrongLogKey, UnreadableDirectory: the configuration does
                not fit.
        """
        check_schema(service.name, settings.database)
        self.service, self.settings = service, settings
        self.log = structlog.get_logger(service=service.name)
        self.agencies = Agencies.load(settings.agencies) if settings.agencies else Agencies([])
        self.maintenance = MaintenanceFile(settings.maintenance)
        self.identity = Identity(settings, self.agencies, self.is_operator)
        self.limiter = Limiter(settings.http_rate)
        self.clock = _clock(settings)
        self.reading = open_database(settings.database, read_only=True)
        master = load_master_key(settings.master_key_file, settings.master_key)
        self.keyring = Keyring(settings.keyring, master)
        voice = Voice(service.name, settings.origin)
        self.log_keys = load_log_keys(settings.log_key_file, settings.log_key, voice.source)
        self.login, self.certificate = Login(settings, service.name), Certificate(settings)
        self.checkpoints: Checkpoints | None = None
        self.desk = Desk(
            service,
            voice,
            self.keyring,
            directory=self.agencies,
        )
        self.desk.bug, self.desk.parked_one = self._bug, self._parked
        writing = open_database(settings.database, stalled_after=STALLED_AFTER)
        self.writer = Writer(self.desk, writing, self.clock, [self._committed])
        self.source = LogSource(self.reading)
        self.recorder = Recorder(self.writer.submit, self.clock)
        self.health, self.metrics = Health(), Metrics(service.name)
        self.stopping = asyncio.Event()
        self.reading_idle: Callable[[], bool] = lambda: True
        self.extra_status: list[Callable[[], dict[str, Any]]] = []
        self.after_commit: list[Callable[[Result], None]] = []
        self.relays: list[Relay] = []
        self.restricted = Restricted(self.clock)
        self.queries = Queries(service, self.reading, self.restricted, self.recorder.record)
        self.eraser = Eraser(self)
        self._problem: str | None = None
        self._connected = False

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
        nc = broker.connection
        self.nc = nc
        self.writer.line.hold(NOT_COMPARED)
        self.relay = Relay(nc, log_lane(self.service.name), self.source, judged=self._judged)
        self.relays.append(self.relay)
        self._connected = True
        if self.log_keys:
            self.checkpoints = Checkpoints(nc, self.service.name, self.log_keys, self.writer.head)
            await self.checkpoints.start()
        await asyncio.to_thread(self.writer.hear_again)
        self.writer.start()
        endpoint = LogEndpoint(nc, self.service.name, self.source)
        await endpoint.start()
        await Bus(self, nc).start()
        await self.eraser.start()
        if self.reader:
            await self.reader.start()
        watch_loops(self)
        server = http_server(make_http(self), self.settings)
        loops = [self.relay.run(), self.timers.run(), self._watch_writer(), self._serve(server)]
        loops += [self.eraser.run(), self.recorder.run()]
        loops.append(stay_known(nc, self.login, self.certificate, self.log))
        tasks = [asyncio.create_task(loop) for loop in loops]
        tasks += [asyncio.create_task(loop(self)) for loop in self.service.loops]
        if self.identity.issuer:
            tasks.append(asyncio.create_task(self.identity.issuer.run()))
        if self.checkpoints:
            tasks.append(asyncio.create_task(self.checkpoints.run()))
            if path := self.settings.log_key_file:
                following = self.checkpoints.follow(path, self.log)
                tasks.append(asyncio.create_task(following))
        if path := self.settings.agencies:
            tasks.append(asyncio.create_task(follow_directory(self.agencies, path, self.log)))
        self.log.info("started", size=self.writer.head.size, epoch=self.writer.head.epoch)
        try:
            await self._until_stopped(tasks)
        finally:
            await self._wind_down(server, tasks)
            if self.checkpoints:
                await self.checkpoints.stop()
            await endpoint.stop()

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

    # -- what others are told ------------------------------------------------------------------

    async def reasons(self) -> list[str]:
        """Why the service is not ready; does a write probe."""
        found = self.health.reasons()
        if trouble := await asyncio.to_thread(self._cannot_write):
            found.append(f"database: the write probe failed: {trouble}")
        return found

    async def status(self) -> dict[str, Any]:
        """Where the service stands: its log, what it has read, what waits."""
        status: dict[str, Any] = {
            "service": self.service.name,
            "login": self.login.used,
            "now": self.clock.now().isoformat(),
            "size": self.writer.head.size,
            "relayed": self.relay.position,
            "cursors": dict(self.desk.cursors),
            "waiting": self.writer.waiting,
            "busy": self.writer.busy,
            "timers_idle": self.timers.idle,
            "parked": len(self.desk.parked),
        }
        for extra in self.extra_status:
            status |= extra()
        return status

    def is_operator(self, token: str) -> bool:
        """Whether a token is the operator's: the service's own NATS password."""
        return self.login.is_password(token)

    async def operator(self, token: str) -> bool:
        """Whether a token is that of somebody who runs the platform."""
        return await self.identity.operator(token)

    async def tell_self(self, command: Any, key: str) -> Any:
        """Send the service's own writer a command that no agency may send."""
        name = self.service.name
        return await self.counter.ask(CommandWork(command, name, name, "service", key))

    # -- inside --------------------------------------------------------------------------------

    async def _accept(self, wires: list[HeardWire]) -> None:
        await self.counter.ask(HeardWork(wires))

    def _judged(self, forked: str | None) -> None:
        """Write, as what was carried belongs to this log; or write no more, as it does not."""
        self.writer.line.hold(FORKED if forked else None, for_good=bool(forked))

    def _committed(self, entries: Sequence[Stored], result: Result) -> None:
        self.metrics.committed(entries, result, self.writer.commit_seconds)
        if not self._connected:
            return  # what is repeated before the start is carried by the relay's first look
        if entries:
            self.relay.offer(entries[0].index, [entry.wire() for entry in entries])
        if self.checkpoints:
            self.checkpoints.committed(result.head)
        if result.earliest_due is not None:
            self.loop.call_soon_threadsafe(self.timers.heard_of, result.earliest_due)
        for after in self.after_commit:
            after(result)

    async def _watch_writer(self) -> None:
        while self.writer.stopped_by is None:  # noqa: ASYNC110 - it is set in another thread
            await asyncio.sleep(0.2)

    async def _serve(self, server: uvicorn.Server) -> None:
        await serve_http(server)
        self.stopping.set()

    async def _nats_closed(self) -> None:
        self._problem = "NATS: the connection was closed for good"
        self.stopping.set()

    async def _nats_error(self, error: Exception) -> None:
        self.log.warning("nats", reason=type(error).__name__)

    def _cannot_write(self) -> str | None:
        try:
            self.writer.probe()
        except DBAPIError as error:
            return told(error)
        except SQLAlchemyError as error:
            return type(error).__name__
        return None

    def _bug(self, cause: str, reason: str, place: str) -> None:
        self.log.error("a command broke", cause=cause, reason=reason, place=place)

    def _parked(self, parked_id: str, status: str, reason: str, place: str) -> None:
        self.log.warning("parked", input=parked_id, status=status, reason=reason, place=place)


def _clock(settings: Settings) -> Clock:
    if settings.clock == "set":
        return SetClock(settings.clock_starts or datetime.now(UTC))
    return RealClock()
