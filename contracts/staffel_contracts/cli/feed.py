"""``staffel feed status``: where the agency's feed stands."""

import asyncio
import json
from typing import Any, Final

from nats.errors import Error as NatsError
from rich.console import Console
from rich.table import Table

from staffel_contracts.cli.common import (
    ContextOption,
    JsonOption,
    asked,
    chosen,
    connected,
    fail,
    run,
    write_json,
)
from staffel_contracts.client import CONSUMER, INBOX, Connection
from staffel_contracts.codes import HandoffStatus
from staffel_contracts.context import Context

UNANSWERED: Final = frozenset(
    {
        HandoffStatus.SUBMITTED,
        HandoffStatus.DELIVERY_FAILED,
        HandoffStatus.SECOND_LOOK,
        HandoffStatus.DELIVERED,
        HandoffStatus.ACKNOWLEDGED,
        HandoffStatus.INFORMATION_REQUESTED,
    }
)
"""The receiver has not decided."""
_CONSUMER_INFO = f"$JS.API.CONSUMER.INFO.{INBOX}.{CONSUMER}"


def feed_status(context: ContextOption = None, as_json: JsonOption = False) -> None:
    """Say where my feed stands: its end, what I have not dealt with, and what waits for an answer.

    Only looks: nothing is acknowledged.
    """
    run(_feed_status(chosen(context), as_json=as_json))


async def _feed_status(context: Context, *, as_json: bool) -> None:
    async with connected(context) as connection:
        end, consumer, oldest = await asyncio.gather(
            asked(connection, "notify", "feed-status"),
            _consumer(connection),
            _oldest_unanswered(connection),
        )
    open_entries, unacknowledged = consumer["num_pending"], consumer["num_ack_pending"]
    found = {
        "head": end["head"],
        "last_time": end["last_time"],
        "pending": open_entries,
        "unacknowledged": unacknowledged,
        "lag": open_entries + unacknowledged,
        "acknowledged_up_to": consumer["ack_floor"]["stream_seq"],
        "last_pull": consumer["delivered"].get("last_active"),
        "oldest_unanswered_handoff": oldest,
    }
    if as_json:
        write_json(found)
    else:
        _show_status(found)


def _show_status(found: dict[str, Any]) -> None:
    oldest = found["oldest_unanswered_handoff"]
    waits = "none"
    if oldest:
        waits = f"{oldest['handoff_id']} since {oldest['submitted_on']} ({oldest['status']})"
    table = Table(show_header=False)
    table.add_row("head: index of the next entry", str(found["head"]))
    table.add_row("last entry said at", str(found["last_time"] or "never"))
    table.add_row("not yet pulled", str(found["pending"]))
    table.add_row("pulled, not yet acknowledged", str(found["unacknowledged"]))
    table.add_row("lag", str(found["lag"]))
    table.add_row("last pull", str(found["last_pull"] or "never"))
    table.add_row("oldest unanswered handoff", waits)
    Console().print(table)


async def _consumer(connection: Connection) -> dict[str, Any]:
    """How the server keeps account of what the agency pulled and acknowledged."""
    try:
        reply = await connection.nc.request(_CONSUMER_INFO, b"", timeout=10)
    except NatsError as error:
        fail(f"the server says nothing about the consumer {CONSUMER}: {error}")
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" in answer:
        fail(f"the consumer {CONSUMER} is not there: {answer['error'].get('description', '')}")
    return answer


async def _oldest_unanswered(connection: Connection) -> dict[str, Any] | None:
    """The handoff that waits longest for its receiver, of those I sent or received."""
    waiting: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await asked(connection, "jobcenter_bridge", "handoffs", after=after)
        waiting += [one for one in page["handoffs"] if one["status"] in UNANSWERED]
        after = page["next"]
    names = ("handoff_id", "case", "status", "submitted_on", "expires_on", "to_agency")
    first = min(waiting, key=lambda one: (one["submitted_on"], one["handoff_id"]), default=None)
    return {name: first[name] for name in names} if first else None
