"""What is played at a subscriber over HTTP: signed posts, as Standard Webhooks says."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from staffel_contracts.conformance.entries import (
    Event,
    body,
    entries,
    erased,
    of_unknown_type,
    unreadable,
    with_unknown_field,
)
from staffel_contracts.conformance.judging import Failed, expect
from staffel_contracts.conformance.ledger import Ledger
from staffel_contracts.signing import SIGNATURE, new_secret, sign

_STEP = 5
_MANY = 1000
_OLD = timedelta(hours=1)
_REFUSED = range(400, 500)
_TAKEN = range(200, 300)


class Hook:
    """The receiver's address and secret; indexes go on from scenario to scenario."""

    def __init__(self, url: str, secret: str, ledger: Ledger) -> None:
        """Begin behind what the ledger has already."""
        self.url, self.secret, self.ledger = url, secret, ledger
        self.next = 1 + max((line["index"] for line in ledger()), default=-1)
        self.before = {line["index"] for line in ledger()}

    def take(self, number: int = _STEP) -> list[Event]:
        """The next entries."""
        found = entries(number, self.next)
        self.next += number
        return found

    async def post(self, event: Event, headers: dict[str, str] | None = None) -> int:
        """Post an entry, signed unless other headers are given; gives the status."""
        payload = body(event)
        signed = headers or sign(self.secret, event["id"], datetime.now(UTC), payload)
        return await asyncio.to_thread(_post, self.url, payload, signed)

    async def posted(self, *events: Event, may_refuse: bool = False) -> None:
        """Post entries in their order.

        Raises:
            Failed: one was not taken, though it had to be.
        """
        for event in events:
            status = await self.post(event)
            if status not in _TAKEN and not may_refuse:
                raise Failed(f"entry {event['feedindex']} was answered with {status}")

    async def expect(self, wanted: set[int], may: set[int] | None = None) -> None:
        """Judge by the ledger, apart from what was in it before."""
        await expect(self._since, wanted, may or set())
        self.before |= wanted | (may or set())

    def _since(self) -> list[dict[str, int]]:
        return [line for line in self.ledger() if line["index"] not in self.before]


class HookScenario(NamedTuple):
    """One scenario: its name, the sentence that it proves, and how it is played."""

    name: str
    proves: str
    play: Callable[[Hook], Awaitable[None]]


def _indexes(events: list[Event]) -> set[int]:
    return {event["feedindex"] for event in events}


async def _in_order(hook: Hook) -> None:
    events = hook.take()
    await hook.posted(*events)
    await hook.expect(_indexes(events))


async def _twice(hook: Hook) -> None:
    events = hook.take()
    await hook.posted(*(event for event in events for _ in range(2)))
    await hook.expect(_indexes(events))


async def _spoiled(hook: Hook, spoil: Callable[[Event], Event], *, must: bool) -> None:
    events = hook.take()
    events[2] = spoil(events[2])
    spoiled = set() if must else {events[2]["feedindex"]}
    await hook.posted(*events, may_refuse=not must)
    await hook.expect(_indexes(events) - spoiled, may=spoiled)


async def _unknown_field(hook: Hook) -> None:
    await _spoiled(hook, with_unknown_field, must=True)


async def _unknown_type(hook: Hook) -> None:
    await _spoiled(hook, of_unknown_type, must=False)


async def _erased(hook: Hook) -> None:
    await _spoiled(hook, erased, must=False)


async def _unreadable(hook: Hook) -> None:
    events = hook.take(9)
    events[4] = unreadable(events[4])
    broken = {e["feedindex"] for e in events if e["subject"] == events[4]["subject"]}
    await hook.posted(*events, may_refuse=True)
    await hook.expect(_indexes(events) - broken, may=broken)


async def _thousand(hook: Hook) -> None:
    events = hook.take(_MANY)
    await hook.posted(*events)
    await hook.expect(_indexes(events))


async def _wrong_signature(hook: Hook) -> None:
    [event] = hook.take(1)
    forged = sign(new_secret(), event["id"], datetime.now(UTC), body(event))
    await _refused(hook, event, forged)


async def _old(hook: Hook) -> None:
    [event] = hook.take(1)
    await _refused(
        hook, event, sign(hook.secret, event["id"], datetime.now(UTC) - _OLD, body(event))
    )


async def _refused(hook: Hook, event: Event, headers: dict[str, str]) -> None:
    status = await hook.post(event, headers)
    hook.next = event["feedindex"]  # it was not delivered: the next one bears its index
    await hook.expect(set())
    if status not in _REFUSED:
        raise Failed(f"it was answered with {status}, a 4xx is expected")


async def _rotated(hook: Hook) -> None:
    events = hook.take()
    for event in events:
        other = sign(new_secret(), event["id"], now := datetime.now(UTC), body(event))
        own = sign(hook.secret, event["id"], now, body(event))
        both = own | {SIGNATURE: f"{other[SIGNATURE]} {own[SIGNATURE]}"}
        if (status := await hook.post(event, both)) not in _TAKEN:
            raise Failed(f"two signatures, one of them right, were answered with {status}")
    await hook.expect(_indexes(events))


HOOK_SCENARIOS: Final = (
    HookScenario("in-order", "entries are taken in, in their order", _in_order),
    HookScenario("twice", "what comes twice is taken in once", _twice),
    HookScenario("unknown-field", "a newer platform's field does not stop it", _unknown_field),
    HookScenario("unknown-type", "a newer platform's event does not stop it", _unknown_type),
    HookScenario("erased", "an entry whose data was erased does not stop it", _erased),
    HookScenario("wrong-signature", "what somebody else signed is refused", _wrong_signature),
    HookScenario("old", "what was signed long ago is refused", _old),
    HookScenario("rotated", "while a key is changed, either signature is taken", _rotated),
    HookScenario("thousand", "a thousand one after another are all taken in", _thousand),
    HookScenario("unreadable", "an entry it cannot read stops that case alone", _unreadable),
)


def _post(url: str, payload: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(  # noqa: S310 - the author's own address
        url, payload, {"content-type": "application/cloudevents+json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError) as error:
        raise Failed(f"{url}: {getattr(error, 'reason', error)}") from error
