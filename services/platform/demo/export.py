"""The district's export: what its files say, as rows of import files, day by day."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.chassis.legal_calendar import next_working_day
from services.platform.demo.decisions import LAND
from services.platform.demo.origins import REFUSED
from services.platform.demo.population import Person, Population

Row = dict[str, Any]


def rows_by_day(population: Population) -> dict[date, list[Row]]:
    """The rows of each day on which the office learns something; plain values, dates ISO 8601."""
    first = next_working_day(date(population.year, 1, 2), LAND)
    found: dict[date, list[Row]] = {first: [_quota(population)]}
    for person in population.persons:
        for day, row in _of_person(population.district, person):
            found.setdefault(day, []).append(row)
    return found


def write_export(path: Path, rows: list[Row]) -> Path:
    """Write a day's export as JSON Lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _quota(population: Population) -> Row:
    return {
        "kind": "quota",
        "district": population.district,
        "year": population.year,
        "persons": population.quota,
    }


def _of_person(district: str, person: Person) -> list[tuple[date, Row]]:
    key = {"district": district, "file_reference": person.file_reference}
    found = [(person.admitted_on, {"kind": "person", **key, **_admission(person)})]
    if person.decision:
        kind = "refusal" if person.decision.outcome is REFUSED else "recognition"
        row = {"kind": kind, **key, **_decision(person)}
        found.append((person.decision.received_on, row))
    if person.title:
        found.append((person.title.received_on, {"kind": "title", **key, **_title(person)}))
    return found


def _admission(person: Person) -> Row:
    row = {
        "admitted_on": person.admitted_on.isoformat(),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date.isoformat(),
        "nationality": person.nationality,
        "language": person.language,
        "source_land": LAND,
        "address_area": person.address_area,
    }
    return row | ({"household_ref": person.household_ref} if person.household_ref else {})


def _decision(person: Person) -> Row:
    decision = person.decision
    assert decision is not None  # noqa: S101 - asked for by the caller
    row = {
        "decided_on": decision.decided_on.isoformat(),
        "served_on": decision.served_on.isoformat(),
        "received_on": decision.received_on.isoformat(),
    }
    if decision.outcome is REFUSED:
        return row
    row["protection_kind"] = decision.outcome.value
    return row | ({"special_period": True} if decision.special_period else {})


def _title(person: Person) -> Row:
    title = person.title
    assert title is not None  # noqa: S101 - asked for by the caller
    return {
        "title_code": title.code.value,
        "issued_on": title.issued_on.isoformat(),
        "valid_from": title.issued_on.isoformat(),
        "valid_to": title.valid_to.isoformat(),
    }
