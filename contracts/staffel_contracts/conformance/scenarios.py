"""What is played at a subscriber over NATS, and why it matters."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from staffel_contracts.conformance.entries import (
    entries,
    erased,
    of_unknown_type,
    unreadable,
    with_unknown_field,
)
from staffel_contracts.conformance.judging import Failed, expect, until
from staffel_contracts.conformance.ledger import indexes
from staffel_contracts.conformance.stage import Stage

_MANY = 1000


class Scenario(NamedTuple):
    """One scenario: its name, the sentence that it proves, and how it is played."""

    name: str
    proves: str
    play: Callable[[Stage], Awaitable[None]]


async def _in_order(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(5)
    await stage.publish(*stage.feed)
    await expect(stage.ledger, range(5))


async def _twice(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(5)
    await stage.publish(*(event for event in stage.feed for _ in range(2)))
    await expect(stage.ledger, range(5))


async def _hole(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(6)
    await stage.publish(stage.feed[0], stage.feed[1], stage.feed[4], stage.feed[5])
    await expect(stage.ledger, range(6))


async def _late(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(6)
    await stage.publish(*(stage.feed[n] for n in (0, 1, 4, 5, 2, 3)))
    await expect(stage.ledger, range(6))


async def _restart(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(40)
    await stage.publish(*stage.feed[:20])
    await until(lambda: len(stage.ledger()) > 2)  # noqa: PLR2004 - in the middle of it
    await stage.kill()
    await stage.publish(*stage.feed[20:])
    await stage.start()
    await expect(stage.ledger, range(40))


async def _from_zero(stage: Stage) -> None:
    await _in_order(stage)
    await stage.kill()
    await stage.new_stream()
    stage.feed = entries(6)
    await stage.publish(*stage.feed)
    await stage.start()
    await expect(stage.ledger, range(6))


async def _memory_lost(stage: Stage) -> None:
    await _in_order(stage)
    await stage.kill()
    stage.forget_ledger()
    stage.feed = entries(6)
    await stage.publish(stage.feed[5])
    await stage.start()
    await expect(stage.ledger, range(6))


async def _unknown_field(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(5)
    stage.feed[2] = with_unknown_field(stage.feed[2])
    await stage.publish(*stage.feed)
    await expect(stage.ledger, range(5))


async def _unknown_type(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(5)
    stage.feed[2] = of_unknown_type(stage.feed[2])
    await stage.publish(*stage.feed)
    await expect(stage.ledger, {0, 1, 3, 4}, may={2})


async def _erased(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(5)
    stage.feed[2] = erased(stage.feed[2])
    await stage.publish(*stage.feed)
    await expect(stage.ledger, {0, 1, 3, 4}, may={2})


async def _unreadable(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(9)
    stage.feed[1] = unreadable(stage.feed[1])
    broken = stage.feed[1]["subject"]
    others = {e["feedindex"] for e in stage.feed if e["subject"] != broken}
    await stage.publish(*stage.feed)
    await expect(stage.ledger, others, may=set(range(9)) - others)


async def _thousand(stage: Stage) -> None:
    await stage.start()
    stage.feed = entries(_MANY)
    await stage.publish(*stage.feed)
    await expect(stage.ledger, range(_MANY))


async def _wrong_password(stage: Stage) -> None:
    stage.feed = entries(2)
    await stage.publish(*stage.feed)
    await stage.spawn(password="not-the-password")  # noqa: S106 - that is the point
    code = await stage.ended_by_itself()
    if code == 0:
        raise Failed("it ended as if all were well")
    if taken := indexes(stage.ledger()):
        raise Failed(f"it took in {taken} without having logged in")


SCENARIOS: Final = (
    Scenario("in-order", "entries are taken in, in their order", _in_order),
    Scenario("twice", "what comes twice is taken in once", _twice),
    Scenario("hole", "what was lost on the way is asked for", _hole),
    Scenario("late", "what comes late is taken in once, in its place", _late),
    Scenario("restart", "a crash in the middle loses nothing and doubles nothing", _restart),
    Scenario("from-zero", "a stream that begins anew is not taken in again", _from_zero),
    Scenario("memory-lost", "without its memory it begins at the first entry", _memory_lost),
    Scenario("unknown-field", "a newer platform's field does not stop it", _unknown_field),
    Scenario("unknown-type", "a newer platform's event does not stop it", _unknown_type),
    Scenario("erased", "an entry whose data was erased does not stop it", _erased),
    Scenario("unreadable", "an entry it cannot read stops that case alone", _unreadable),
    Scenario("thousand", "a thousand at once are all taken in", _thousand),
    Scenario("wrong-password", "a wrong password is told, not waited out", _wrong_password),
)
