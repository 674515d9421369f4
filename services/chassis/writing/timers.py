"""Feed deadlines back: what the timers table says is due goes to the writer, in order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, LargeBinary, String, cast, func, literal, select
from sqlalchemy.exc import DBAPIError

from services.chassis.clock import Clock
from services.chassis.store.away import told
from services.chassis.store.parking import DROPPED, PARKED
from services.chassis.store.tables import TimerRow
from services.chassis.work import DueWork, Timer

TIMER = TimerRow.__table__  # type: ignore[attr-defined]
MOST = 500
LOOK_EVERY = 1.0


class Timers:
    """Watches the timers table on the service's clock."""

    def __init__(
        self, engine: Engine, clock: Clock, decide: Callable[[DueWork], Awaitable[None]]
    ) -> None:
        """Watch through a read-only engine; ``decide`` returns after the commit."""
        self._engine, self._clock, self._decide = engine, clock, decide
        self._wake = asyncio.Event()
        self._next: datetime | None = None
        self._heard: datetime | None = None
        """The earliest deadline that was set since the table was last asked for the next one."""
        self._waits = ~_set_aside(engine.dialect.name)
        self.heartbeat = time.monotonic()
        self.problem: str | None = None
        """Why deadlines are not looked for; the next look is in a second."""
        self.idle = False
        """Nothing is due at the clock's moment, as of the last look."""

    def wake(self) -> None:
        """Look again: the clock was set, or an earlier deadline came."""
        self.idle = False
        self._wake.set()

    def heard_of(self, moment: datetime | None) -> None:
        """A deadline was set; look again if it comes before all others."""
        if moment is None:
            return
        self._heard = min(moment, self._heard or moment)
        if self._next is None or moment < self._next:
            self._next = moment
            if moment <= self._clock.now():
                self.wake()

    def pending(self, now: datetime) -> list[Timer]:
        """The first deadlines reached at ``now``, oldest first."""
        query = (
            select(TIMER.c.subject, TIMER.c.key, TIMER.c.kind, TIMER.c.moment)
            .where(TIMER.c.moment <= now, self._waits)
            .order_by(TIMER.c.moment, TIMER.c.id)
            .limit(MOST)
        )
        with self._engine.connect() as conn:
            return [Timer(*row) for row in conn.execute(query)]

    def next_moment(self) -> datetime | None:
        """When the next deadline is due."""
        with self._engine.connect() as conn:
            return conn.scalar(select(func.min(TIMER.c.moment)).where(self._waits))

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self.heartbeat = time.monotonic()
            self._wake.clear()
            now = self._clock.now()
            if self._next is None or self._next <= now:
                await self._try(now)
            else:
                self.idle = True
            await self._sleep()

    async def _try(self, now: datetime) -> None:
        try:
            await self._round(now)
        except DBAPIError as error:
            self.problem = told(error)
        else:
            self.problem = None

    async def _round(self, now: datetime) -> None:
        while due := await asyncio.to_thread(self.pending, now):
            await self._decide(DueWork(due))
        self._heard = None
        found = await asyncio.to_thread(self.next_moment)
        # What is heard of meanwhile may have been committed after the table was read.
        self._next = min(filter(None, (found, self._heard)), default=None)
        if self._next is not None and self._next <= now:
            self.wake()
        self.idle = not self._wake.is_set() and self._clock.now() == now

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
        except TimeoutError:
            return


def _set_aside(dialect: str) -> ColumnElement[bool]:
    """Whether a deadline waits for a person, or was dropped: this moment, not all of its kind."""
    end = literal(",").concat(cast(TIMER.c.moment, String)).concat("]")
    if dialect == "sqlite":
        same = func.instr(PARKED.c.wire, cast(end, LargeBinary)) > 0
    else:
        same = func.pg_catalog.position(PARKED.c.wire, func.convert_to(end, "UTF8")) > 0
    mine = PARKED.c.id == literal("due/").concat(TIMER.c.id)
    return select(PARKED.c.id).where(mine, (PARKED.c.status != DROPPED) | same).exists()
