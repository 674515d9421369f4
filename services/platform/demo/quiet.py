"""Waiting until a platform has nothing left to do at its clock's moment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

from nats.aio.client import Client
from pydantic_core import from_json

from services.chassis.transport.nats_accounts import INBOX, INBOX_CONSUMER, api_prefix
from services.platform.config import SERVICES
from services.platform.services import service_named
from services.platform.up import Platform

Status = Mapping[str, Mapping[str, Any]]

_PAUSE, _SELDOM = 0.002, 0.1
_USUALLY = 0.5
_LEARNS = 0.2
_PATIENCE = 60.0


class Restless(Exception):
    """The platform did not come to rest; says what still moved."""


class Stillness:
    """Looks at all services and at the inboxes of agencies that are followed."""

    def __init__(self, platform: Platform, followed: tuple[str, ...]) -> None:
        """Look at a platform whose agencies ``followed`` read their feeds."""
        self._platform, self._followed = platform, followed
        self._heard = {name: tuple(service_named(name).hears) for name in SERVICES}
        self._usual = 0.0
        """How long it takes until nothing moves, as a multiple of the work before."""

    async def timers(self) -> None:
        """Return once no service has a deadline left that is due."""
        await self._until(self._timers_idle)

    async def wait(self, worked: float = 1.0) -> Status:
        """Return once nothing moves: twice in a row the same, and nothing waits anywhere.

        It learns when that usually is after so many seconds of work, and does not look much
        earlier: looks cost as well.

        Raises:
            Restless: something still moved after a minute.
        """
        began = monotonic()
        await asyncio.sleep(_USUALLY * self._usual * worked)
        self._before = None
        await self._until(self._still)
        self._usual += _LEARNS * ((self._still_since - began) / worked - self._usual)
        return self.status

    async def _still(self) -> bool:
        looked = monotonic()
        status, unread = await self._look()
        quiet = not moving(status, self._heard) and not any(unread.values())
        self.status, before = status, self._before
        self._before = sizes(status) if quiet else None
        if quiet and before == self._before:
            return True
        self._still_since = looked
        return False

    async def _timers_idle(self) -> bool:
        self.status = await self._platform.status()
        return all(status["timers_idle"] for status in self.status.values())

    async def _look(self) -> tuple[Status, dict[str, int]]:
        status, *unread = await asyncio.gather(
            self._platform.status(), *(_unread(self._platform.nc, a) for a in self._followed)
        )
        self.unread = dict(zip(self._followed, unread, strict=True))
        return status, self.unread

    async def _until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Look again and again, ever more seldom the longer it takes."""
        began = monotonic()
        while not await condition():
            waited = monotonic() - began
            if waited > _PATIENCE:
                raise Restless(self._what_moves())
            await asyncio.sleep(max(_PAUSE, _SELDOM * waited))

    def _what_moves(self) -> str:
        found = moving(self.status, self._heard)
        found += [f"{agency}: {n} unread" for agency, n in getattr(self, "unread", {}).items() if n]
        return "; ".join(found) or "timers"


def moving(status: Status, heard: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What each service still has to do, as far as its status tells."""
    found = []
    for name, one in status.items():
        if one["waiting"] or one["busy"] or not one["timers_idle"]:
            found.append(f"{name}: work waits")
        if one["relayed"] != one["size"]:
            found.append(f"{name}: relayed {one['relayed']} of {one['size']}")
        found += [
            f"{name}: carried {carried} of {size} to {agency}"
            for agency, (carried, size) in one.get("feeds", {}).items()
            if carried != size
        ]
        if not one.get("mail_idle", True):
            found.append(f"{name}: mail waits")
        found += [
            f"{name}: heard {one['cursors'].get(log, 0)} of {status[log]['size']} from {log}"
            for log in heard[name]
            if one["cursors"].get(log, 0) != status[log]["size"]
        ]
    return found


def sizes(status: Status) -> dict[str, int]:
    """How long each log is."""
    return {name: int(one["size"]) for name, one in status.items()}


async def _unread(nc: Client, agency: str) -> int:
    """Entries in an agency's inbox that it has not acknowledged."""
    subject = f"{api_prefix(agency)}.CONSUMER.INFO.{INBOX}.{INBOX_CONSUMER}"
    info = from_json((await nc.request(subject, b"", timeout=5)).data)
    return int(info["num_pending"]) + int(info["num_ack_pending"])
