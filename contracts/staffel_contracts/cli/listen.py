"""``staffel listen``: watch the agency's feed as it grows, and forward it to a program.

It only asks. The agency's own consumer, and with it what its program still has to deal with, stays
as it is.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import typer

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
from staffel_contracts.cli.forwarding import Forwarding
from staffel_contracts.client import Connection
from staffel_contracts.context import Context
from staffel_contracts.facts import fact_of
from staffel_contracts.signing import new_secret

NEW = "new"
_PAGE = 500
_PAUSE_SECONDS = 0.5


def listen(
    *,
    context: ContextOption = None,
    start: Annotated[
        str, typer.Option("--from", help="An index, a moment with time zone, or `new`.")
    ] = NEW,
    forward_to: Annotated[
        str | None, typer.Option(help="Post each entry to this HTTP address, in order.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(envvar="STAFFEL_WEBHOOK_SECRET", help="whsec_…; a new one without it."),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only these events; may be repeated.")
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many entries.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the entries of my feed as they come, until Ctrl-C; nothing is acknowledged."""
    forwarding = _forwarding(forward_to, secret)
    run(_listen(chosen(context), _place(start), types or [], count, forwarding, as_json=as_json))


async def _listen(
    context: Context,
    place: int | datetime | None,
    types: list[str],
    count: int | None,
    forwarding: Forwarding | None,
    *,
    as_json: bool,
) -> None:
    async with connected(context) as connection:
        left = count
        async for event in entries(connection, await _start(connection, place)):
            if not _wanted(event, types):
                continue
            write_json(event) if as_json else _show(event)
            if forwarding:
                await forwarding.deliver(event)
            left = left and left - 1
            if left == 0:
                return


async def entries(connection: Connection, start: int) -> AsyncIterator[dict[str, Any]]:
    """The agency's entries from an index on, and those to come; without end."""
    while True:
        page = await connection.ask("notify", "feed", start=start, limit=_PAGE)
        for event in page["entries"]:
            yield event
            start = event["feedindex"] + 1
        if not page["entries"]:
            await asyncio.sleep(_PAUSE_SECONDS)


async def _start(connection: Connection, place: int | datetime | None) -> int:
    if isinstance(place, int):
        return place
    if place is None:
        return int((await asked(connection, "notify", "feed-status"))["head"])
    page = await asked(connection, "notify", "feed", since=place.isoformat(), limit=1)
    return int(page["start"])


def _place(text: str) -> int | datetime | None:
    """An index, a moment, or none for what is yet to come."""
    if text == NEW:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--from {text[:40]!r}: an index, a moment such as 2026-05-04T09:00:00Z, or {NEW}")
    if moment.tzinfo is None:
        fail(f"--from {text[:40]!r}: the time zone is missing, such as Z or +02:00")
    return moment


def _forwarding(url: str | None, secret: str | None) -> Forwarding | None:
    if url is None:
        return None
    if secret is None:
        secret = new_secret()
        _say(f"signed with {secret}")
    try:
        return Forwarding(url, secret, _say)
    except ValueError as error:
        fail(str(error))


def _wanted(event: dict[str, Any], types: list[str]) -> bool:
    """Events may be named with their version or without."""
    return not types or event["type"] in types or event["type"].rpartition(".")[0] in types


def _show(event: dict[str, Any]) -> None:
    case = event.get("subject") or ""
    line = f"{event['feedindex']:>7}  {event['time'][:19]}Z  {event['type']:34}  {case}"
    sys.stdout.write(f"{line}{_remark(event)}\n")
    sys.stdout.flush()


def _remark(event: dict[str, Any]) -> str:
    known = fact_of(event["type"])
    if "data" not in event:
        return "  (erased)"
    if known is None:
        return "  (not in this version of the contracts)"
    if known.DEPRECATED_SINCE:
        return f"  (deprecated since {known.DEPRECATED_SINCE}, now {known.SUCCESSOR})"
    return ""


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
