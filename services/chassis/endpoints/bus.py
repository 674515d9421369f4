"""The NATS side of asking: commands and queries of agencies, status and clock for operators."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import to_json
from sqlalchemy.exc import OperationalError

from services.chassis.access import (
    ACTOR_HEADER,
    Caller,
    Turned,
    named_actor,
    named_purpose,
    named_role,
)
from services.chassis.asking.asking import check_open, command_work
from services.chassis.asking.in_flight import InFlight
from services.chassis.clock import SetClock
from services.chassis.running.runtime import Runtime
from services.chassis.store.away import told
from services.chassis.store.parking import place_of, reason_of
from services.chassis.work import Answer
from staffel_contracts.access import PURPOSE_HEADER, ROLE_HEADER
from staffel_contracts.codes import RefusalCode

STATUS_HEADER = "Staffel-Status"
REPEATED_HEADER = "Staffel-Repeated"
COMMANDS_AT_ONCE, QUERIES_AT_ONCE = 2_000, 100
"""Of one agency at one service: an import, or many commands at a time, sends 256 at once."""
BYTES_AT_ONCE = 16 * 1024 * 1024


class Bus:
    """Answers ``cmd.<AGENCY>.<service>.<command>`` and ``ask.<AGENCY>.<service>.<query>``.

    The agency in the subject was put there by the NATS server, which knows whose account it is.
    """

    def __init__(self, runtime: Runtime, nc: Client) -> None:
        """Answer for the service of ``runtime`` on ``nc``."""
        self._runtime, self._nc = runtime, nc
        self._tasks: set[asyncio.Task[None]] = set()
        self._commands = InFlight(COMMANDS_AT_ONCE, BYTES_AT_ONCE)
        self._queries = InFlight(QUERIES_AT_ONCE, BYTES_AT_ONCE)

    async def start(self) -> None:
        """Begin to answer."""
        name = self._runtime.service.name
        await self._nc.subscribe(f"cmd.*.{name}.*", cb=self._command)
        await self._nc.subscribe(f"ask.*.{name}.*", cb=self._query)
        await self._nc.subscribe(f"status.{name}", cb=self._status)
        await self._nc.subscribe(f"clock.set.{name}", cb=self._set_clock)

    async def _command(self, msg: Msg) -> None:
        headers = msg.headers or {}
        try:
            caller, name = self._caller(msg)
            check_open(self._runtime.maintenance.now(), self._runtime.writer.line.held)
            key = headers.get("Idempotency-Key")
            work = command_work(self._runtime.service, name, msg.data, key, caller)
            self._commands.enter(work.agency, len(msg.data))
        except Turned as turned:
            self._reply(msg, turned.answer)
            return

        def answered(answer: Answer) -> None:
            self._commands.leave(work.agency, len(msg.data))
            self._reply(msg, answer)

        self._runtime.counter.hand_over(work, answered)

    async def _query(self, msg: Msg) -> None:
        try:
            caller, name = self._caller(msg)
            self._queries.enter(caller.agency.id, len(msg.data))
        except Turned as turned:
            self._reply(msg, turned.answer)
            return
        self._spawn(self._answer_query(msg, name, caller))

    async def _answer_query(self, msg: Msg, name: str, caller: Caller) -> None:
        try:
            answer = await self._runtime.queries.ask(name, msg.data, caller)
        except OperationalError as error:
            answer = Answer.refusal(RefusalCode.UNAVAILABLE, told(error))
        except Exception as error:  # noqa: BLE001 - our bug: told without what its text may hold
            said = {"query": name, "reason": reason_of(error), "place": place_of(error)}
            self._runtime.log.error("a query broke", **said)  # noqa: TRY400
            answer = Answer.refusal(RefusalCode.BROKEN)
        finally:
            self._queries.leave(caller.agency.id, len(msg.data))
        self._reply(msg, answer)

    def _caller(self, msg: Msg) -> tuple[Caller, str]:
        _, agency_id, _, name = msg.subject.split(".", 3)
        headers = msg.headers or {}
        agency = self._runtime.agencies.asking(agency_id)
        if agency is None:
            raise Turned(RefusalCode.UNKNOWN_AGENCY, "the agency is not in the directory")
        actor = named_actor(headers.get(ACTOR_HEADER), agency_id)
        role, purpose = headers.get(ROLE_HEADER), headers.get(PURPOSE_HEADER)
        return Caller(agency, actor, named_role(role), named_purpose(purpose)), name

    async def _status(self, msg: Msg) -> None:
        self._spawn(self._answer_status(msg))

    async def _answer_status(self, msg: Msg) -> None:
        self._reply(msg, Answer(200, to_json(await self._runtime.status())))

    async def _set_clock(self, msg: Msg) -> None:
        clock = self._runtime.clock
        if isinstance(clock, SetClock):
            clock.set(datetime.fromisoformat(msg.data.decode()))
        self._reply(msg, Answer(200, clock.now().isoformat().encode()))

    def _reply(self, msg: Msg, answer: Answer) -> None:
        if msg.reply:
            headers = {STATUS_HEADER: str(answer.status)}
            if answer.repeated:
                headers[REPEATED_HEADER] = "true"
            if answer.retry_after is not None:
                headers["Retry-After"] = str(answer.retry_after)
            self._spawn(self._nc.publish(msg.reply, answer.body, headers=headers))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
