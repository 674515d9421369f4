"""Carry out erasures in a running service: before it serves, and whenever one was decided.

Whoever decides an erasure remembers it in its own database. From there it goes into the keyring,
where the key is destroyed, and into the ledger; from these two every service learns of it. What one
of the three has lost, because an old copy was restored, the others bring back.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Table, func, select

from services.chassis.keys.erasures import ERASED_SUBJECT, Erasure, Ledger, UnreadableLedger
from services.chassis.keys.master_keys import WrongMasterKey
from services.chassis.running.runtime import Runtime
from services.chassis.store.database import scrub
from services.chassis.store.leftovers import ANSWER, Left, leftovers
from services.chassis.store.log import ENTRY
from services.chassis.store.parking import PARKED
from services.chassis.tasks import heed_cancellation
from services.chassis.transport.lane import LOG
from services.chassis.transport.stream_erasing import (
    Copies,
    NotErased,
    erase_copies,
    in_every_place,
)
from services.chassis.transport.wire import place_of
from services.chassis.work import ErasureWork, raised
from services.chassis.writing.erasing import ERASED
from services.chassis.writing.reads import READ, READ_OF

LOOK_EVERY = 5.0
"""Seconds: a service that missed the message of an erasure forgets keys and erases after that."""
_TOLD = (NotErased, UnreadableLedger, WrongMasterKey)
"""Trouble whose text says what to do, and holds no personal data."""


class Eraser:
    """Keeps the data of a service without those who were erased."""

    def __init__(self, runtime: Runtime) -> None:
        """Work for a service that is starting."""
        self.runtime = runtime
        path = runtime.settings.erasures
        self._ledger = Ledger(path) if path else None
        self._wake = asyncio.Event()
        self._seen: tuple[Any, ...] | None = None
        self._spread = False
        self.problem: str | None = None
        self.copies: dict[str, int] = {}
        """How many copies in streams and files were deleted since the start, by key."""

    # -- before it serves ----------------------------------------------------------------------

    def repeat(self) -> int:
        """Erase again what the data at hand does not know to be erased; how many persons.

        Runs before the writer's thread does, and before anybody is answered.

        Raises:
            UnreadableLedger: nobody can tell who was erased, so nothing is served.
        """
        self._restrict()
        missing = [e for e in self._learn() if e.key_id not in self.runtime.desk.erased]
        for erasure, left in self._found(missing):
            self.runtime.writer.run([ErasureWork(erasure, left, settle=raised)])
        if missing:
            self.runtime.log.warning("erased again what was restored", persons=len(missing))
            self._scrub()
        return len(missing)

    # -- while it runs -------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen for erasures."""
        await self.runtime.nc.subscribe(ERASED_SUBJECT, cb=self._told)

    async def _told(self, _: Any) -> None:
        self.runtime.keyring.forget()
        self.wake()

    def wake(self) -> None:
        """Look now: an erasure was decided."""
        self._seen = None
        self._wake.set()

    async def run(self) -> None:
        """Carry out what is to be erased until cancelled; all else is tried again."""
        while True:
            self._wake.clear()
            try:
                await self._round()
                self.problem = None
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
                told = str(error) if isinstance(error, _TOLD) else type(error).__name__
                self.problem, self._seen = f"an erasure waits: {told}", None
            heed_cancellation()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)

    async def _round(self) -> None:
        await asyncio.to_thread(self._restrict)
        seen = await asyncio.to_thread(self._fingerprint)
        if seen == self._seen:
            await self._spread_news()
            return
        await asyncio.to_thread(self.runtime.keyring.forget)  # the message may have been missed
        pending = await asyncio.to_thread(self._learn)
        await self._spread_news()
        if pending:
            await self._carry_out(pending)
        self._seen = seen  # what came meanwhile, and what we did ourselves, is looked at once more

    async def _carry_out(self, pending: list[Erasure]) -> None:
        counter = self.runtime.counter
        for _ in range(2):  # the second look finds what came in while the case was not closed yet
            for erasure, left in await asyncio.to_thread(self._found, pending):
                if left or erasure.key_id not in self.runtime.desk.erased:
                    await counter.ask(ErasureWork(erasure, left))
        await self._out_of_memory()
        if not await asyncio.to_thread(self._scrub):
            raise NotErased("the database is being read")
        failed: list[NotErased] = []
        for erasure, left in await asyncio.to_thread(self._found, pending):
            try:
                await self._clean(erasure, left)
            except NotErased as error:
                failed.append(error)  # the others do not wait for it
            else:
                await counter.ask(ErasureWork(erasure, Left(cases=left.cases), cleaned=True))
        if failed:
            raise failed[0]

    async def _clean(self, erasure: Erasure, left: Left) -> None:
        """Delete copies in the stream of logs, and whatever else the service keeps.

        What one place refuses keeps no other place from it.
        """
        runtime = self.runtime
        name = runtime.service.name
        copies = Copies("$JS.API", LOG, f"log.{name}.>", lambda wire: place_of(wire)[1])
        stream = erase_copies(runtime.nc, copies, left.sealed, runtime.relays)
        others = (cleaner(runtime, erasure) for cleaner in runtime.service.cleaners)
        gone = await in_every_place([stream, *others])
        self.copies[erasure.key_id] = self.copies.get(erasure.key_id, 0) + gone
        for relay in runtime.relays:
            relay.wake()

    async def _out_of_memory(self) -> None:
        """Have the relays take from the log again; a stream that takes nothing holds nobody up."""
        await asyncio.gather(*(relay.forget() for relay in self.runtime.relays))

    async def _spread_news(self) -> None:
        """Let all services look at once."""
        if self._spread:
            self._spread = False
            await self.runtime.nc.publish(ERASED_SUBJECT, b"")

    # -- what is known -------------------------------------------------------------------------

    def _restrict(self) -> None:
        """Say whose data is only stored, or learn it from whoever says so."""
        runtime = self.runtime
        if runtime.service.restricts:
            with runtime.reading.connect() as conn:
                until = runtime.service.restricts(conn)
            self._spread = runtime.keyring.restrict(until) or self._spread
        runtime.restricted.take(runtime.keyring.restricted())

    def _learn(self) -> list[Erasure]:
        """Spread what any place knows to all of them; gives what is not cleaned up here yet."""
        keyring = self.runtime.keyring
        own = self._own()
        ledger = self._ledger.read() if self._ledger else []
        known = {e.key_id: e for e in (*ledger, *keyring.destroyed(), *(e for e, _ in own))}
        if alive := keyring.alive(known.values()):
            keyring.destroy(alive)
            self._spread = True
        if self._ledger and len(ledger) < len(known):
            self._ledger.add(known.values())
        done = {erasure.key_id for erasure, cleaned in own if cleaned}
        return [erasure for key_id, erasure in known.items() if key_id not in done]

    def _own(self) -> list[tuple[Erasure, bool]]:
        columns = (ERASED.c.key_id, ERASED.c.person, ERASED.c.case_id, ERASED.c.entry)
        with self.runtime.reading.connect() as conn:
            rows = conn.execute(select(*columns, ERASED.c.cleaned)).all()
        return [(Erasure(*row[:4]), bool(row[4])) for row in rows]

    def _found(self, erasures: Iterable[Erasure]) -> list[tuple[Erasure, Left]]:
        wanted = list(erasures)
        with self.runtime.reading.connect() as conn:
            found = leftovers(conn, {one.key_id: one.case for one in wanted})
        return [(one, found[one.key_id]) for one in wanted]

    def _fingerprint(self) -> tuple[Any, ...]:
        """What tells cheaply whether anything is new."""
        with self.runtime.reading.connect() as conn:
            own = conn.execute(select(func.count(), func.sum(_number(ERASED)))).one()
        path = self.runtime.settings.erasures
        stat = path.stat() if path and path.exists() else None
        size = (stat.st_mtime_ns, stat.st_size) if stat else None
        return (tuple(own), self.runtime.keyring.destroyed_count(), size)

    def _scrub(self) -> bool:
        tables = (ENTRY, ANSWER, PARKED, READ, READ_OF, *self.runtime.service.table_objects())
        return scrub(self.runtime.writer.engine, tables)


def _number(table: Table) -> Any:
    from sqlalchemy import Integer, cast  # noqa: PLC0415

    return cast(table.c.cleaned, Integer)
