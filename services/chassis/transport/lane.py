"""The way a log takes into a JetStream stream: say entries in order, read the last one back.

Both a service's log (`log.<service>.<type>` in `LOG`) and an agency's feed (`in.feed` in the
agency's own `INBOX`, through a service import) are lanes. Every publish compares the sequence of
the lane's last message and sets the next, so that two writers cannot interleave.
"""

import asyncio
import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.transport.nats_accounts import INBOX, api_prefix, feed_subject
from services.chassis.transport.wire import type_of

LOG = "LOG"
BATCH_ENTRIES = 1000
_ANSWER_SECONDS = 5.0
_LOOK_SECONDS = 0.1
_NO_MESSAGE = 10037
_EXPECTED = "Nats-Expected-Last-Subject-Sequence"
_EXPECTED_ON = "Nats-Expected-Last-Subject-Sequence-Subject"


class Doubt(Exception):
    """A publish was refused or its outcome is unknown: only the last message can tell.

    `code` is JetStream's error code, such as 10071 (another writer was first), or None.
    """

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text if code is None else f"{text} ({code})")
        self.code = code


class Last(NamedTuple):
    """The last message on a lane; sequence 0 and no wire line if there is none."""

    sequence: int
    wire: bytes


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a log's entries go.

    `subject` gives the subject to publish a line on, `family` all subjects of the lane as its
    stream names them, `last_request` the API subject that answers with the last message.
    `delete_request`, where the stream is in an account of others, deletes what they put into it:
    an agency may have the answer to its request sent there.
    """

    subject: Callable[[bytes], str]
    family: str
    last_request: str
    delete_request: str | None = None


def log_lane(service: str) -> Lane:
    """Return the lane of a service's log in the stream `LOG`."""
    return Lane(
        subject=lambda wire: f"log.{service}.{type_of(wire)}",
        family=f"log.{service}.>",
        last_request=f"$JS.API.STREAM.MSG.GET.{LOG}",
    )


def feed_lane(agency: str) -> Lane:
    """Return the lane of an agency's feed in the agency's own `INBOX`."""
    subject = feed_subject(agency)
    return Lane(
        subject=lambda _: subject,
        family="in.feed",
        last_request=f"{api_prefix(agency)}.STREAM.MSG.GET.{INBOX}",
        delete_request=f"{api_prefix(agency)}.STREAM.MSG.DELETE.{INBOX}",
    )


async def last_on(nc: Client, lane: Lane) -> Last:
    """Read the last message on a lane from the stream's leader; raises `Doubt`."""
    question = json.dumps({"last_by_subj": lane.family}).encode()
    answer = await _request(nc, lane.last_request, question)
    if _error_code(answer) == _NO_MESSAGE:
        return Last(0, b"")
    _raise_error(answer)
    message = answer["message"]
    return Last(message["seq"], b64decode(message.get("data", "")))


async def delete_on(nc: Client, request: str, sequence: int) -> None:
    """Delete a message of others from a lane; raises `Doubt`."""
    _raise_error(await _request(nc, request, json.dumps({"seq": sequence}).encode()))


async def say(nc: Client, lane: Lane, wires: Sequence[bytes], after: int) -> int:
    """Publish 1 to 1000 lines in order if the lane's last sequence is `after`; raises `Doubt`.

    Returns the sequence of the last line. All of them are stored, or none. Two lines are a batch
    already: who hears them together commits once.
    """
    if len(wires) > 1:
        return await _say_at_once(nc, lane, wires, after)
    headers = {_EXPECTED: str(after), _EXPECTED_ON: lane.family}
    return _sequence_in(await _request(nc, lane.subject(wires[0]), wires[0], headers))


async def _say_at_once(nc: Client, lane: Lane, wires: Sequence[bytes], after: int) -> int:
    """Publish lines as one atomic batch.

    Only the last is answered: what is wrong with an earlier one is told there.
    """
    batch, expected = new_batch_id(nc), {_EXPECTED: str(after), _EXPECTED_ON: lane.family}
    try:
        for number, wire in enumerate(wires[:-1], start=1):
            headers = _batch(batch, number) | (expected if number == 1 else {})
            await nc.publish(lane.subject(wire), wire, headers=headers)
    except NatsError as error:
        raise Doubt(str(error)) from error
    closing = _batch(batch, len(wires)) | {"Nats-Batch-Commit": "1"}
    answer = await _request(nc, lane.subject(wires[-1]), wires[-1], closing)
    if _sequence_in(answer) and answer.get("count") != len(wires):
        raise Doubt(f"a batch of {len(wires)} was stored as {answer.get('count')}")
    return _sequence_in(answer)


def new_batch_id(nc: Client) -> str:
    """Return an id that no other batch has."""
    return nc.new_inbox().rsplit(".", 1)[1]


def _batch(batch: str, number: int) -> dict[str, str]:
    return {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}


async def _request(
    nc: Client, subject: str, data: bytes, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Ask the server."""
    connection = nc.stats["reconnects"]
    asked = asyncio.ensure_future(nc.request(subject, data, _ANSWER_SECONDS, headers=headers))
    try:
        while not asked.done():
            await asyncio.wait({asked}, timeout=_LOOK_SECONDS)
            if not asked.done() and nc.stats["reconnects"] != connection:
                raise Doubt("the answer was lost with the connection")
        reply = asked.result()
        answer: dict[str, Any] = json.loads(reply.data)
    except (NatsError, ValueError) as error:
        raise Doubt(str(error)) from error
    finally:
        asked.cancel()
    return answer


def _error_code(answer: dict[str, Any]) -> int | None:
    code: int | None = answer.get("error", {}).get("err_code")
    return code


def _raise_error(answer: dict[str, Any]) -> None:
    if "error" in answer:
        raise Doubt(str(answer["error"].get("description")), _error_code(answer))


def _sequence_in(answer: dict[str, Any]) -> int:
    _raise_error(answer)
    if not answer.get("seq"):
        raise Doubt("the acknowledgement names no sequence")
    return int(answer["seq"])
