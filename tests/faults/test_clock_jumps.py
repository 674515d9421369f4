"""The clock jumps: no moment goes back in a log, no deadline comes early, none comes twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from services.chassis.work import DueWork, Timer
from tests.support.desk import START, Toy, new_toy
from tests.support.toy import STAY

JUMPS = (timedelta(hours=1), timedelta(hours=-25), timedelta(days=-1), timedelta(days=2))


class Unsteady:
    """A clock that can be put back, as NTP or a person does."""

    def __init__(self) -> None:
        """Begin right."""
        self.moment = START

    def now(self) -> datetime:
        """What it shows."""
        return self.moment


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def times(toy: Toy) -> list[str]:
    return [entry["time"] for entry in toy.entries()]


def leave(toy: Toy, moment: datetime) -> None:
    """The deadline is fed back as the timers do once they see it reached."""
    toy.run(DueWork([Timer("place", "p-1", "leave", moment)]))


def left(toy: Toy) -> int:
    return sum(entry["type"] == "left.v1" for entry in toy.entries())


def test_no_moment_goes_back_in_a_log_however_the_clock_jumps(toy: Toy) -> None:
    clock = Unsteady()
    toy.writer._clock = clock  # noqa: SLF001 - a clock that goes back can be had in no other way

    for number, jump in enumerate(JUMPS):
        clock.moment += jump
        toy.run(toy.visit(f"p-{number}"))

    assert len(times(toy)) == 2 * len(JUMPS)
    assert all(one <= other for one, other in pairwise(times(toy)))


def test_a_deadline_comes_neither_early_nor_twice(toy: Toy) -> None:
    clock = Unsteady()
    toy.writer._clock = clock  # noqa: SLF001 - as above
    toy.run(toy.visit("p-1"))
    due = START + STAY

    clock.moment = due + timedelta(hours=1)
    leave(toy, due)
    clock.moment = START
    leave(toy, due)

    assert left(toy) == 1
    assert toy.differences([]) == []
