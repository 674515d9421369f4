"""The legal calendar against the holiday laws of the Länder, worked out here a second time."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from services.chassis.legal_calendar import (
    FIRST_YEAR,
    LAENDER,
    LAST_YEAR,
    Land,
    NaiveMoment,
    OutsideCalendar,
    UnknownLand,
    add_months,
    add_weeks,
    add_working_days,
    first_of_month,
    first_of_next_month,
    is_working_day,
    land_of_district,
    last_day_of_months,
    last_of_month,
    legal_date,
    roll_over,
    start_of_day,
)

EVERYWHERE = ["01-01", "05-01", "10-03", "12-25", "12-26"]
AFTER_EASTER = [-2, 1, 39, 50]
CORPUS_CHRISTI = 60
OF_ONE_LAND: dict[Land, list[str]] = {
    "BB": ["10-31"],
    "BE": ["03-08"],
    "BW": ["01-06", "11-01"],
    "BY": ["01-06", "11-01"],
    "HB": ["10-31"],
    "HE": [],
    "HH": ["10-31"],
    "MV": ["03-08", "10-31"],
    "NI": ["10-31"],
    "NW": ["11-01"],
    "RP": ["11-01"],
    "SH": ["10-31"],
    "SL": ["08-15", "11-01"],
    "SN": ["10-31"],
    "ST": ["01-06", "10-31"],
    "TH": ["09-20", "10-31"],
}
WITH_CORPUS_CHRISTI = {"BW", "BY", "HE", "NW", "RP", "SL"}
ONCE = {("BE", date(2025, 5, 8)), ("BE", date(2028, 6, 17))}


def _easter(year: int) -> date:
    """Easter Sunday after Gauss, for the years 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    week = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    days = moon + week
    days -= 7 * (days == 35 or (days == 34 and moon == 28 and year % 19 > 10))
    return date(year, 3, 22) + timedelta(days=days)


def _is_holiday(day: date, land: Land) -> bool:
    """The law as of 2023, written down from the holiday acts."""
    since_easter = (day - _easter(day.year)).days
    repentance = date(day.year, 11, 22) - timedelta(days=(date(day.year, 11, 22).weekday() - 2) % 7)
    return (
        f"{day:%m-%d}" in EVERYWHERE + OF_ONE_LAND[land]
        or since_easter in AFTER_EASTER
        or (since_easter == CORPUS_CHRISTI and land in WITH_CORPUS_CHRISTI)
        or (day == repentance and land == "SN")
        or (land, day) in ONCE
    )


@pytest.mark.parametrize("land", LAENDER)
def test_holidays_are_those_of_the_holiday_acts(land: Land) -> None:
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(365 * 16)]

    working = [day for day in days if is_working_day(day, land)]

    assert working == [day for day in days if day.weekday() < 5 and not _is_holiday(day, land)]


@pytest.mark.parametrize(
    ("day", "land", "working"),
    [
        (date(2025, 10, 31), "BB", False),
        (date(2025, 10, 31), "BE", True),
        (date(2017, 10, 31), "BE", False),  # 500 years of the Reformation, once and everywhere
        (date(2024, 3, 8), "BE", False),
        (date(2024, 3, 8), "MV", False),
        (date(2024, 3, 8), "BB", True),
        (date(2018, 3, 8), "BE", True),  # Women's Day since 2019 in Berlin,
        (date(2022, 3, 8), "MV", True),  # since 2023 in Mecklenburg-Vorpommern
        (date(2025, 6, 19), "BY", False),
        (date(2025, 6, 19), "SN", True),  # Corpus Christi in some municipalities only
        (date(2025, 8, 15), "SL", False),
        (date(2025, 8, 15), "BY", True),  # Assumption Day in some municipalities only
        (date(2025, 8, 8), "BY", True),  # the peace feast is Augsburg's alone
        (date(2024, 9, 20), "TH", False),
        (date(2018, 9, 20), "TH", True),
        (date(2025, 5, 8), "BE", False),  # 80 years after the war, once
        (date(2024, 12, 24), "BY", True),
        (date(2024, 12, 31), "BY", True),
        (date(1994, 11, 16), "BB", False),  # Repentance Day was given up in 1995
        (date(1995, 11, 22), "BB", True),
    ],
)
def test_a_holiday_holds_where_and_when_it_is_law(day: date, land: Land, *, working: bool) -> None:
    found = is_working_day(day, land)

    assert found is working


@pytest.mark.parametrize(
    ("day", "land", "end"),
    [
        (date(2025, 4, 3), "BB", date(2025, 4, 3)),
        (date(2025, 4, 5), "BB", date(2025, 4, 7)),
        (date(2025, 4, 6), "BB", date(2025, 4, 7)),
        (date(2025, 4, 18), "BB", date(2025, 4, 22)),  # Good Friday to the Tuesday after Easter
        (date(2025, 12, 25), "BB", date(2025, 12, 29)),
        (date(2026, 1, 1), "BB", date(2026, 1, 2)),
        (date(2025, 5, 31), "BB", date(2025, 6, 2)),
        (date(2025, 10, 31), "BB", date(2025, 11, 3)),
        (date(2024, 10, 31), "SN", date(2024, 11, 1)),
        (date(2021, 12, 31), "BB", date(2021, 12, 31)),
        (date(2022, 1, 1), "BB", date(2022, 1, 3)),
    ],
)
def test_a_period_ends_with_the_next_working_day(day: date, land: Land, end: date) -> None:
    rolled = roll_over(day, land)

    assert rolled == end


