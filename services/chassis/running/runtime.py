"""A running service: its parts, and where it stands."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from nats.aio.client import Client
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from services.chassis.agencies import Agencies
from services.chassis.asking.asking import Counter
from services.chassis.asking.identity import Identity
from services.chassis.asking.limiting import Limiter
from services.chassis.asking.maintenance import MaintenanceFile
from services.chassis.asking.querying import Queries
from services.chassis.asking.recording import Recorder
from services.chassis.clock import Clock, RealClock, SetClock
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.restricting import Restricted
from services.chassis.running.health import Health
from services.chassis.running.metrics import Metrics
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.store.away import told
from services.chassis.store.database import open_database
from services.chassis.store.log import LogSource, Stored
from services.chassis.store.migrate import check_schema
from services.chassis.transport.login import Certificate, Login
from services.chassis.transport.reader import Reader
from services.chassis.transport.relay import Relay
from services.chassis.work import CommandWork
from services.chassis.writing.checkpoints import Checkpoints, load_log_keys
from services.chassis.writing.desk import Desk
from services.chassis.writing.result import Result
from services.chassis.writing.speaking import Voice
from services.chassis.writing.timers import Timers
from services.chassis.writing.writer import Writer

STALLED_AFTER = 5
"""Shorter than the lease: a standby must not wait for the lock of a process that hangs."""


class Runtime:
    """What a service's HTTP and NATS sides and its own loops work with."""

    # Set as soon as the service runs (``services.chassis.app``).
    loop: asyncio.AbstractEventLoop
    counter: Counter
    timers: Timers
    reader: Reader | None
    nc: Client
    relay: Relay

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
        self.recorder = Recorder(self.writer.submit, self.clock, self.reading)
        self.health, self.metrics = Health(), Metrics(service.name)
        self.stopping = asyncio.Event()
        self.reading_idle: Callable[[], bool] = lambda: True
        self.extra_status: list[Callable[[], dict[str, Any]]] = []
        self.after_commit: list[Callable[[Result], None]] = []
        self.relays: list[Relay] = []
        self.restricted = Restricted(self.clock)
        self.queries = Queries(service, self.reading, self.restricted, self.recorder.record)
        self.connected = False
        """Whether NATS was reached: until then nothing is relayed."""

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

    def _committed(self, entries: Sequence[Stored], result: Result) -> None:
        self.metrics.committed(entries, result, self.writer.commit_seconds)
        if not self.connected:
            return  # what is repeated before the start is carried by the relay's first look
        if entries:
            self.relay.offer(entries[0].index, [entry.wire() for entry in entries])
        if self.checkpoints:
            self.checkpoints.committed(result.head)
        if result.earliest_due is not None:
            self.loop.call_soon_threadsafe(self.timers.heard_of, result.earliest_due)
        for after in self.after_commit:
            after(result)

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
