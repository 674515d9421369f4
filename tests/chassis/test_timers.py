"""Deadlines are part of the state and come back as inputs when the clock reaches them."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services.chassis.decider import Due
from services.chassis.keys.erasures import Erasure
from services.chassis.store.leftovers import leftovers
from services.chassis.store.tables import TimerRow
from services.chassis.work import DueWork, ErasureWork, ParkedWork, Timer, Work
from services.chassis.writing.timers import Timers
from tests.support.desk import PARKED, START, Toy, line, new_toy
from tests.support.toy import STAY
from tests.support.until import until

TIMER = TimerRow.__table__  # type: ignore[attr-defined]


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def watch(toy: Toy) -> Timers:
    async def decide(work: DueWork) -> None:
        toy.run(work)

    return Timers(toy.engine, toy.clock, decide)


async def until_idle(timers: Timers) -> None:
    task = asyncio.create_task(timers.run())
    async with asyncio.timeout(60):
        while not timers.idle:  # noqa: ASYNC110 - it is watched from outside
            await asyncio.sleep(0)
    task.cancel()


def leaves(toy: Toy) -> list[dict[str, Any]]:
    return [entry for entry in toy.entries() if entry["type"] == "left.v1"]


def test_the_table_holds_what_the_states_say_is_due(toy: Toy) -> None:
    toy.run(toy.visit("a"), toy.visit("b"))

    rows = toy.rows(TIMER)
    assert {row["id"]: row["moment"] for row in rows} == {
        "place/a/leave": START + STAY,
        "place/b/leave": START + STAY,
    }


async def test_a_deadline_waits_for_the_clock(toy: Toy) -> None:
    toy.run(toy.visit("a"))
    toy.clock.set(START + STAY - timedelta(microseconds=1))
    await until_idle(watch(toy))
    early = leaves(toy)

    toy.clock.set(START + STAY)
    await until_idle(watch(toy))

    assert early == []
    assert [entry["cause"] for entry in leaves(toy)] == ["due/leave"]
    assert toy.rows(TIMER) == []


async def test_a_thousand_deadlines_at_once_each_come_once(toy: Toy) -> None:
    toy.run(*(toy.visit(f"p{n}") for n in range(500)))
    toy.run(*(toy.visit(f"q{n}") for n in range(500)))
    toy.clock.set(START + STAY)

    await until_idle(watch(toy))

    assert len(leaves(toy)) == len({entry["subject"] for entry in leaves(toy)}) == 1000


def test_a_deadline_that_moved_is_passed_over(toy: Toy) -> None:
    toy.run(toy.visit("a", "v1"))
    toy.clock.set(START + timedelta(days=1))
    toy.run(toy.visit("a", "v2"))

    toy.run(DueWork([Timer("place", "a", "leave", START + STAY)]))

    assert leaves(toy) == []


def test_a_deadline_told_twice_counts_once(toy: Toy) -> None:
    toy.run(toy.visit("a"))
    due = Timer("place", "a", "leave", START + STAY)

    toy.run(DueWork([due, due]))
    toy.run(DueWork([due]))

    assert len(leaves(toy)) == 1


async def test_a_deadline_that_its_decider_ignores_is_parked_and_does_not_spin(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = toy.writer.desk.shelves["place"]
    monkeypatch.setitem(shelf.__dict__, "subject", _deaf(shelf.subject))
    toy.run(toy.visit("a"))
    toy.clock.set(START + STAY)

    await until_idle(watch(toy))

    (row,) = toy.rows(PARKED)
    assert (row["id"], row["reason"]) == ("due/place/a/leave", "our bug: NotConsumed")


async def test_a_deadline_of_whom_is_being_erased_is_set_aside_and_goes_with_them(
    toy: Toy,
) -> None:
    toy.run(toy.visit("a"), toy.visit("b"))
    key = toy.keyring.keys_of(["p-a"])["p-a"]
    one = Erasure(key.key_id, key.owner, "a", line(0, "a", b'{"words":1}', None, None).decode())
    toy.keyring.destroy([one])
    toy.clock.set(START + STAY)

    await until_idle(watch(toy))

    (row,) = toy.rows(PARKED)
    assert (row["id"], row["reason"]) == ("due/place/a/leave", "cannot be written: PersonErased")
    assert [entry["subject"] for entry in leaves(toy)] == ["b"]
    with toy.engine.connect() as conn:
        left = leftovers(conn, {one.key_id: "a"})[one.key_id]
    toy.run(ErasureWork(one, left))
    assert toy.rows(PARKED) == []
    assert toy.writer.desk.parked == set()


async def test_a_deadline_set_while_timers_look_is_not_forgotten(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers = watch(toy)
    far_deadline(toy)
    toy.run(toy.visit("a"))
    toy.clock.set(START + STAY)
    read = timers.next_moment

    def read_too_early() -> datetime | None:
        found = read()
        monkeypatch.setattr(timers, "next_moment", read)
        toy.run(toy.visit("b"))  # it leaves after a, and before the far one
        timers.heard_of(START + 2 * STAY)
        return found

    monkeypatch.setattr(timers, "next_moment", read_too_early)
    await until_idle(timers)
    toy.clock.set(START + 2 * STAY)
    timers.wake()
    await until_idle(timers)

    assert [entry["subject"] for entry in leaves(toy)] == ["a", "b"]


async def test_a_deadline_whose_commit_got_no_answer_is_not_forgotten(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers, commit = watch(toy), toy.writer._commit  # noqa: SLF001 - its answer is what gets lost
    told = (lambda _, result: timers.heard_of(result.earliest_due),)
    monkeypatch.setattr(toy.writer, "_committed", told)
    far_deadline(toy)
    await until_idle(timers)

    def unanswered(works: list[Work]) -> None:
        monkeypatch.undo()
        monkeypatch.setattr(toy.writer, "_committed", told)
        commit(works)
        raise OperationalError(None, None, ConnectionError())

    monkeypatch.setattr(toy.writer, "_commit", unanswered)
    (answer,) = toy.run(toy.visit("a"))
    await until_idle(timers)
    toy.clock.set(START + STAY)
    timers.wake()
    await until_idle(timers)

    assert answer.status == 200
    assert [entry["subject"] for entry in leaves(toy)] == ["a"]


async def test_a_dropped_deadline_silences_no_later_one(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, timers = toy.writer.desk.shelves["place"], watch(toy)
    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(shelf.__dict__, "subject", _deaf(shelf.subject))
        toy.run(toy.visit("a"))
        toy.clock.set(START + STAY)
        await until_idle(timers)
    toy.run(ParkedWork("a", "due/place/a/leave", drop=True))
    timers.wake()
    await until_idle(timers)
    dropped = leaves(toy)

    toy.run(toy.visit("a", "v2"))
    toy.clock.set(START + 2 * STAY)
    timers.wake()
    await until_idle(timers)

    assert dropped == []
    assert len(leaves(toy)) == 1
    assert toy.parked() == {"due/place/a/leave": "dropped"}


def far_deadline(toy: Toy) -> None:
    """Another deadline that the clock does not reach."""
    timer = Timer("place", "far", "leave", START + 10 * STAY)
    with toy.engine.begin() as conn:
        conn.execute(TIMER.insert().values(id=timer.id, **timer._asdict()))


def _deaf(subject: Any) -> Any:
    def decide(state: Any, given: Any, at: Any) -> Any:
        return [] if isinstance(given, Due) else subject.decide(state, given, at)

    return replace(subject, decide=decide)


async def test_why_no_deadline_is_looked_for_is_told_until_it_is(toy: Toy) -> None:
    timers = watch(toy)
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE timer RENAME TO away")
    task = asyncio.create_task(timers.run())
    await until(lambda: timers.problem is not None)
    told = timers.problem
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE away RENAME TO timer")
    await until(lambda: timers.problem is None)
    task.cancel()

    assert told is not None
    assert told.startswith("the database knows not what is asked for (")