@pytest.mark.parametrize(
    ("day", "number", "end"),
    [
        (date(2025, 4, 17), 1, date(2025, 4, 22)),
        (date(2025, 4, 22), -1, date(2025, 4, 17)),
        (date(2025, 4, 19), 0, date(2025, 4, 19)),
        (date(2025, 4, 19), 1, date(2025, 4, 22)),
        (date(2025, 12, 23), 3, date(2025, 12, 30)),
        (date(2025, 4, 30), -5, date(2025, 4, 23)),
    ],
)
def test_working_days_are_counted_both_ways(day: date, number: int, end: date) -> None:
    counted = add_working_days(day, number, "BB")

    assert counted == end


@pytest.mark.parametrize(
    ("day", "number", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 5, 5), 0, date(2025, 5, 5)),
    ],
)
def test_months_end_on_the_same_number_or_on_the_last_day(
    day: date, number: int, end: date
) -> None:
    found = add_months(day, number)

    assert found == end


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 3, 28), date(2025, 9, 27)),
        (date(2025, 3, 1), date(2025, 8, 31)),
        (date(2025, 8, 29), date(2026, 2, 28)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2023, 8, 29), date(2024, 2, 28)),
        (date(2023, 8, 30), date(2024, 2, 29)),
        (date(2025, 7, 1), date(2025, 12, 31)),
    ],
)
def test_half_a_year_of_whole_days_ends_on_the_day_before(first: date, last: date) -> None:
    found = last_day_of_months(first, 6)

    assert found == last


def test_weeks_end_on_the_same_weekday() -> None:
    end = add_weeks(date(2025, 3, 20), 2)

    assert end == date(2025, 4, 3)


@pytest.mark.parametrize(
    ("day", "first", "last", "following"),
    [
        (date(2025, 4, 4), date(2025, 4, 1), date(2025, 4, 30), date(2025, 5, 1)),
        (date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)),
        (date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_a_month_knows_its_edges(day: date, first: date, last: date, following: date) -> None:
    edges = first_of_month(day), last_of_month(day), first_of_next_month(day)

    assert edges == (first, last, following)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2025, 1, 1), datetime(2024, 12, 31, 23, tzinfo=UTC)),
        (date(2025, 7, 1), datetime(2025, 6, 30, 22, tzinfo=UTC)),
        (date(2025, 3, 30), datetime(2025, 3, 29, 23, tzinfo=UTC)),  # the clocks change at two
        (date(2025, 3, 31), datetime(2025, 3, 30, 22, tzinfo=UTC)),
        (date(2025, 10, 27), datetime(2025, 10, 26, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_in_berlin(day: date, moment: datetime) -> None:
    start = start_of_day(day)

    assert start == moment
    assert start.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC), date(2024, 12, 31)),
        (datetime(2024, 12, 31, 23, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2025, 6, 30, 21, 59, tzinfo=UTC), date(2025, 6, 30)),
        (datetime(2025, 6, 30, 22, tzinfo=UTC), date(2025, 7, 1)),
        (datetime(2025, 7, 1, 1, tzinfo=timezone(timedelta(hours=5))), date(2025, 6, 30)),
    ],
)
def test_a_moment_has_the_date_of_berlin(moment: datetime, day: date) -> None:
    found = legal_date(moment)

    assert found == day


@pytest.mark.parametrize(
    ("ags", "land"),
    [
        ("12069", "BB"),
        ("11000", "BE"),
        ("13074", "MV"),
        ("15085", "ST"),
        ("14612", "SN"),
        ("09262", "BY"),
        ("12069017", "BB"),
        ("02000", "HH"),
    ],
)
def test_the_first_two_digits_of_a_key_name_the_land(ags: str, land: Land) -> None:
    found = land_of_district(ags)

    assert found == land


def test_all_sixteen_laender_have_a_key() -> None:
    found = {land_of_district(f"{number:02}000") for number in range(1, 17)}

    assert found == set(LAENDER)


@pytest.mark.parametrize("ags", ["", "12", "00000", "17000", "1206", "12O69", "12069 ", "١٢٠٦٩"])
def test_a_key_of_no_district_is_refused(ags: str) -> None:
    with pytest.raises(UnknownLand):
        land_of_district(ags)


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 3)])
def test_a_year_without_known_holidays_is_refused(day: date) -> None:
    with pytest.raises(OutsideCalendar, match="1991 to 2100"):
        is_working_day(day, "BB")


def test_an_unknown_land_is_refused() -> None:
    with pytest.raises(UnknownLand, match="XX"):
        is_working_day(date(2025, 4, 3), "XX")  # type: ignore[arg-type]


def test_a_moment_without_a_zone_has_no_legal_date() -> None:
    with pytest.raises(NaiveMoment):
        legal_date(datetime(2025, 4, 3, 12))  # noqa: DTZ001 - the point of the test


def test_a_moment_is_not_taken_for_a_day() -> None:
    moment = datetime(2025, 4, 3, 23, tzinfo=UTC)

    for ask in (start_of_day, last_of_month, first_of_month, lambda day: roll_over(day, "BB")):
        with pytest.raises(TypeError, match="legal_date"):
            ask(moment)
