"""Whoever moved on is corrected also where they lived before: on every sheet that told of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from services.casework.beside import told_of
from services.chassis.decider import Heard
from services.chassis.work import ParkedWork
from staffel_contracts.codes import RestrictionReason
from staffel_contracts.commands.casework import RestrictProcessing
from staffel_contracts.commands.intake import (
    CorrectPerson,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.intake import HouseholdFormed, PersonCorrected
from tests.service.test_corrections import corrected_members, news
from tests.support.entries import RECEIVER, SENDER
from tests.support.family import (
    RIGHT,
    THERE,
    THIRD,
    WRONG,
    a_child,
    admit,
    correct,
    erase,
    file_of,
    form,
    leave,
    lived,
    move,
    sheets_on,
    shown,
)
from tests.support.given import day
from tests.support.homely import NAMES
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

on_both = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Four services on SQLite, some tests on PostgreSQL as well; it is 7 January 2025."""
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            urls = {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}
        yield stack.enter_context(new_house(urls, tmp_path, "2025-01-07"))


def told(house: House) -> list[str]:
    """On whose cases the receiver was told of a correction, each time."""
    return sorted(one["subject"] for one in news(house).get(RECEIVER, []))


@on_both
def test_who_moved_on_is_corrected_where_they_lived_before(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]
    assert lived(house, child) == [("H-1", False), ("H-2", True)]
    assert not {"H-2", child} & set(repr(news(house)[RECEIVER]).split("'"))
    assert house.faults() == []


def test_all_households_are_told_of_whoever_lived_in_three(house: House) -> None:
    mothers = [admit(house, f"M{n}", f"H-{n}") for n in (1, 2, 3)]
    child = a_child(house, "H-1")
    form(house, "H-2", "M2", "Noor")
    sheets_on(house, "2025-04-07", "M1", "M2", "M3")
    form(house, "H-3", "M3", "Noor")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False), ("H-2", False), ("H-3", True)]
    # The sheet of the first was made when the child had moved on, and never told of it.
    assert told(house) == sorted(mothers[1:])
    assert house.faults() == []


