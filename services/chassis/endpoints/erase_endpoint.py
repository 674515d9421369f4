"""``erase.<service>``: the operator has a person erased, plans it dry, and asks how far it is.

Only users of the platform's own NATS account reach this subject; no agency does.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from nats.aio.msg import Msg
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from services.chassis.access import Turned
from services.chassis.asking.asking import check_open
from services.chassis.decider import Erasing, Refused
from services.chassis.endpoints.bus import STATUS_HEADER
from services.chassis.keys.erasures import Erasure
from services.chassis.running.eraser import Eraser
from services.chassis.running.runtime import Runtime
from services.chassis.store.away import told
from services.chassis.store.leftovers import Left, leftovers
from services.chassis.store.parking import place_of, reason_of
from services.chassis.validation import rules_broken
from services.chassis.work import OK, Answer, ErasureWork
from services.chassis.writing.erasing import ERASED, keys_of_cases
from staffel_contracts.codes import RefusalCode


class Person(BaseModel):
    """Who is to be erased, and on which basis where this service decides about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    case: str
    key_id: str
    basis: str | None = None
    dry_run: bool = False


class EraseEndpoint:
    """Answers the operator about erasures in one service."""

    def __init__(self, runtime: Runtime, eraser: Eraser) -> None:
        """Answer for a running service and what its eraser has done."""
        self._runtime, self._eraser = runtime, eraser
        self._tasks: set[asyncio.Task[None]] = set()
        self.problem: str | None = None
        """Why the last erasure that was asked for broke, until one does not."""

    async def start(self) -> None:
        """Begin to answer."""
        await self._runtime.nc.subscribe(f"erase.{self._runtime.service.name}", cb=self._asked)

    async def _asked(self, msg: Msg) -> None:
        task = asyncio.create_task(self._answer(msg))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, msg: Msg) -> None:
        answer = await self._answered(msg.data)
        if msg.reply:
            headers = {STATUS_HEADER: str(answer.status)}
            await self._runtime.nc.publish(msg.reply, answer.body, headers=headers)

    async def _answered(self, data: bytes) -> Answer:
        try:
            answer = await self._look_up(data)
        except Turned as turned:
            return turned.answer
        except OperationalError as error:  # readiness asks the database itself
            return Answer.refusal(RefusalCode.UNAVAILABLE, told(error))
        except Exception as error:  # noqa: BLE001 - our bug: told without what its text may hold
            said = {"reason": reason_of(error), "place": place_of(error)}
            self._runtime.log.error("an erasure broke", **said)  # noqa: TRY400
            problem = f"an erasure broke: {said['reason']}, {said['place']}"
            self.problem = problem if data else self.problem
            return Answer.refusal(RefusalCode.BROKEN, problem)
        self.problem = None if data else self.problem
        return answer

    async def _look_up(self, data: bytes) -> Answer:
        if not data:
            return Answer(OK, to_json(await self._in_thread(self._status)))
        try:
            person = Person.model_validate(from_json(data))
        except ValidationError as error:
            return Answer.refusal(RefusalCode.INVALID, rules_broken(error))
        except ValueError:
            return Answer.refusal(RefusalCode.MALFORMED)
        if person.dry_run:
            plan: Answer = await self._in_thread(lambda conn: self._plan(conn, person))
            return plan
        return await self._erase(person)

    async def _erase(self, person: Person) -> Answer:
        erasure = Erasure(person.key_id, person.person, person.case, "")
        if person.key_id in self._runtime.desk.erased:
            return Answer(OK, to_json({"entries": [], "repeated": True}))
        if person.basis is None:
            return Answer.refusal(RefusalCode.INVALID, "a basis is expected", "basis")
        left = await self._in_thread(lambda conn: _left(conn, person))
        check_open(None, self._runtime.writer.line.held)
        work = ErasureWork(erasure, left, person.basis)
        answer: Answer = await self._runtime.counter.ask(work)
        self._eraser.wake()
        return answer

    def _status(self, conn: Connection) -> dict[str, Any]:
        rows = conn.execute(select(ERASED)).all()
        copies = self._eraser.copies
        return {
            "problem": self._eraser.problem,
            "erased": {
                row.key_id: {
                    "person": row.person,
                    "case": row.case_id,
                    "entries": row.entries,
                    "rows": row.rows,
                    "copies": copies.get(row.key_id, 0),
                    "done": row.cleaned,
                }
                for row in rows
            },
        }

    def _plan(self, conn: Connection, person: Person) -> Answer:
        """What would be erased here, or why it may not be."""
        left, desk = _left(conn, person), self._runtime.desk
        rows = 0
        try:
            for shelf in desk.shelves.values():
                rows += shelf.count(conn, left.cases)
                for key in keys_of_cases(conn, shelf, left.cases) if person.basis else ():
                    state = shelf.load(conn, {key})[key]
                    erasing = Erasing(person.case, person.key_id, person.basis, None, {})
                    shelf.subject.erase(state, erasing, self._runtime.clock.now())
        except Refused as refused:
            return Answer.refusal(refused.code, refused.detail, refused.field)
        found = {"entries": len(left.data), "rows": rows, "parked": len(left.parked)}
        return Answer(OK, to_json(found))

    async def _in_thread(self, read: Callable[[Connection], Any]) -> Any:
        def run() -> Any:
            with self._runtime.reading.connect() as conn:
                return read(conn)

        return await asyncio.to_thread(run)


def _left(conn: Connection, person: Person) -> Left:
    return leftovers(conn, {person.key_id: person.case})[person.key_id]
