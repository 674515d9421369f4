"""Commands until they are answered, and queries."""

import asyncio
import json
from typing import Any

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from staffel_contracts.access import PURPOSE_HEADER, ROLE_HEADER
from staffel_contracts.codes import AccessPurpose, RefusalCode
from staffel_contracts.codes.base import unknown_codes_tolerated
from staffel_contracts.command import Command
from staffel_contracts.problem import Problem

STATUS_HEADER = "Staffel-Status"
_ANSWER_SECONDS = 10.0
_LATER = {RefusalCode.UNAVAILABLE, RefusalCode.TOO_MANY_REQUESTS}
_LONGEST_PAUSE_SECONDS = 2.0
_OK = 200


class Refusal(Exception):
    """A command or a query was refused; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem document."""
        super().__init__(problem.code.value)
        self.problem = problem


class Asking:
    """Sends commands and asks queries over an agency's connection."""

    def __init__(self, nc: Client, agency: str = "") -> None:
        """Use a connection that is open."""
        self.agency = agency
        self.nc = nc

    async def send(self, command: Command, key: str, *, role: str | None = None) -> list[str]:
        """Send a command under an idempotency key; gives the entries that it caused.

        ``role`` is that of the person who decided, as some rules ask for a ``lead``.

        Where no answer comes, it is sent again under the same key until there is one: the platform
        carries it out once.

        Raises:
            Refusal: a rule said no.
        """
        return list((await self.carry_out(command, key, role=role))["entries"])

    async def carry_out(
        self, command: Command, key: str, *, role: str | None = None
    ) -> dict[str, Any]:
        """Like ``send``, and gives the whole answer: ``entries``, and the ``case`` they are about.

        Raises:
            Refusal: a rule said no.
        """
        subject = f"cmd.{command.SERVICE}.{command.NAME}"
        body = command.model_dump_json().encode()
        headers = {"Idempotency-Key": key} | ({ROLE_HEADER: role} if role else {})
        return await self._until_answered(subject, body, headers)

    async def ask(
        self, service: str, query: str, *, purpose: AccessPurpose | None = None, **params: Any
    ) -> dict[str, Any]:
        """Ask a query; ``purpose`` says what personal data is read for, and is recorded.

        Raises:
            Refusal: not found, or not for this agency.
        """
        body = json.dumps(params).encode()
        headers = {PURPOSE_HEADER: purpose.value} if purpose else None
        return await self._until_answered(f"ask.{service}.{query}", body, headers)

    async def _until_answered(
        self, subject: str, body: bytes, headers: dict[str, str] | None
    ) -> dict[str, Any]:
        pause = 0.05
        while True:
            try:
                return await self._request(subject, body, headers)
            except (NatsTimeoutError, NoRespondersError):
                pass  # it may have been carried out: the same key again finds out
            except Refusal as refusal:
                if refusal.problem.code not in _LATER:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _request(
        self, subject: str, body: bytes, headers: dict[str, str] | None
    ) -> dict[str, Any]:
        before = _cancellations()
        reply = await self.nc.request(subject, body, timeout=_ANSWER_SECONDS, headers=headers)
        if _cancellations() > before:
            # Python 3.11's wait_for, beneath request, forgets a cancellation that comes with the
            # answer: without this Ctrl-C would be lost now and then.
            raise asyncio.CancelledError
        answer: dict[str, Any] = json.loads(reply.data)
        if int((reply.headers or {}).get(STATUS_HEADER, _OK)) != _OK:
            with unknown_codes_tolerated():  # the platform may be of a newer version
                raise Refusal(Problem.model_validate(answer))
        return answer


def _cancellations() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task else 0
