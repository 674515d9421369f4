"""An agency's feed over HTTP, for those without NATS: pages, and waiting for more."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from services.chassis.access import Caller, Turned
from services.chassis.decider import Refused
from services.chassis.endpoints.doors import Door
from services.chassis.running.runtime import Runtime
from services.chassis.work import Read
from services.chassis.writing.reads import cases_in, read_by
from services.chassis.writing.result import Result
from services.notify.api import FEED_ACCESS, MOST, check_known
from services.notify.feeds import FeedSource
from services.notify.views import FEED, LONGEST_FEED

BATCH = "application/cloudevents-batch+json"
"""A JSON array of CloudEvents, as the HTTP binding of CloudEvents names it."""

PAGE = 100
LONGEST_WAIT_SECONDS = 30

_ENTRIES = {"schema": {"type": "array", "items": {"type": "object"}}}

Entries = list[dict[str, Any]]


class Wish(BaseModel):
    """What of the feed is wanted; a parameter that is none of these is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: int = Field(-1, ge=-1, lt=LONGEST_FEED, description="the last feed index that is known")
    limit: int = Field(PAGE, ge=1, le=MOST, description="at most so many entries")
    wait: int = Field(
        0, ge=0, le=LONGEST_WAIT_SECONDS, description="seconds to wait while there is nothing"
    )


class Doorbell:
    """Wakes those who wait for an agency's feed when something was added to it."""

    def __init__(self, runtime: Runtime) -> None:
        """Listen to the commits of a running service."""
        self._runtime = runtime
        self._waiting: dict[str, set[asyncio.Event]] = {}
        runtime.after_commit.append(self._committed)

    def wait_at(self, agency: str) -> asyncio.Event:
        """An event that is set by everything added from now on; give it back with ``leave``."""
        bell = asyncio.Event()
        self._waiting.setdefault(agency, set()).add(bell)
        return bell

    def leave(self, agency: str, bell: asyncio.Event) -> None:
        """Nobody waits for this event any more."""
        self._waiting[agency].discard(bell)
        if not self._waiting[agency]:
            del self._waiting[agency]

    def _committed(self, result: Result) -> None:
        # Called in the writer's thread.
        agencies = {key.rpartition("/")[0] for key in result.views.get(FEED, {})}
        if agencies:
            self._runtime.loop.call_soon_threadsafe(self._ring, agencies)

    def _ring(self, agencies: set[str]) -> None:
        for agency in agencies:
            for bell in self._waiting.get(agency, ()):
                bell.set()


def feed_routes(runtime: Runtime) -> APIRouter:
    """The route of the feed."""
    router, doorbell, door = APIRouter(), Doorbell(runtime), Door(runtime, FEED_ACCESS)

    @router.get(
        "/feed",
        summary="The agency's own feed, from behind an index on",
        response_class=Response,
        responses={200: {"description": "CloudEvents.", "content": {BATCH: _ENTRIES}}},
    )
    async def feed(
        caller: Annotated[Caller, Depends(door)], wish: Annotated[Wish, Query()]
    ) -> Response:
        agency = caller.agency.id
        bell = doorbell.wait_at(agency)
        try:
            source = FeedSource(runtime.reading, agency)
            await asyncio.to_thread(_check_known, source, wish)
            entries = await _waited(runtime, bell, source, wish)
        finally:
            doorbell.leave(agency, bell)
        if entries:
            await asyncio.to_thread(runtime.recorder.record, _read(caller, entries))
        return _page(entries, wish)

    return router


def _check_known(source: FeedSource, wish: Wish) -> None:
    try:
        check_known(wish.after + 1, source.size(), "after")
    except Refused as refused:
        raise Turned(refused.code, refused.detail, refused.field) from None


def _read(caller: Caller, entries: Entries) -> Read:
    """What is told apart by the feed's own numbers: the log says what each of them disclosed."""
    first, last = entries[0]["feedindex"], entries[-1]["feedindex"]
    return read_by(caller, f"feed/{first}-{last}", tuple(cases_in(entries)))


async def _waited(runtime: Runtime, bell: asyncio.Event, source: FeedSource, wish: Wish) -> Entries:
    """The entries; where there are none, those that come while the agency would wait."""
    end = runtime.loop.time() + wish.wait
    while True:
        bell.clear()  # before the look, so that nothing that comes behind it goes unnoticed
        entries = await asyncio.to_thread(source.events, wish.after + 1, wish.limit)
        if entries or not await _rung(runtime, bell, end - runtime.loop.time()):
            return entries


async def _rung(runtime: Runtime, bell: asyncio.Event, seconds: float) -> bool:
    """Whether the bell rang in time; nobody is kept waiting by a service that stops."""
    if seconds <= 0 or runtime.stopping.is_set():
        return False
    waits = [asyncio.create_task(event.wait()) for event in (bell, runtime.stopping)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
    return bell.is_set()


def _page(entries: Entries, wish: Wish) -> Response:
    last = entries[-1]["feedindex"] if entries else wish.after
    following = urlencode(wish.model_dump() | {"after": last})
    headers = {"Link": f'<?{following}>; rel="next"', "Cache-Control": "no-store"}
    return Response(to_json(entries), headers=headers, media_type=BATCH)
