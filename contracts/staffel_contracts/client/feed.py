"""The agency's feed: every entry once and in order, whatever the transport does.

The transport may also bring nothing at all: while it does, the platform is asked what there is.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from staffel_contracts.client.asking import Asking
from staffel_contracts.client.disclosed import Disclosed
from staffel_contracts.client.receipts import Receipts

INBOX = "INBOX"
"""The stream in the agency's own account that the platform publishes the feed into."""

CONSUMER = "app"
"""The durable consumer through which the agency pulls its feed."""

_PULL = f"$JS.API.CONSUMER.MSG.NEXT.{INBOX}.{CONSUMER}"
_PULL_ENTRIES = 500
_PULL_SECONDS = 30.0
"""After so long at most, what did not come by itself is asked for."""
_HEARTBEAT_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 2.0
_EXPIRED = "408"
_HEARTBEAT = "100"
_FEED_PAGE = 500


class Feed:
    """The agency's feed from one index on, for one reader.

    A lower index than the one wanted was seen before. A higher one means that something was lost on
    the way; it is asked for.
    """

    def __init__(
        self,
        nc: Client,
        connection: Asking,
        wanted: int,
        *,
        replay: bool = False,
        receipts: Receipts | None = None,
    ) -> None:
        """Follow from index ``wanted`` on."""
        self.wanted = wanted
        self._nc, self._connection = nc, connection
        self._replay, self._receipts = replay, receipts
        self._undone: set[int] = set()
        self._coming: asyncio.Queue[Msg] = asyncio.Queue()
        self._owed = 0
        self._is_known = replay

    async def __aiter__(self) -> AsyncGenerator[Disclosed, None]:
        """The entries, as they come; ends only with the task that reads.

        Raises:
            Refusal: the index wanted lies behind the feed's end: it is of another platform.
        """
        while self._replay and (entries := await self._page(_FEED_PAGE)):
            for entry in self._next(entries):
                yield entry
        inbox = self._nc.new_inbox()
        subscription = await self._nc.subscribe(inbox, cb=self._coming.put)
        try:
            while True:
                for entry in await self._some(inbox):
                    yield entry
        finally:
            with suppress(NatsError):
                await subscription.unsubscribe()
                await self._nc.flush()  # from now on the server sends nothing more to this inbox

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
            return await self._pull_ended(message)
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

    async def _pull_ended(self, message: Msg) -> list[Disclosed]:
        """What the platform has, and the inbox has not, once a pull has expired."""
        status = (message.headers or {}).get("Status")
        if status == _HEARTBEAT:
            return []
        self._owed = 0
        if status != _EXPIRED:
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)  # the consumer is away: no hot loop
            return []
        return self._next(await self._page(_FEED_PAGE))

    async def _in_order(self, message: Msg) -> list[Disclosed]:
        entry = self._entry(message)
        if entry is None:
            await message.ack()  # what is no entry leaves a hole, and holes are asked for
            return []
        if entry.index < self.wanted:
            await self._check_known()
            if entry.index not in self._undone:
                await entry.done()
            return []
        return self._next([*await self._missing(entry.index), entry])

    async def _check_known(self) -> None:
        """Before anything counts as seen: could it have been, in a feed of this length?"""
        if not self._is_known:
            await self._page(1)
            self._is_known = True

    def _next(self, entries: list[Disclosed]) -> list[Disclosed]:
        if entries:
            self.wanted, self._is_known = entries[-1].index + 1, True
        self._undone.update(each.index for each in entries)
        return entries

    async def _missing(self, stop: int) -> list[Disclosed]:
        """The entries from the wanted one up to before ``stop``."""
        found: list[Disclosed] = []
        while self.wanted + len(found) < stop:
            limit = min(_FEED_PAGE, stop - self.wanted - len(found))
            page = await self._page(limit, len(found))
            if not page:
                await asyncio.sleep(_LONGEST_PAUSE_SECONDS)  # not there yet: no hot loop
            found += page
        return found

    async def _page(self, limit: int, behind: int = 0) -> list[Disclosed]:
        start = self.wanted + behind
        page = await self._connection.ask("notify", "feed", start=start, limit=limit)
        return [self._disclosed(event) for event in page["entries"]]

    def _entry(self, message: Msg) -> Disclosed | None:
        try:
            event = json.loads(message.data)
            return self._disclosed(event, message) if type(event["feedindex"]) is int else None
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def _disclosed(self, event: dict[str, Any], message: Msg | None = None) -> Disclosed:
        index, kind, case = event["feedindex"], event["type"], event.get("subject")
        settled = self._receipts.settle if self._receipts else None
        return Disclosed(index, kind, case, event, message, self._undone, settled)
