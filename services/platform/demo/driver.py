"""Drive the year: day by day bring the export in, let both agencies work, wait for rest."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import date, datetime, time, timedelta
from time import monotonic

from sqlalchemy import Engine, Table, select

from services.chassis.legal_calendar import BERLIN, is_working_day, legal_date, next_working_day
from services.chassis.store.database import open_database
from services.chassis.store.tables import TimerRow
from services.intake.importing import Importer
from services.platform.config import SERVICES
from services.platform.connecting import connect_as
from services.platform.demo.clerk import Clerk
from services.platform.demo.counterpart import Counterpart
from services.platform.demo.decisions import LAND
from services.platform.demo.export import rows_by_day, write_export
from services.platform.demo.population import Population
from services.platform.demo.quiet import Stillness
from services.platform.home import Home
from services.platform.intake_import import sender
from services.platform.up import Platform
from staffel_contracts.client import Connection

OPENS = time(8, 0)
ONE_DAY = timedelta(days=1)
RECEIVERS = ("jobcenter", "social-assistance")
LONGEST_TAIL = timedelta(days=365)
_TIMER: Table = TimerRow.__table__  # type: ignore[attr-defined]

Tell = Callable[[date, dict[str, int]], None]
"""Is told after every day how far things have come."""


def opening(day: date) -> datetime:
    """The moment at which the agencies open on a day."""
    return datetime.combine(day, OPENS, BERLIN)


class ImportTrouble(Exception):
    """The export of a day was not taken as a whole; says which rules it broke."""


class Year:
    """A year and what follows from it, driven over a running platform."""

    def __init__(
        self, home: Home, platform: Platform, population: Population, seed: int, tell: Tell
    ) -> None:
        """Prepare to drive ``platform`` on ``home`` with what happens to ``population``."""
        self._home, self._platform, self._tell = home, platform, tell
        self._population, self._seed = population, seed
        self._rows = rows_by_day(population)
        self._exports = home.folder / "exports"
        self._exports.mkdir(exist_ok=True)
        self._engines: list[Engine] = []
        self._counterparts: list[Counterpart] = []
        self._first = date(population.year, 1, 1)
        self._office_day = self._first
        self._deadline: datetime | None = None
        self.counts = {"persons": 0, "recognised": 0}
        self.days = 0

    async def run(self) -> date:
        """Run until nothing more is due; gives the last day."""
        async with AsyncExitStack() as stack:
            await self._open(stack)
            day: date | None = self._first
            last = self._first
            while day is not None and day <= self._horizon:
                await self._live_through(day)
                last, day = day, self._next(day)
            return last

    @property
    def _horizon(self) -> date:
        return date(self._population.year, 12, 31) + LONGEST_TAIL

    async def _open(self, stack: AsyncExitStack) -> None:
        district = self._agency("district")
        receivers = [self._agency(kind) for kind in RECEIVERS]
        self._quiet = Stillness(self._platform, (district, *receivers))
        importing = await connect_as(self._home, district)
        stack.push_async_callback(importing.close)
        self._send = sender(importing)
        password = self._home.config.agency_passwords[district]
        connection = await Connection.open(self._home.nats_url, district, password)
        stack.push_async_callback(connection.close)
        self._clerk = Clerk(connection, self._seed)
        stack.push_async_callback(_end, asyncio.create_task(self._clerk.follow()))
        for receiver in receivers:
            self._counterparts.append(await Counterpart.start(self._home, receiver, self._seed))
            stack.push_async_callback(self._counterparts[-1].stop)
        for name in SERVICES:
            self._engines.append(open_database(self._home.database_url(name), read_only=True))
            stack.callback(self._engines[-1].dispose)

    def _agency(self, kind: str) -> str:
        return f"{kind}-{self._population.district}"

    async def _live_through(self, day: date) -> None:
        """One day: the clock, what is due, the export, the work of both agencies, and rest."""
        began = monotonic()
        await self._platform.set_clock(opening(day))
        if self._deadline and self._deadline <= opening(day):
            await self._quiet.timers()
        if is_working_day(day, LAND):
            self._office_day = day
            await asyncio.gather(
                self._bring_in(day),
                self._clerk.work(day),
                self._let_work(day),
            )
        await self._quiet.wait(monotonic() - began)
        await self._let_work(self._office_day)
        self.days += 1
        answered = sum((Counter(one.counts) for one in self._counterparts), Counter[str]())
        self._tell(day, self.counts | answered)

    async def _let_work(self, day: date) -> None:
        await asyncio.gather(*(one.work(day) for one in self._counterparts))

    async def _bring_in(self, day: date) -> None:
        rows = self._rows.pop(day, [])
        if not rows:
            return
        file = write_export(self._exports / f"{day.isoformat()}.jsonl", rows)
        report = await Importer(self._send, self._population.district).run(file)
        if report.faults:
            raise ImportTrouble("; ".join(f"line {f.line}: {f.rule}" for f in report.faults))
        kinds = Counter(row["kind"] for row in rows)
        self.counts["persons"] += kinds["person"]
        self.counts["recognised"] += kinds["recognition"]

    def _next(self, day: date) -> date | None:
        """The next day on which anything can happen."""
        self._deadline = self._first_deadline(day)
        planned = [one.next for one in self._counterparts]
        wanted = [self._clerk.next, *planned, min(self._rows, default=None)]
        days = [next_working_day(max(d, day + ONE_DAY), LAND) for d in wanted if d]
        if self._deadline:
            days.append(max(legal_date(self._deadline), day + ONE_DAY))
        return min(days, default=None)

    def _first_deadline(self, day: date) -> datetime | None:
        """The first deadline of any service that has not been reached."""
        query = select(_TIMER.c.moment).where(_TIMER.c.moment > opening(day))
        found = []
        for engine in self._engines:
            with engine.connect() as conn:
                found.append(conn.scalar(query.order_by(_TIMER.c.moment).limit(1)))
        return min((moment for moment in found if moment), default=None)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
