"""Temporary protection, interim certificates and households come in with a district's export."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.intake.importing import Importer
from services.intake.rows import Fault
from staffel_contracts.facts.intake import (
    HouseholdFormed,
    InterimProofIssued,
    TemporaryProtectionRegistered,
)
from tests.support.given import day, types
from tests.unit.test_import import Intake, bring_in, counts, file

EXAMPLE = (
    (Path(__file__).parents[2] / "docs" / "import.md")
    .read_text(encoding="utf-8")
    .partition("```json\n")[2]
    .partition("```")[0]
)
OLENA, DANYLO, PROTECTED, PROVED, TOGETHER = EXAMPLE.strip().splitlines()
TODAY = day("2025-06-02")


def changed(row: str, **values: Any) -> str:
    return json.dumps(json.loads(row) | values)


async def test_the_example_in_the_documents_comes_in(tmp_path: Path) -> None:
    intake = Intake()

    report = await bring_in(file(tmp_path, EXAMPLE.strip(), name="x.jsonl"), intake)

    assert (counts(report), report.faults) == ((5, 5, 0, 0, 0), [])
    registered, proof = (
        intake.decides.last(TemporaryProtectionRegistered),
        intake.decides.last(InterimProofIssued),
    )
    assert registered.registered_on == day("2025-01-08")
    assert (proof.issued_on, proof.biometrics_done) == (day("2025-01-20"), True)
    assert types(intake.decides.said).count(HouseholdFormed) == 2


async def test_csv_has_the_same_columns(tmp_path: Path) -> None:
    rows = [json.loads(row) for row in EXAMPLE.strip().splitlines()]
    header = list(dict.fromkeys(name for row in rows for name in row))
    lines = [";".join(header), *(";".join(row.get(name, "") for name in header) for row in rows)]

    report = await bring_in(file(tmp_path, *lines), Intake())

    assert (counts(report), report.faults) == ((5, 5, 0, 0, 0), [])


async def test_a_household_is_told_to_members_who_stand_below_it(tmp_path: Path) -> None:
    intake = Intake()

    await bring_in(file(tmp_path, TOGETHER, OLENA, DANYLO, name="x.jsonl"), intake)

    assert types(intake.decides.said).count(HouseholdFormed) == 2


async def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    intake, path = Intake(), file(tmp_path, EXAMPLE.strip(), name="x.jsonl")
    await bring_in(path, intake)
    said = len(intake.decides.said)

    again = await bring_in(path, intake)

    assert counts(again) == (5, 0, 5, 0, 0)
    assert len(intake.decides.said) == said


async def test_a_member_who_comes_in_later_is_told_of_the_household(tmp_path: Path) -> None:
    intake = Intake()
    known: dict[str, Any] = {"PM-2025-0002": {"case": "c-1", "households": ["PM-H-17"]}}

    async def ask(reference: str) -> dict[str, Any]:
        return dict(known.get(reference, {}))

    await bring_in(file(tmp_path, OLENA, TOGETHER, name="x.jsonl"), intake)
    known["PM-2025-0003"] = {"case": "c-2", "households": []}
    path = file(tmp_path, DANYLO, TOGETHER, name="y.jsonl")

    report = await Importer(intake.send, "12069", ask=ask).run(path)
    again = await Importer(intake.send, "12069", ask=ask).run(path)

    assert counts(report) == (2, 2, 0, 0, 0)
    assert counts(again) == (2, 0, 2, 0, 0)
    assert types(intake.decides.said).count(HouseholdFormed) == 2


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (changed(PROTECTED, registered_on=None), "registered_on", "fehlt"),
        (changed(PROTECTED, registered_on=20250108), "registered_on", "a date is expected"),
        (changed(PROTECTED, first_title_or_proof_on="2025"), "first_title_or_proof_on", "a date"),
        (changed(PROTECTED, registered_on="2025-06-03"), "registered_on", "date-in-future"),
        (changed(PROVED, proof_kind="paper"), "proof_kind", "one of fiction ("),
        (changed(PROVED, valid_to="2025-01-19"), "valid_to", "implausible-dates"),
        (changed(PROVED, biometrics_done="vielleicht"), "biometrics_done", "ja oder nein"),
        (changed(PROVED, file_reference="PM-9"), "file_reference", "person-not-admitted"),
        (changed(TOGETHER, member_refs="PM-2025-0003"), "member_refs", "invalid"),
        (changed(TOGETHER, member_refs="PM-2025-0002 Danylo!"), "member_refs", "ohne Leerzeichen"),
        (changed(TOGETHER, household_kind="clan"), "household_kind", "one of single ("),
        (changed(TOGETHER, formed_on="2025-06-03"), "formed_on", "date-in-future"),
    ],
)
async def test_a_bad_row_is_told_by_line_column_and_rule(
    tmp_path: Path, row: str, column: str, rule: str
) -> None:
    path = file(tmp_path, OLENA, DANYLO, row, name="x.jsonl")

    report = await Importer(Intake().send, "12069", today=TODAY).run(path)

    assert report.accepted == 2
    found = report.faults[0]
    assert (found.line, found.column) == (3, column)
    assert rule in found.rule
    assert isinstance(found, Fault)
