"""Registers as data: nationalities and districts by their official keys.

Importing this reads nothing; each register is read once, when it is first asked for. Sources stand
in ``data/README.md``.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from staffel_contracts.codes import AgencyKind, kind_of

_FOLDER = "data"
_OWN_NAMES = {"district": "Landkreis", "city": "Stadt"}


@dataclass(frozen=True, slots=True)
class Nationality:
    """A nationality by the key of the Federal Statistical Office; ISO 3166-1 where there is one."""

    key: str
    iso2: str | None
    iso3: str | None
    de: str
    en: str
    valid_from: date | None
    valid_to: date | None
    """The last day; ``None`` while it is valid."""


@dataclass(frozen=True, slots=True)
class RegisteredDistrict:
    """A district or an independent city by its official key (AGS, five digits)."""

    key: str
    name: str
    kind: str
    """``district`` or ``city`` (kreisfreie Stadt, Stadtkreis, city state)."""
    land: str
    """The Land in two letters, such as BB."""
    valid_from: date | None
    """The first day; ``None``: before 2007."""
    valid_to: date | None
    """The last day; ``None`` while it is valid."""
    successors: tuple[str, ...]
    """Who took its place, by key."""

    def is_valid(self, on: date) -> bool:
        """Whether the key is valid on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@cache
def nationalities() -> Mapping[str, Nationality]:
    """Every nationality by its key, also of states that are no more."""
    return MappingProxyType(
        {
            row["key"]: Nationality(
                row["key"],
                row["iso2"] or None,
                row["iso3"] or None,
                row["de"],
                row["en"],
                _day(row["valid_from"]),
                _day(row["valid_to"]),
            )
            for row in _rows("nationalities.csv")
        }
    )


@cache
def districts() -> Mapping[str, RegisteredDistrict]:
    """Every district by its key, also those that are no more."""
    return MappingProxyType(
        {
            row["key"]: RegisteredDistrict(
                row["key"],
                row["name"],
                row["kind"],
                row["land"],
                _day(row["valid_from"]),
                _day(row["valid_to"]),
                tuple(row["successors"].split()),
            )
            for row in _rows("districts.csv")
        }
    )


def districts_on(day: date) -> dict[str, RegisteredDistrict]:
    """The districts whose keys are valid on a day."""
    return {key: found for key, found in districts().items() if found.is_valid(day)}


def in_words(agency: str) -> str:
    """An agency as people know it: its kind in German, and its place by the register."""
    kind, area = kind_of(agency), agency.rpartition("-")[2]
    if kind is None:
        return agency
    known = districts().get(area)
    if known is None:
        return f"{kind.de} ({area})"
    own = kind is AgencyKind.DISTRICT
    return f"{_OWN_NAMES[known.kind] if own else kind.de} {known.name}"


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files(__package__) / _FOLDER / name).read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
