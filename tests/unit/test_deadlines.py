"""The agreed periods of a handoff, over weekends, holidays and late receivers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.legal_calendar import LAENDER, Land, add_working_days, is_working_day
from services.jobcenter_bridge.deadlines import (
    acknowledge_by,
    decide_by,
    effective_on,
    expires_on,
    submit_by,
)

DATES = st.dates(date(2011, 1, 1), date(2040, 12, 31))
SOME_LAND = st.sampled_from(LAENDER)


def test_a_handoff_is_submitted_three_weeks_before_the_end() -> None:
    assert submit_by(date(2025, 4, 30)) == date(2025, 4, 9)


def test_the_receiver_takes_over_on_the_day_after_the_end() -> None:
    assert effective_on(date(2025, 12, 31)) == date(2026, 1, 1)


def test_an_answer_is_awaited_for_fourteen_days() -> None:
    assert expires_on(date(2025, 4, 9)) == date(2025, 4, 23)


@pytest.mark.parametrize(
    ("delivered_on", "land", "by"),
    [
        (date(2025, 4, 9), "BB", date(2025, 4, 14)),
        (date(2025, 4, 12), "BB", date(2025, 4, 16)),
        (date(2025, 4, 17), "BB", date(2025, 4, 24)),
        (date(2025, 10, 29), "BB", date(2025, 11, 4)),
        (date(2025, 10, 29), "BE", date(2025, 11, 3)),
        (date(2025, 12, 23), "BB", date(2025, 12, 30)),
    ],
)
def test_a_handoff_is_taken_up_within_three_working_days(
    delivered_on: date, land: Land, by: date
) -> None:
    assert acknowledge_by(delivered_on, land) == by


@pytest.mark.parametrize(
    ("acknowledged_on", "end_on", "by"),
    [
        (date(2025, 4, 14), date(2025, 5, 31), date(2025, 4, 30)),  # ten working days
        (date(2025, 4, 14), date(2025, 4, 30), date(2025, 4, 23)),  # five before the end
        (date(2025, 4, 22), date(2025, 4, 30), date(2025, 4, 23)),
        (date(2025, 4, 23), date(2025, 4, 30), date(2025, 4, 24)),  # the next day in any case
        (date(2025, 4, 30), date(2025, 4, 30), date(2025, 5, 2)),
        (date(2025, 5, 9), date(2025, 4, 30), date(2025, 5, 12)),
    ],
)
def test_a_decision_leaves_time_to_act_upon_it(
    acknowledged_on: date, end_on: date, by: date
) -> None:
    assert decide_by(acknowledged_on, end_on, "BB") == by


@given(acknowledged_on=DATES, end_on=DATES, land=SOME_LAND)
def test_the_receiver_always_has_a_working_day_and_never_more_than_ten(
    acknowledged_on: date, end_on: date, land: Land
) -> None:
    by = decide_by(acknowledged_on, end_on, land)

    assert is_working_day(by, land)
    assert add_working_days(acknowledged_on, 1, land) <= by
    assert by <= add_working_days(acknowledged_on, 10, land)


@given(acknowledged_on=DATES, end_on=DATES, later=st.integers(0, 60), land=SOME_LAND)
def test_a_later_end_never_shortens_the_time_to_decide(
    acknowledged_on: date, end_on: date, later: int, land: Land
) -> None:
    by = decide_by(acknowledged_on, end_on, land)

    assert by <= decide_by(acknowledged_on, end_on + timedelta(days=later), land)
