"""Households that a person belonged to: kept as they were told, and whose sheets told of whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.casework.memberships import (
    Membership,
    Sheet,
    Told,
    agencies,
    concerned,
    membership_rows,
    shared,
    told,
)
from services.casework.person_copy import Person, evolve_person
from services.chassis.decider import Heard
from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import HouseholdKind
from staffel_contracts.facts.intake import HouseholdChanged, HouseholdFormed, PersonCorrected
from tests.support.entries import RECEIVER, SENDER, admitted
from tests.support.given import CASE, DISTRICT, day

MINE, OTHER, THERE = "50-4711", "50-4712", "district-13074"
Rows = list[tuple[str, str, str, str | None]]


def at(number: int) -> datetime:
    """Nine o'clock on a day of April."""
    return start_of_day(day("2025-04-01")) + timedelta(days=number - 1, hours=9)


def heard(fact: Any, number: int) -> Heard[Any]:
    return Heard(fact, "intake", number, CASE, "person-1", DISTRICT, at(number), "id")


def formed(household: str, *members: str, changed: bool = False) -> Any:
    kind = HouseholdChanged if changed else HouseholdFormed
    told: dict[str, Any] = {"household_kind": HouseholdKind.FAMILY, "member_refs": members}
    told["changed_on" if changed else "formed_on"] = day("2025-04-01")
    return kind(household_ref=household, **told)


def corrected(**values: Any) -> PersonCorrected:
    return PersonCorrected(corrected_on=day("2025-04-09"), **values)


def kept(*facts: Any) -> Rows:
    """The rows after these were heard, each a day later: number, household, since, until."""
    copy, rows = Person(CASE), dict[str, dict[str, Any]]()
    for number, fact in enumerate(facts, 1):
        given = heard(fact, number)
        later = evolve_person(copy, given)
        rows |= {row["membership_id"]: row for row in membership_rows(copy, later, given)}
        copy = later
    return [
        (key, row["household_ref"], f"{row['since']:%d}", row["until"] and f"{row['until']:%d}")
        for key, row in rows.items()
    ]


ADMITTED = admitted().model_copy(update={"household_ref": "H-1", "file_reference": MINE})
HISTORIES: dict[str, tuple[list[Any], Rows]] = {
    "in none": ([ADMITTED.model_copy(update={"household_ref": None})], []),
    "told again": ([ADMITTED, formed("H-1", MINE, OTHER)], [(f"{CASE}/1", "H-1", "01", None)]),
    "moved back": (
        [ADMITTED, formed("H-2", MINE), formed("H-1", MINE, OTHER)],
        [
            (f"{CASE}/1", "H-1", "01", "02"),
            (f"{CASE}/2", "H-2", "02", "03"),
            (f"{CASE}/3", "H-1", "03", None),
        ],
    ),
    "left for none, then corrected": (
        [ADMITTED, formed("H-1", OTHER, changed=True), corrected(household_ref="H-1")],
        [(f"{CASE}/1", "H-1", "01", "02"), (f"{CASE}/2", "H-1", "03", None)],
    ),
    "another household told of": (
        [ADMITTED, formed("H-2", OTHER)],
        [(f"{CASE}/1", "H-1", "01", None)],
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_every_household_is_kept_with_when_it_was_told(name: str) -> None:
    facts, rows = HISTORIES[name]

    assert kept(*facts) == rows


def lived(case: str, household: str, since: int, until: int | None = None) -> Membership:
    end = {} if until is None else {"until": at(until)}
    return Membership(case, household, at(since), **end)


KNOWN = [lived(CASE, "H-2", 3, 5), lived(CASE, "H-1", 1, 3), lived(CASE, "H-3", 5)]


def sheet(ref: str, household: str | None, of: str = SENDER, to: str = RECEIVER) -> Sheet:
    return Sheet(ref, household, of, to)


def households(fact: PersonCorrected, known: list[Membership]) -> list[str]:
    return [one.household for one in concerned(heard(fact, 9), known)]


def test_a_birth_date_was_wrong_in_every_household() -> None:
    assert households(corrected(birth_date=day("2018-03-01")), KNOWN) == ["H-1", "H-2", "H-3"]


def test_a_household_was_wrong_in_the_last_one_and_missing_in_the_right_one() -> None:
    wrong, right = concerned(heard(corrected(household_ref="H-4"), 9), KNOWN)

    assert (wrong.household, right.household) == ("H-3", "H-4")
    assert (right.since, right.until) == (wrong.since, wrong.until)


def test_a_household_that_nobody_knew_was_missing_from_the_beginning() -> None:
    (right,) = concerned(heard(corrected(household_ref="H-4"), 9), [])

    assert shared([right], [lived("c-2", "H-4", 1, 2)]) == {"c-2": {"H-4": at(2)}}


def test_a_name_stands_on_no_sheet_of_others() -> None:
    assert concerned(heard(corrected(given_name="Nour"), 9), KNOWN) == []


@pytest.mark.parametrize(
    ("since", "until", "last"),
    [(1, 2, None), (6, None, None), (1, None, 5), (1, 4, 4), (4, 9, 5), (4, 4, 4)],
)
def test_others_are_told_of_while_both_belong_to_it(
    since: int, until: int | None, last: int | None
) -> None:
    found = shared([lived(CASE, "H-2", 3, 5)], [lived("c-2", "H-2", since, until)])

    assert found == ({"c-2": {"H-2": at(last)}} if last else {})


def test_who_belongs_to_another_household_is_told_nothing() -> None:
    assert shared([lived(CASE, "H-2", 3)], [lived("c-2", "H-1", 3), lived(CASE, "H-2", 1)]) == {}


def test_who_came_back_was_told_of_until_the_last_time() -> None:
    mine = [lived(CASE, "H-1", 1, 2), lived(CASE, "H-1", 4, 6)]

    assert shared(mine, [lived("c-2", "H-1", 1)]) == {"c-2": {"H-1": at(6)}}


def test_a_sheet_tells_of_the_household_that_stands_on_it() -> None:
    sheets = [sheet("s-2", "H-2"), sheet("s-1", "H-1"), sheet("s-0", None)]

    found = told(sheets, {"H-1": at(6), "H-3": at(9)}, {SENDER})
    assert found == Told(("s-1",), day("2025-04-06"))
    assert told(sheets, {"H-3": at(9)}, {SENDER}) is None


def test_a_sheet_tells_of_nobody_whose_case_another_agency_has() -> None:
    fact = heard(corrected(birth_date=day("2018-03-01")), 9)
    sheets = [sheet("s-1", "H-1"), sheet("s-2", "H-1", THERE)]

    here, moved = agencies(fact, []), agencies(fact, [sheet("s-9", None, SENDER, THERE)])

    assert told(sheets, {"H-1": at(6)}, here) == Told(("s-1",), day("2025-04-06"))
    assert told(sheets, {"H-1": at(6)}, moved) == Told(("s-1", "s-2"), day("2025-04-06"))
