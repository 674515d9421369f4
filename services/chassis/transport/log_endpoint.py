"""Reading a log over NATS: the sayer answers `read.<log>`, a hearer asks it for what is missing."""

import asyncio
import json
from typing import NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from services.chassis.store.source import BATCH_BYTES, Source, within_bytes

ANSWER_ENTRIES = 1000
_ASK_SECONDS = 5.0
_SIZE = "Staffel-Log-Size"
_ERROR = "Staffel-Error"


class NoAnswer(Exception):
    """The sayer of a log did not answer, or could not; nothing is known about its log."""


class Answer(NamedTuple):
    """What a sayer said: the size of its log, and the lines asked for, in order."""

    size: int
    wires: list[bytes]


class LogEndpoint:
    """Answers `read.<log>`: at most 1000 entries and 4 MB from the index asked for.

    The question is `{"from": 17, "limit": 100}`, the answer wire lines joined by newlines with the
    size of the log in the header `Staffel-Log-Size`. Several processes of a service share the work.
    """

    def __init__(self, nc: Client, log: str, source: Source) -> None:
        self.answers = 0
        self._nc = nc
        self._log = log
        self._source = source
        self._subscription: Subscription | None = None

    async def start(self) -> None:
        """Begin to answer."""
        subject = read_subject(self._log)
        self._subscription = await self._nc.subscribe(subject, queue="read", cb=self._answer)

    async def stop(self) -> None:
        """Stop answering."""
        if self._subscription is not None and not self._nc.is_closed:
            await self._subscription.unsubscribe()
        self._subscription = None

    async def _answer(self, question: Msg) -> None:
        self.answers += 1
        try:
            start, limit = _asked(question.data)
            answer = await asyncio.to_thread(self._look_up, start, limit)
        except ValueError as error:
            await self._reply(question, b"", {_ERROR: str(error)})
        except Exception as error:  # noqa: BLE001 - the log's database may be away: the asker waits
            await self._reply(question, b"", {_ERROR: type(error).__name__})
        else:
            await self._reply(question, b"\n".join(answer.wires), {_SIZE: str(answer.size)})

    def _look_up(self, start: int, limit: int) -> Answer:
        wires = self._source.wires(start, limit) if limit else []
        return Answer(self._source.size(), within_bytes(wires, BATCH_BYTES))

    async def _reply(self, question: Msg, data: bytes, headers: dict[str, str]) -> None:
        if question.reply:
            await self._nc.publish(question.reply, data, headers=headers)


async def ask_log(nc: Client, log: str, start: int, limit: int) -> Answer:
    """Ask the sayer of a log for up to `limit` lines from `start` on; raises `NoAnswer`."""
    question = json.dumps({"from": start, "limit": limit}).encode()
    try:
        reply = await nc.request(read_subject(log), question, timeout=_ASK_SECONDS)
    except NatsError as error:
        raise NoAnswer(f"{log} does not answer: {error}") from error
    headers = reply.headers or {}
    if _SIZE not in headers:
        raise NoAnswer(f"{log} cannot answer: {headers.get(_ERROR)}")
    return Answer(int(headers[_SIZE]), reply.data.split(b"\n") if reply.data else [])


def read_subject(log: str) -> str:
    """Return the subject on which a log is read."""
    return f"read.{log}"


def _asked(data: bytes) -> tuple[int, int]:
    """Return index and limit of a question; raises `ValueError` with the rule that it breaks."""
    try:
        question = json.loads(data)
    except ValueError as error:
        raise ValueError("the question is not JSON") from error
    start = _natural(question, "from")
    return start, min(_natural(question, "limit"), ANSWER_ENTRIES)


def _natural(question: object, field: str) -> int:
    value = question.get(field) if isinstance(question, dict) else None
    if type(value) is not int or value < 0:
        raise ValueError(f"'{field}' must be a whole number, 0 or more")
    return value
