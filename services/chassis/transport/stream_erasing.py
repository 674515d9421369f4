"""Delete entries from a JetStream stream, bytes and all; the stream keeps its order.

A reader sees a hole and fills it from the log, where the entry is its leaf alone.
"""

import asyncio
import json
from base64 import b64decode
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.transport.relay import Relay
from services.chassis.transport.wire import leaf_of

_ANSWER_SECONDS = 10.0
_NO_MESSAGE = 10037


class NotErased(Exception):
    """A stream does not answer, or refuses to delete: what was asked for may still be there."""


class Copies(NamedTuple):
    """Where a log's or a feed's copies are: API prefix, stream, subjects, and how they count."""

    api: str
    stream: str
    family: str
    index_of: Callable[[bytes], int]

    @property
    def get_request(self) -> str:
        """The API subject that answers with a message."""
        return f"{self.api}.STREAM.MSG.GET.{self.stream}"


class _Message(NamedTuple):
    sequence: int
    index: int  # type: ignore[assignment] # tuples have a method of this name
    data: bytes


async def in_every_place(places: Iterable[Coroutine[Any, Any, int]]) -> int:
    """Delete in all places, whatever one of them says; how much there was.

    Raises:
        NotErased: what a place said that refused.
    """
    done = await asyncio.gather(*places, return_exceptions=True)
    for refused in done:
        if isinstance(refused, BaseException):
            raise refused
    return sum(gone for gone in done if isinstance(gone, int))


async def erase_copies(
    nc: Client, copies: Copies, indices: Iterable[int], relays: Iterable[Relay]
) -> int:
    """Delete the messages that hold these entries with their data; how many there were.

    ``relays`` are those of the service: what a stream holds that holds another log, no index tells.

    Raises:
        NotErased: a stream does not answer or refuses, or holds another log; all of it can be done
            again.
    """
    if not (wanted := sorted(set(indices))):
        return 0
    _refuse_fork(copies, relays)
    state = (await _ask(nc, f"{copies.api}.STREAM.INFO.{copies.stream}", {}))["state"]
    low, high, gone = state["first_seq"], state["last_seq"], 0
    for index in wanted:
        message = await _find(nc, copies, index, low, high)
        if message is None:
            continue
        low = message.sequence
        if message.index == index and message.data != leaf_of(message.data):
            await _delete(nc, copies, message.sequence)
            gone += 1
    return gone


def _refuse_fork(copies: Copies, relays: Iterable[Relay]) -> None:
    for relay in relays:
        where = (relay.lane.last_request, relay.lane.family)
        if relay.forked and where == (copies.get_request, copies.family):
            raise NotErased(f"{copies.get_request}: {relay.forked}")


async def _find(nc: Client, copies: Copies, index: int, low: int, high: int) -> _Message | None:
    """The first message of the family that holds this entry or a later one."""
    found = None
    while low <= high:
        middle = (low + high) // 2
        message = await _next(nc, copies, middle)
        if message is None or message.sequence > high or message.index >= index:
            found = message if message and message.index >= index else found
            high = middle - 1
        else:
            low = message.sequence + 1
    return found


async def _next(nc: Client, copies: Copies, sequence: int) -> _Message | None:
    question = {"seq": sequence, "next_by_subj": copies.family}
    answer = await _ask(nc, copies.get_request, question, _NO_MESSAGE)
    if "message" not in answer:
        return None
    data = b64decode(answer["message"].get("data", ""))
    try:
        return _Message(answer["message"]["seq"], copies.index_of(data), data)
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{copies.stream}: message {answer['message']['seq']} is no entry"
        raise NotErased(msg) from error


async def _delete(nc: Client, copies: Copies, sequence: int) -> None:
    question = {"seq": sequence, "no_erase": False}
    await _ask(nc, f"{copies.api}.STREAM.MSG.DELETE.{copies.stream}", question)


async def _ask(nc: Client, subject: str, question: dict[str, Any], *fine: int) -> dict[str, Any]:
    try:
        reply = await nc.request(subject, json.dumps(question).encode(), timeout=_ANSWER_SECONDS)
    except NatsError as trouble:
        raise NotErased(f"{subject}: {trouble}") from trouble
    answer: dict[str, Any] = json.loads(reply.data)
    error = answer.get("error", {})
    if error and error.get("err_code") not in fine:
        raise NotErased(f"{subject}: {error.get('description')}")
    return answer
