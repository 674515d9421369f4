"""An invented year of a district: who arrives when, in which household, and what is decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple, TypeVar

from services.chassis.legal_calendar import is_working_day
from services.platform.demo.decisions import (
    LAND,
    Decision,
    Title,
    decide_household,
    other_outcome,
    title_after,
)
from services.platform.demo.names import Names, Sex, Style
from services.platform.demo.origins import AREAS, ORIGINS, REFUSED

T = TypeVar("T")

ARRIVALS = (7, 7, 7, 6, 7, 8, 9, 9, 11, 11, 10, 8)
"""Arrivals of a hundred, month by month."""

_SIZES = {1: 55, 2: 12, 3: 13, 4: 11, 5: 6, 6: 3}
_QUOTA_MET = 0.92
_LAST_DECISION = (12, 19)
_ADULT = 18
_SINGLE_PARENTS = 0.3
_OTHER_OUTCOME = 0.04
_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the district as its file says; all of it is invented."""

    file_reference: str
    household_ref: str | None
    admitted_on: date
    given_name: str
    family_name: str
    birth_date: date
    nationality: str
    language: str
    address_area: str
    decision: Decision | None = None
    title: Title | None = None

    @property
    def recognised(self) -> bool:
        """Whether protection was granted."""
        return self.decision is not None and self.decision.outcome is not REFUSED


@dataclass(frozen=True, slots=True)
class Population:
    """The people of one year, in the order of their admission, and the quota of that year."""

    district: str
    year: int
    quota: int
    persons: tuple[Person, ...]


def invent(persons: int, seed: int, *, district: str = "12069", year: int = 2025) -> Population:
    """Invent ``persons`` people who arrive in ``year``; the same ones for the same seed."""
    random = Random(f"{seed}/{persons}/{year}")  # noqa: S311 - repeatable chance is wanted
    names = Names(random)
    days = _days_of_arrival(random, year)
    households: list[list[Person]] = []
    left = persons
    while left:
        size = min(left, _one_of(random, _SIZES))
        households.append(_household(random, names, _one_of(random, days), size))
        left -= size
    households.sort(key=lambda household: household[0].admitted_on)
    return Population(
        district, year, round(persons / _QUOTA_MET), tuple(_numbered(households, year))
    )


def _days_of_arrival(random: Random, year: int) -> dict[date, float]:
    """Every working day of the year with the share that arrives on it."""
    shares = [share * random.uniform(0.8, 1.2) for share in ARRIVALS]
    first = date(year, 1, 2)
    days = (first + timedelta(days=n) for n in range(366))
    return {d: shares[d.month - 1] for d in days if d.year == year and is_working_day(d, LAND)}


def _household(random: Random, names: Names, admitted_on: date, size: int) -> list[Person]:
    origin = random.choices(ORIGINS, [origin.weight for origin in ORIGINS])[0]
    language, area = _one_of(random, origin.languages), _one_of(random, AREAS)
    decision = decide_household(random, origin, admitted_on, _last_decision(admitted_on))
    found: list[Person] = []
    for member in _members(random, names, origin.style, size):
        own = _own_decision(random, decision) if found else decision
        found.append(
            Person(
                file_reference="",
                household_ref=None,
                admitted_on=admitted_on,
                given_name=member.given_name,
                family_name=member.family_name,
                birth_date=_born(random, admitted_on, member.years),
                nationality=origin.nationality,
                language=language,
                address_area=area,
                decision=own,
                title=title_after(random, own) if own else None,
            )
        )
    return found


def _last_decision(admitted_on: date) -> date:
    return date(admitted_on.year, *_LAST_DECISION)


def _own_decision(random: Random, decision: Decision | None) -> Decision | None:
    if decision is None or random.random() > _OTHER_OUTCOME:
        return decision
    return other_outcome(random, decision)


class _Member(NamedTuple):
    given_name: str
    family_name: str
    years: float


def _members(random: Random, names: Names, style: Style, size: int) -> Iterator[_Member]:
    """One or two adults, and children where there are more."""
    family = names.family(style, "m")
    adults = 1 if random.random() < _SINGLE_PARENTS else 2
    age = _age_of_adult(random, alone=size == 1)
    first = random.choices("fm", (40, 60))[0]
    taken: set[str] = set()
    for number in range(size):
        sex = first if number == 0 else random.choice("fm")
        given = _another(names, style, sex, taken)
        yield _Member(given, family, _years(random, age, number, adults))


def _another(names: Names, style: Style, sex: Sex, taken: set[str]) -> str:
    """A given name that nobody else of the household has."""
    given = names.given(style, sex)
    while given in taken:
        given = names.given(style, sex)
    taken.add(given)
    return given


def _years(random: Random, age: float, number: int, adults: int) -> float:
    if number == 0:
        return age
    if number < adults:
        return max(_ADULT, age + random.uniform(-6, 6))
    return random.uniform(0.2, min(_ADULT - 0.2, age - 17))


def _age_of_adult(random: Random, *, alone: bool) -> float:
    low, high, mode = (18.2, 71, 25) if alone else (20, 68, 33)
    return random.triangular(low, high, mode)


def _born(random: Random, on: date, years: float) -> date:
    days = int(years * _DAYS_OF_A_YEAR) + random.randint(0, 20)
    return on - timedelta(days=days)


def _numbered(households: list[list[Person]], year: int) -> Iterator[Person]:
    """Give file references in the order of admission, and one to each household of several."""
    number = 0
    for place, household in enumerate(households, start=1):
        together = f"H-{year}-{place:05}" if len(household) > 1 else None
        for person in household:
            number += 1
            reference = f"LB-{year}-{number:05}"
            yield replace(person, file_reference=reference, household_ref=together)


def _one_of(random: Random, shares: Mapping[T, float]) -> T:
    return random.choices(list(shares), list(shares.values()))[0]
