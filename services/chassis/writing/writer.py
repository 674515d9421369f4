"""The one writer of a log: a thread that groups what waits, commits it at once, then answers."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from services.chassis.clock import Clock
from services.chassis.keys.keyring_tables import METADATA as KEYS
from services.chassis.seldom import Seldom
from services.chassis.store.away import told, trouble_with
from services.chassis.store.lease import LEASE, Watch, this_process
from services.chassis.store.log import Fenced, Head, Stored, read_head, renew_lease, take_lease
from services.chassis.store.parking import put_back_first
from services.chassis.work import ParkedWork, Work
from services.chassis.writing.apart import give_back, parts_of, turn_away
from services.chassis.writing.batch import Batch
from services.chassis.writing.desk import Desk
from services.chassis.writing.line import Line
from services.chassis.writing.result import Result

MAX_BATCH = 500
RENEW_EVERY = 2.0
RETRY_AFTER = 0.2

Committed = Callable[[Sequence[Stored], Result], None]
"""Called in the writer's thread after each commit, before the callers are answered."""

_log = logging.getLogger("staffel.writer")


class Writer:
    """Takes work from any thread, writes it in batches of up to ``max_batch`` inputs."""

    def __init__(
        self,
        desk: Desk,
        engine: Engine,
        clock: Clock,
        committed: Iterable[Committed] = (),
        *,
        max_batch: int = MAX_BATCH,
        watch: Watch | None = None,
    ) -> None:
        """Prepare to write; nothing is read or taken before ``open``."""
        self.desk = desk
        self.commit_seconds = 0.0
        self.stopped_by: BaseException | None = None
        self.trouble: str | None = None
        """Why nothing can be written; what waits is tried again."""
        self.heartbeat = time.monotonic()
        self._engine, self._clock = engine, clock
        self._committed = tuple(committed)
        self.busy = False
        self.line = Line(max_batch)
        self._closing = False
        self._thread: threading.Thread | None = None
        self._head: Head | None = None
        self._renewed = 0.0
        self._watch = watch or Watch()
        self._seldom = Seldom()

    # -- taking and giving up the log ----------------------------------------------------------

    def open(self) -> None:
        """Take the lease with a new epoch and read where the log stands.

        Raises:
            Fenced: another process holds the log.
        """
        now = datetime.now(UTC)
        with self._engine.begin() as conn:
            take_lease(conn, this_process(), now, now + LEASE, self._watch.may_be_alive)
        self._renewed = time.monotonic()
        self._reread()

    def close(self) -> None:
        """Give the lease up, so that another may write at once."""
        if self._head is None or isinstance(self.stopped_by, Fenced):
            return
        with self._engine.begin() as conn:
            renew_lease(conn, self._head.epoch, datetime.now(UTC))

    @property
    def head(self) -> Head:
        """Where the log stands after the last commit."""
        if self._head is None:
            msg = "the writer was not opened"
            raise RuntimeError(msg)
        return self._head

    @property
    def engine(self) -> Engine:
        """The one that writes."""
        return self._engine

    @property
    def waiting(self) -> int:
        """How much work waits."""
        return len(self.line)

    # -- the thread ----------------------------------------------------------------------------

    def hear_again(self) -> int:
        """Leave what a restore put back to be tried, before all that comes; how many cases."""
        with self._engine.connect() as conn:
            first = put_back_first(conn)
        for case_id, parked_id in first:
            self.submit(ParkedWork(case_id, parked_id))
        return len(first)

    def start(self) -> None:
        """Write in a thread of its own until ``stop``."""
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> None:
        """Leave work to be done; ``settle`` is called in the writer's thread after its commit."""
        if self._closing or self.stopped_by:
            turn_away(work, self.stopped_by)
            return
        self.line.add(work)

    def stop(self) -> None:
        """Finish what waits, then end the thread and give the lease up."""
        self._closing = True
        self.line.wake()
        if self._thread:
            self._thread.join()
        if self.stopped_by is None:
            self.close()

    def _loop(self) -> None:
        try:
            while not (self._closing and (self.line.held or not self.line)):
                self._turn()
            for work in self.line.take_all():
                turn_away(work, self.stopped_by)
        except BaseException as error:  # noqa: BLE001 - whatever stops the writer is shown by readiness
            self.stopped_by = error
            _log.exception("the writer stopped", extra={"reason": type(error).__name__})
            for work in self.line.take_all():
                turn_away(work, self.stopped_by)

    def _turn(self) -> None:
        self.heartbeat = time.monotonic()
        if time.monotonic() - self._renewed > RENEW_EVERY:
            self._renew()
        self.line.rest(0.5)
        self.busy = bool(self.line)
        if works := self.line.take():
            self.run(works)
        self.busy = False

    def probe(self) -> None:
        """Write to the database as a commit would: hold the log a little longer.

        Raises:
            SQLAlchemyError: it cannot be written. Fenced: another process holds the log.
        """
        with self._engine.begin() as conn:
            renew_lease(conn, self.head.epoch, datetime.now(UTC) + LEASE)

    def _renew(self) -> None:
        """Hold the log longer; where the database is away, the next turn tries again.

        The lease may run out meanwhile: who has taken the log by then fences this process.
        """
        try:
            self.probe()
        except DBAPIError as error:
            if self._seldom.is_due(reason := told(error)):
                _log.warning("the lease is not renewed", extra={"reason": reason})
        else:
            self._renewed = time.monotonic()

    # -- one batch -----------------------------------------------------------------------------

    def run(self, works: list[Work]) -> None:
        """Write works as one batch, however often it takes, and settle them.

        Raises:
            Fenced: another process has taken the log over; nothing was written.
        """
        while True:
            try:
                result = self._commit(works)
            except Fenced:
                raise
            except Exception as error:  # noqa: BLE001 - nothing was written: find out whose it is
                keyring = (self.desk.keyring.engine, KEYS.tables.values())
                trouble = trouble_with(error, [(self._engine, self.desk.tables), keyring])
                if trouble is None:
                    self._apart(works, error)
                elif not self._waited(works, trouble):
                    continue
            else:
                self._adopt(result)
            return

    def _waited(self, works: list[Work], trouble: str) -> bool:
        """Wait a moment: nothing moves on. Whether they are settled, by the commit or by us."""
        if self._seldom.is_due(f"nothing is written: {trouble}"):
            _log.warning("nothing is written", extra={"reason": trouble})
        self.trouble = trouble
        self._engine.dispose()  # SQLite keeps what it has read of a file that somebody mends
        if self._was_committed(works):
            return True
        if self._closing:
            for work in works:
                turn_away(work, self.stopped_by)
            return True
        time.sleep(RETRY_AFTER)
        self.heartbeat = time.monotonic()
        return False

    def _commit(self, works: list[Work]) -> Result:
        begun = time.perf_counter()
        at = max(self._clock.now(), self.head.last_time)
        with self._engine.begin() as conn:
            result = Batch(self.desk, conn, self.head, at).run(works)
        self.commit_seconds, self.trouble = time.perf_counter() - begun, None
        return result

    def _adopt(self, result: Result) -> None:
        desk = self.desk
        desk.cursors, desk.parked, desk.position = result.cursors, result.parked, result.position
        desk.sequences |= result.sequences
        self._head = result.head
        if result.erased:
            desk.close(result.erased.erasure.key_id, result.erased.cases)
        for committed in self._committed:
            committed(result.entries, result)
        for work, outcome in result.settled:
            work.settle(outcome)

    def _apart(self, works: list[Work], error: Exception) -> None:
        """Write each input alone: one that cannot be written is set aside, the others go on."""
        if len(works) > 1:
            for work in works:
                self.run([work])
            return
        (work,) = works
        parts, outcomes = parts_of(work, error), list[Any]()
        if not parts:
            give_back(work, error, self.desk.bug)
            return
        for part in parts:
            part.settle = outcomes.append
            self.run([part])
        work.settle(next((one for one in outcomes if one is not None), None))

    def _was_committed(self, works: list[Work]) -> bool:
        """After a lost connection: whether the batch got through, known from the head it left."""
        expected = self.head.size
        try:
            self._reread()
        except DBAPIError:
            return False
        if self.head.size == expected:
            return False
        # The commit got through and the answers are in the database: asking again finds them.
        for work in works:
            self.run([work])
        # What it set is told to nobody any more: whoever waits for deadlines has to look.
        for committed in self._committed:
            committed((), Result(self.head, earliest_due=self.head.last_time))
        return True

    def _reread(self) -> None:
        epoch = self._head.epoch if self._head else None
        with self._engine.connect() as conn:
            head = read_head(conn)
            self.desk.read(conn)
        if epoch is not None and head.epoch != epoch:
            msg = f"epoch {epoch} no longer holds the log"
            raise Fenced(msg)
        self._head = head