@on_both
def test_who_moved_back_is_told_of_once(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    form(house, "H-2", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-1", "Samira", "Noor")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False), ("H-2", False), ("H-1", True)]
    assert told(house) == [mother]
    assert house.faults() == []


def test_a_sheet_that_was_made_after_they_left_never_told_of_them(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-1")
    form(house, "H-2", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    assert shown(house, mother) == set()

    correct(house, birth_date=RIGHT)

    assert told(house) == []


def test_who_came_into_the_household_after_they_left_never_told_of_them(house: House) -> None:
    admit(house, "Samira")
    a_child(house, "H-1")
    form(house, "H-2", "Noor")
    house.on("2025-01-08")
    form(house, "H-1", "Samira")
    sheets_on(house, "2025-04-07", "Samira")

    correct(house, birth_date=RIGHT)

    assert (corrected_members(house), told(house)) == ([], [])


def test_a_sheet_that_was_made_before_they_joined_tells_of_them_too(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house)
    sheets_on(house, "2025-04-07", "Samira")
    assert shown(house, mother) == set()
    form(house, "H-1", "Samira", "Noor")
    assert shown(house, mother) == {WRONG.isoformat()}
    form(house, "H-2", "Noor")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]


def test_who_left_with_their_sheet_never_told_of_whom_they_met_elsewhere(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-2")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Samira", "Noor")
    assert shown(house, mother) == set()

    correct(house, birth_date=RIGHT)

    assert (corrected_members(house), told(house)) == ([], [])


def test_who_is_corrected_twice_is_told_of_twice(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")

    correct(house, birth_date=RIGHT)
    house.on("2025-04-09")
    correct(house, birth_date=day("2018-04-01"))

    assert told(house) == [mother, mother]


@on_both
def test_a_wrong_household_is_corrected_where_it_was_told_and_where_it_was_missing(
    house: House,
) -> None:
    first, wrong, right = (admit(house, f"M{n}", f"H-{n}") for n in (1, 2, 3))
    a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "M1", "M2", "M3")
    form(house, "H-2", "M2", "Noor")

    correct(house, household_ref="H-3")

    assert first not in told(house)
    assert told(house) == sorted([wrong, right])

    correct(house, birth_date=RIGHT)

    assert told(house) == sorted([first, wrong, wrong, right, right])
    assert house.faults() == []


def test_who_left_and_joined_nobody_is_corrected_where_they_lived(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    child = a_child(house, "H-1")
    form(house, "H-1", "Samira", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    leave(house, "H-1", "Noor", "Samira")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False)]
    assert told(house) == [mother]
    assert house.faults() == []


def test_data_that_is_only_stored_is_corrected_all_the_same(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    contested = RestrictionReason.ACCURACY_CONTESTED
    for case in (mother, child):
        today = day("2025-04-07")
        house.ask(RestrictProcessing(case=case, restricted_on=today, reason_code=contested), SENDER)

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]


@on_both
def test_an_erased_person_is_in_no_household_and_told_of_nobody(house: House) -> None:
    mother, aunt = admit(house, "Samira", "H-1"), admit(house, "Amal", "H-1", "1950-02-03")
    child = a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    erase(house, aunt)

    correct(house, birth_date=RIGHT)

    assert lived(house, aunt) == []
    assert told(house) == [mother]
    assert house.faults() == []

    erase(house, child)

    assert lived(house, child) == []
    assert lived(house, mother) == [("H-1", True)]
    assert house.faults() == []


def test_who_was_taken_in_where_the_family_moved_is_told_of_with_them(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    move(house, mother, SENDER, THERE, "2025-02-01")
    there = file_of("Noor") | {"district": "13074"}
    admit(house, "Noor", "H-1", WRONG.isoformat(), "13074")
    move(house, mother, THERE, THIRD, "2025-03-01")

    wish = CorrectPerson(**there, corrected_on=day("2025-03-01"), birth_date=RIGHT)
    assert "entries" in house.ask(wish, THERE)

    assert [one["subject"] for one in news(house)[THIRD]] == [mother]
    assert house.faults() == []


def test_sheets_made_while_a_leaving_was_parked_are_corrected(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    shelf = house.rooms["casework"].writer.desk.shelves["case"]
    whole = shelf.subject

    def broken(state: Any, given: Any, at: datetime) -> list[Fact]:
        if state.case_id == child and isinstance(getattr(given, "fact", None), HouseholdFormed):
            raise ZeroDivisionError
        return whole.decide(state, given, at)

    shelf.subject = replace(whole, decide=broken)
    form(house, "H-2", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    assert shown(house, mother) == {WRONG.isoformat()}
    correct(house, birth_date=RIGHT)
    shelf.subject = whole

    house._run(house.rooms["casework"], ParkedWork(child, ""))  # noqa: SLF001
    house.carry()

    assert (lived(house, child), told(house)) == ([("H-1", False), ("H-2", True)], [mother])
    assert house.faults() == []


def test_many_corrections_are_looked_up_at_once(house: House) -> None:
    mothers = [admit(house, f"M{n}", f"H-{n}") for n in range(3)]
    children = [admit(house, f"C{n}", f"H-{n}", WRONG.isoformat()) for n in range(3)]
    sheets_on(house, "2025-04-07", "M0", "M1", "M2")
    fact = PersonCorrected(corrected_on=day("2025-04-07"), birth_date=RIGHT)
    heard = [
        Heard(fact, "intake", 99 + n, child, "p-1", "12069", house.clock.now(), f"{n}")
        for n, child in enumerate(children)
    ]
    asked: list[str] = []
    engine = house.rooms["casework"].engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    with engine.connect() as conn:
        found = told_of(conn, heard)

    assert [[*cases] for cases in found] == [[mother] for mother in mothers]
    assert sum("SELECT" in one for one in asked) == 3  # by case, by household, sheets
