"""What holds of the legal calendar for every day and every Land."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.legal_calendar import (
    FIRST_YEAR,
    LAENDER,
    LAST_YEAR,
    Land,
    add_months,
    add_working_days,
    first_of_next_month,
    is_working_day,
    last_day_of_months,
    last_of_month,
    legal_date,
    next_working_day,
    roll_over,
    start_of_day,
)

DAY = timedelta(days=1)
DAYS = st.dates(date(FIRST_YEAR + 1, 1, 1), date(LAST_YEAR - 1, 12, 31))
MOMENTS = st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
SOME_LAND = st.sampled_from(LAENDER)


@given(day=DAYS, land=SOME_LAND)
def test_rolling_over_twice_changes_nothing_more(day: date, land: Land) -> None:
    end = roll_over(day, land)

    assert is_working_day(end, land)
    assert roll_over(end, land) == end
    assert day <= end <= day + timedelta(days=5)


@given(day=DAYS, land=SOME_LAND)
def test_no_working_day_is_skipped_on_the_way(day: date, land: Land) -> None:
    end = next_working_day(day, land)

    skipped = [day + timedelta(days=number) for number in range((end - day).days)]
    assert not any(is_working_day(each, land) for each in skipped)


@given(day=DAYS, later=st.integers(0, 40), land=SOME_LAND)
def test_a_later_end_never_rolls_over_to_an_earlier_day(day: date, later: int, land: Land) -> None:
    rolled = roll_over(day, land)

    assert rolled <= roll_over(day + timedelta(days=later), land)


@given(day=DAYS, number=st.integers(-30, 30), land=SOME_LAND)
def test_counting_working_days_there_and_back_ends_where_it_began(
    day: date, number: int, land: Land
) -> None:
    begin = roll_over(day, land)

    end = add_working_days(begin, number, land)

    assert is_working_day(end, land)
    assert add_working_days(end, -number, land) == begin


@given(
    day=DAYS, one=st.integers(0, 15), other=st.integers(0, 15), sign=st.sampled_from([1, -1]),
    land=SOME_LAND,
)  # fmt: skip
def test_working_days_add_up(day: date, one: int, other: int, sign: int, land: Land) -> None:
    in_steps = add_working_days(add_working_days(day, sign * one, land), sign * other, land)

    assert in_steps == add_working_days(day, sign * (one + other), land)


@given(day=DAYS)
def test_months_follow_one_another_without_a_hole(day: date) -> None:
    following = first_of_next_month(day)

    assert following == last_of_month(day) + DAY
    assert following.day == 1
    assert (following - DAY).month == day.month


@given(day=DAYS, number=st.integers(1, 60))
def test_months_that_follow_whole_months_lie_right_behind_them(day: date, number: int) -> None:
    last = last_day_of_months(day, number)

    assert add_months(day, number) - DAY <= last <= add_months(day, number)
    assert (last.year - day.year) * 12 + last.month - day.month in {number, number - 1}


@given(day=DAYS)
def test_the_moment_a_day_begins_belongs_to_it_and_the_one_before_does_not(day: date) -> None:
    start = start_of_day(day)

    assert legal_date(start) == day
    assert legal_date(start - timedelta(microseconds=1)) == day - DAY


@given(moment=MOMENTS)
def test_every_moment_lies_within_its_legal_date(moment: datetime) -> None:
    day = legal_date(moment)

    assert start_of_day(day) <= moment < start_of_day(day + DAY)
