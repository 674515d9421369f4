"""The client of an agency: follow the feed, ask, and send commands, over NATS.

It needs nats-py: ``pip install 'staffel-contracts[client]'``.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from pydantic import ValidationError

from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.problem import Problem

INBOX = "INBOX"
"""The stream in the agency's own account that the platform publishes the feed into."""

CONSUMER = "app"
"""The durable consumer through which the agency pulls its feed."""

STATUS_HEADER = "Staffel-Status"
_PULL = f"$JS.API.CONSUMER.MSG.NEXT.{INBOX}.{CONSUMER}"
_PULL_ENTRIES = 500
_PULL_SECONDS = 30.0
_HEARTBEAT_SECONDS = 1.0
_ANSWER_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 2.0
_OK = 200
_EXPIRED = "408"
_HEARTBEAT = "100"
_FEED_PAGE = 500


class Refusal(Exception):
    """A command or a query was refused; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem document."""
        super().__init__(problem.code.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An entry of the agency's feed, and the fact in it as far as it is disclosed.

    ``index`` is the place in the feed: 0, 1, 2, … without a gap. ``fact`` is ``None`` where the
    agency sees less than the whole fact, or where this version of the contracts does not know it.
    """

    index: int
    type: str
    case: str | None
    event: dict[str, Any]
    message: Msg | None = None
    undone: set[int] = field(default_factory=set, repr=False)

    @property
    def fact(self) -> Fact | None:
        """The fact, if the agency sees the whole of it."""
        known = FACTS.get(self.type)
        if known is None:
            return None
        try:
            return known.model_validate(self.event.get("data"), extra="ignore")
        except ValidationError:
            return None

    async def done(self) -> None:
        """Say that the entry is dealt with: it does not come again."""
        self.undone.discard(self.index)
        if self.message is not None:
            await self.message.ack()


class Connection:
    """An agency's connection to the platform."""

    def __init__(self, nc: Client) -> None:
        """Use a connection that is open."""
        self._nc = nc

    @classmethod
    async def open(cls, url: str, agency: str, password: str) -> Self:
        """Connect as an agency; once connected, it reconnects for ever.

        Raises:
            nats.errors.Error, OSError: the server is not there or does not know the agency.
        """
        nc = Client()
        try:
            await nc.connect(
                url,
                name=agency,
                user=agency,
                password=password,
                inbox_prefix=f"_INBOX_{agency}".encode(),
                allow_reconnect=False,  # a wrong password is told at once
                max_reconnect_attempts=-1,
                reconnect_time_wait=1,
                error_cb=_unheard,
            )
        except BaseException:
            await nc.close()
            raise
        nc.options["allow_reconnect"] = True
        return cls(nc)

    async def close(self) -> None:
        """End the connection; what was published before is sent."""
        await self._nc.drain()

    async def send(self, command: Command, key: str) -> list[str]:
        """Send a command under an idempotency key; gives the entries that it caused.

        Where no answer comes, it is sent again under the same key until there is one: the platform
        carries it out once.

        Raises:
            Refusal: a rule said no.
        """
        subject = f"cmd.{command.SERVICE}.{command.NAME}"
        body = command.model_dump_json().encode()
        answer = await self._until_answered(subject, body, {"Idempotency-Key": key})
        return list(answer["entries"])

    async def ask(self, service: str, query: str, **params: Any) -> dict[str, Any]:
        """Ask a query.

        Raises:
            Refusal: not found, or not for this agency.
        """
        body = json.dumps(params).encode()
        return await self._until_answered(f"ask.{service}.{query}", body, None)

    def feed(self, wanted: int = 0) -> "Feed":
        """Follow the feed from index ``wanted`` on."""
        return Feed(self._nc, self, wanted)

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
                if refusal.problem.code is not RefusalCode.UNAVAILABLE:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _request(
        self, subject: str, body: bytes, headers: dict[str, str] | None
    ) -> dict[str, Any]:
        reply = await self._nc.request(subject, body, timeout=_ANSWER_SECONDS, headers=headers)
        answer: dict[str, Any] = json.loads(reply.data)
        if int((reply.headers or {}).get(STATUS_HEADER, _OK)) != _OK:
            raise Refusal(Problem.model_validate(answer))
        return answer


async def _unheard(_: Exception) -> None:
    """Trouble on the way shows where an answer is missing, and mends itself."""


class Feed:
    """The agency's feed: every entry once and in order, whatever the transport does.

    A lower index than the one wanted was seen before. A higher one means that something was lost on
    the way; it is asked for.
    """

    def __init__(self, nc: Client, connection: Connection, wanted: int) -> None:
        """Follow from index ``wanted`` on."""
        self.wanted = wanted
        self._nc, self._connection = nc, connection
        self._undone: set[int] = set()
        self._coming: asyncio.Queue[Msg] = asyncio.Queue()
        self._owed = 0

    async def __aiter__(self) -> AsyncIterator[Disclosed]:
        """The entries, as they come; ends only with the task that reads."""
        inbox = self._nc.new_inbox()
        subscription = await self._nc.subscribe(inbox, cb=self._coming.put)
        try:
            while True:
                for entry in await self._some(inbox):
                    yield entry
        finally:
            with suppress(NatsError):
                await subscription.unsubscribe()

    async def _some(self, inbox: str) -> list[Disclosed]:
        if self._owed <= 0:
            await self._pull(inbox)
        try:
            async with asyncio.timeout(3 * _HEARTBEAT_SECONDS):
                message = await self._coming.get()
        except TimeoutError:
            self._owed = 0  # no heart beats: the server forgot the pull, as after a restart
            return []
        if not message.data:
            await self._pull_ended(message)
            return []
        self._owed -= 1
        return await self._in_order(message)

    async def _pull(self, inbox: str) -> None:
        wish = {
            "batch": _PULL_ENTRIES,
            "expires": int(_PULL_SECONDS * 1e9),
            "idle_heartbeat": int(_HEARTBEAT_SECONDS * 1e9),
        }
        await self._nc.publish(_PULL, json.dumps(wish).encode(), reply=inbox)
        self._owed = _PULL_ENTRIES

    async def _pull_ended(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status == _HEARTBEAT:
            return
        self._owed = 0
        if status != _EXPIRED:
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)  # the consumer is away: no hot loop

    async def _in_order(self, message: Msg) -> list[Disclosed]:
        entry = self._disclosed(json.loads(message.data), message)
        if entry.index < self.wanted:
            if entry.index not in self._undone:
                await entry.done()
            return []
        entries = [*await self._missing(self.wanted, entry.index), entry]
        self.wanted = entry.index + 1
        self._undone.update(each.index for each in entries)
        return entries

    async def _missing(self, start: int, stop: int) -> list[Disclosed]:
        found: list[Disclosed] = []
        while start + len(found) < stop:
            limit = min(_FEED_PAGE, stop - start - len(found))
            page = await self._connection.ask(
                "notify", "feed", start=start + len(found), limit=limit
            )
            found += [self._disclosed(event) for event in page["entries"]]
        return found

    def _disclosed(self, event: dict[str, Any], message: Msg | None = None) -> Disclosed:
        index, kind, case = event["feedindex"], event["type"], event.get("subject")
        return Disclosed(index, kind, case, event, message, self._undone)
