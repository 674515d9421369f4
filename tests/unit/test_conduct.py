"""The invented jobcenter: mostly well, the same for the same sheet, and kinder the second time."""

from collections import Counter
from datetime import date, timedelta

from staffel_contracts.codes import RejectReason, SheetField
from staffel_contracts.examples.conduct import RETIREMENT_AGE, Conduct, conduct

DAY = date(2025, 5, 1)
ADULT = {SheetField.BIRTH_DATE: "1990-03-04", SheetField.GIVEN_NAME: "Amal"}
CHILD = {SheetField.BIRTH_DATE: "2020-03-04"}
OLD = {SheetField.BIRTH_DATE: (DAY - timedelta(days=(RETIREMENT_AGE + 1) * 366)).isoformat()}
MANY = range(600)


def test_the_same_sheet_is_treated_the_same_way() -> None:
    first, second = (conduct(1, "d1", ADULT, DAY, again=False) for _ in range(2))

    assert first == second


def test_most_handoffs_are_accepted_without_a_question() -> None:
    plain = [c for c in _many(ADULT) if not (c.silent or c.rejected or c.questions)]

    assert len(plain) > 0.7 * len(MANY)


def test_there_are_questions_rejections_and_silence() -> None:
    found = _many(ADULT)

    assert any(c.silent for c in found)
    assert any(len(c.questions) == 2 for c in found)
    assert len({c.rejected for c in found}) > 3


def test_questions_ask_for_what_the_sheet_does_not_say() -> None:
    asked = Counter(code for c in _many(ADULT) for items in c.questions for code in items)

    assert asked
    assert not set(asked) & set(ADULT)


def test_whoever_is_past_the_age_limit_is_rejected_for_that() -> None:
    assert {c.rejected for c in _many(OLD)} == {RejectReason.OVER_AGE}


def test_what_is_handed_over_again_is_answered_and_accepted() -> None:
    again = [conduct(1, f"d{n}", ADULT, DAY, again=True) for n in MANY]

    assert {(c.silent, c.rejected) for c in again} == {(False, None)}


def test_children_take_no_integration_course() -> None:
    assert {c.course for c in _many(CHILD)} == {None}


def test_courses_start_no_earlier_than_expected_and_some_later() -> None:
    courses = [c.course for c in _many(ADULT) if c.course]

    assert all(c.started_after >= c.expected_after > 0 for c in courses)
    assert any(c.started_after > c.expected_after for c in courses)


def _many(fields: dict[SheetField, str]) -> list[Conduct]:
    return [conduct(1, f"d{n}", fields, DAY, again=False) for n in MANY]
