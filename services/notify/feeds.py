"""Carry each agency's feed into the agency's own stream, as a relay carries a log."""

import asyncio
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Engine, select

from services.chassis.running.runtime import Runtime
from services.chassis.transport.lane import feed_lane
from services.chassis.transport.relay import Relay
from services.chassis.writing.result import Result
from services.notify.views import FEED, feed_size, of_feed


class FeedSource:
    """One agency's feed as a log."""

    def __init__(self, engine: Engine, agency: str) -> None:
        """Read through a read-only engine."""
        self._engine, self._agency = engine, agency

    def size(self) -> int:
        """How many entries the feed has."""
        with self._engine.connect() as conn:
            return feed_size(conn, self._agency)

    def wires(self, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` entries from feed index ``start`` on, as CloudEvent lines."""
        return [to_json(event) for event in self.events(start, limit)]

    def events(self, start: int, limit: int) -> list[dict[str, Any]]:
        """Up to ``limit`` entries from feed index ``start`` on."""
        query = select(FEED.c.event).where(of_feed(self._agency, start, start + limit))
        with self._engine.connect() as conn:
            return [row.event for row in conn.execute(query.order_by(FEED.c.id))]


async def carry_feeds(runtime: Runtime) -> None:
    """Run one relay per agency in the directory until cancelled; new agencies get theirs."""
    relays: dict[str, Relay] = {}
    runtime.after_commit.append(lambda result: _offer(relays, result))
    runtime.extra_status.append(lambda: _behind(runtime, relays))
    async with asyncio.TaskGroup() as group:

        def take_up() -> None:
            for agency in runtime.agencies:
                if agency.id not in relays:
                    relays[agency.id] = _relay(runtime, agency.id)
                    runtime.relays.append(relays[agency.id])
                    group.create_task(relays[agency.id].run())

        take_up()
        runtime.agencies.after_change.append(take_up)
        await asyncio.Event().wait()


def _relay(runtime: Runtime, agency: str) -> Relay:
    relay = Relay(runtime.nc, feed_lane(agency), FeedSource(runtime.reading, agency))
    runtime.health.watch(
        f"feed of {agency}",
        lambda: relay.heartbeat,
        lambda: relay.forked or relay.last_error,
    )
    return relay


def _offer(relays: dict[str, Relay], result: Result) -> None:
    """Hand over in memory what was just disclosed, so that no relay has to read it again."""
    fresh: dict[str, list[dict[str, Any]]] = {}
    for key, row in result.views.get(FEED, {}).items():
        if "data" in row["event"]:  # what was erased keeps its old place
            fresh.setdefault(key.rpartition("/")[0], []).append(row["event"])
    for agency, events in fresh.items():
        if agency in relays:
            relays[agency].offer(events[0]["feedindex"], [to_json(event) for event in events])


def _behind(runtime: Runtime, relays: dict[str, Relay]) -> dict[str, Any]:
    """How far each feed was carried, beside how long it is."""
    name = "entry-disclosed.v1"
    return {
        "feeds": {
            agency: [relay.position, runtime.desk.sequences.get(f"{name}/{agency}", 0)]
            for agency, relay in relays.items()
        }
    }
