"""What is said of one case may concern another: that one decides too, and keeps nothing of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from services.chassis.decider import Heard
from services.chassis.service import Route
from services.chassis.work import ParkedWork
from tests.support.desk import Toy, hear, new_toy
from tests.support.toy import PLACE, TOY, PlaceRow, Rumoured, RumourRow, VisitorRow

RUMOUR = RumourRow.__table__  # type: ignore[attr-defined]
PLACES = PlaceRow.__table__  # type: ignore[attr-defined]
VISITORS = VisitorRow.__table__  # type: ignore[attr-defined]


def _other_places(conn: Connection, heard: Sequence[Heard[Any]]) -> list[dict[str, str]]:
    """Every other place that somebody has visited, each told which one is spoken of."""
    known = conn.scalars(select(PLACES.c.place).order_by(PLACES.c.place)).all()
    return [{place: f"from-{one.case}" for place in known if place != one.case} for one in heard]


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    """Two places, each rumoured of once; what is said of one concerns all that were visited."""
    route = Route(PLACE, lambda heard: str(heard.case), concerned=_other_places)
    with new_toy(database, tmp_path) as toy:
        toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b")))
        toy.run(toy.visit("a"), toy.visit("b", "v2"))
        toy.writer.desk.service = replace(TOY, hears={"gossip": {Rumoured: route}})
        yield toy


def said_of(toy: Toy, cause: str) -> list[str]:
    return [entry["subject"] for entry in toy.entries() if entry["cause"] == cause]


def test_whom_it_concerns_decides_and_only_whom_it_names_keeps_it(toy: Toy) -> None:
    lines = [toy.gossip(0, "a"), toy.gossip(1, "b"), toy.gossip(2, "a", 5)]

    toy.run(hear(lines[2], start=2))

    assert said_of(toy, "gossip/2") == ["a", "b"]
    assert {"by": "from-a", "place": "b"} in toy.rows(VISITORS)
    assert {row["place"]: row["words"] for row in toy.rows(RUMOUR)} == {"a": 6, "b": 1}
    assert toy.differences(lines) == []


def test_whom_a_batch_concerns_is_looked_up_once(toy: Toy) -> None:
    lines = [toy.gossip(2 + n, "ab"[n % 2]) for n in range(40)]
    asked: list[str] = []
    event.listen(toy.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    toy.run(hear(*lines, start=2))

    assert sum("ORDER BY toy_place.place" in one for one in asked) == 1
    assert said_of(toy, "gossip/41") == ["b", "a"]


def test_nothing_is_said_of_a_case_that_waits_because_another_was_spoken_of(toy: Toy) -> None:
    toy.run(hear(toy.gossip(2, "b", 13), start=2))
    toy.run(hear(toy.gossip(3, "a"), start=3))

    assert toy.parked() == {"gossip/2": "broken", "gossip/3": "broken"}
    assert said_of(toy, "gossip/3") == []

    toy.run(ParkedWork("b", "gossip/2", drop=True))
    toy.run(ParkedWork("a", "gossip/3"))

    assert said_of(toy, "gossip/3") == ["a", "b"]
    assert toy.parked() == {"gossip/2": "dropped"}
