"""The German legal calendar: working days, periods and the legal date, in Europe/Berlin."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from holidays import country_holidays

BERLIN = ZoneInfo("Europe/Berlin")
"""Where legal dates are read off; moments themselves are kept in UTC."""

FIRST_YEAR, LAST_YEAR = 1991, 2100
"""The years whose public holidays are known: from the first whole year of today's Länder."""

Land: TypeAlias = Literal[
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]
"""A Land by its ISO 3166-2 code without ``DE-``."""

LAENDER: tuple[Land, ...] = get_args(Land)

_LAND_OF_KEY: dict[str, Land] = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
_LENGTHS_OF_KEY = frozenset({5, 8})
_SATURDAY = 5
_DAY = timedelta(days=1)


class OutsideCalendar(ValueError):
    """The year of a day lies outside `FIRST_YEAR` to `LAST_YEAR`: its holidays are not known."""


class UnknownLand(ValueError):
    """A code or an official key names none of the sixteen Länder."""


class NaiveMoment(ValueError):
    """A moment carries no time zone, so that its legal date cannot be told."""


def land_of_district(ags: str) -> Land:
    """Return the Land of an official key (AGS) of a district or municipality.

    Raises:
        UnknownLand: the key has not five or eight digits, or its first two name no Land.
    """
    land = _LAND_OF_KEY.get(ags[:2])
    if land is None or len(ags) not in _LENGTHS_OF_KEY or not (ags.isascii() and ags.isdigit()):
        raise UnknownLand(f"not an official key (AGS) of a German district: {ags[:8]!r}")
    return land


def is_working_day(day: date, land: Land) -> bool:
    """Whether ``day`` is neither Saturday, Sunday nor a public holiday of the whole ``land``.

    Holidays of parts of a Land only do not count, as the Land alone does not tell them:
    Mariä Himmelfahrt in Bavaria, Fronleichnam in Saxony and Thuringia, the Augsburg peace feast.
    24 and 31 December are working days.

    Raises:
        OutsideCalendar: the year's holidays are not known.
        UnknownLand: ``land`` is not one of the sixteen.
    """
    _refuse_moment(day)
    return day.weekday() < _SATURDAY and day not in _holidays(land, day.year)


def next_working_day(day: date, land: Land) -> date:
    """Return ``day`` if it is a working day of ``land``, else the first one after it."""
    while not is_working_day(day, land):
        day += _DAY
    return day


def add_working_days(day: date, number: int, land: Land) -> date:
    """Return the working day of ``land`` that is ``number`` of them after ``day``.

    A negative ``number`` counts back, zero returns ``day`` as it is. ``day`` is never counted.
    """
    step = _DAY if number > 0 else -_DAY
    left = abs(number)
    while left:
        day += step
        left -= is_working_day(day, land)
    return day


def roll_over(day: date, land: Land) -> date:
    """Return the day with which a period that would end on ``day`` really ends.

    That is the next working day if ``day`` is a Saturday, a Sunday or a public holiday of
    ``land`` (§ 193 BGB; § 57 Abs. 2 VwGO with § 222 Abs. 2 ZPO).
    """
    return next_working_day(day, land)


def first_of_month(day: date) -> date:
    """Return the first day of the month of ``day``."""
    _refuse_moment(day)
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after that of ``day``."""
    _refuse_moment(day)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def last_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return first_of_next_month(day) - _DAY


def add_weeks(day: date, number: int) -> date:
    """Return the end of a period of weeks caused by an event on ``day`` (§ 188 Abs. 2 BGB)."""
    return day + timedelta(weeks=number)


def add_months(day: date, number: int) -> date:
    """Return the end of a period of months caused by an event on ``day``.

    It is the day of the same number, or the last of the month if that has no such day
    (§ 187 Abs. 1, § 188 Abs. 2, 3 BGB). A negative ``number`` counts back in the same way.
    """
    last = last_of_month(_first_of(day, number))
    return last.replace(day=min(day.day, last.day))


def last_day_of_months(first: date, number: int) -> date:
    """Return the last day of ``number`` months of which ``first`` is the first whole day.

    It precedes the day of the same number; if the month has no such day, it is the last of
    the month (§ 187 Abs. 2, § 188 Abs. 2, 3 BGB).
    """
    end = add_months(first, number)
    return end - _DAY if end.day == first.day else end


@lru_cache(maxsize=8192)
def start_of_day(day: date) -> datetime:
    """Return the moment, in UTC, at which ``day`` begins in Berlin."""
    _refuse_moment(day)
    return datetime.combine(day, time.min, BERLIN).astimezone(UTC)


def legal_date(moment: datetime) -> date:
    """Return the date that ``moment`` has in Berlin.

    Raises:
        NaiveMoment: ``moment`` carries no time zone.
    """
    if moment.utcoffset() is None:
        raise NaiveMoment("a moment needs a time zone to have a legal date; this one has none")
    return moment.astimezone(BERLIN).date()


def _first_of(day: date, months_later: int) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)


def _refuse_moment(day: date) -> None:
    # a datetime is a date to the type checker, but has none before its zone is considered
    if isinstance(day, datetime):
        raise TypeError("a day is wanted, not a moment; legal_date() tells the day of a moment")


@cache
def _holidays(land: Land, year: int) -> frozenset[date]:
    if land not in LAENDER:
        raise UnknownLand(f"not a German Land: {land!r}")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not in {year}")
    return frozenset(country_holidays("DE", subdiv=land, years=year))
