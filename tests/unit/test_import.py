"""A district's export comes in row by row, and every bad row is named."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.decider import Refused
from services.intake import wording
from services.intake.app import SERVICE
from services.intake.importing import Importer, Report, Sent
from services.intake.rows import MOST_LINE_BYTES, Fault, Row, Unreadable, read_rows
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.command import Command
from staffel_contracts.facts.intake import PersonAdmitted, ReceptionQuotaSet
from tests.support.given import Given

HEADER = "kind,file_reference,admitted_on,given_name,family_name,birth_date,nationality,language"
RANA = "person,PM-1,2025-01-07,Rana,Beispiel,1990-02-03,475,ar"
OMID = "person,PM-2,2025-01-08,Omid,Muster,1985-05-06,423,fa"
NOBODY = "person,PM-3,2025-01-08,,,1985-05-06,423,fa"


EXAMPLE = (
    (Path(__file__).parents[2] / "docs" / "import.md")
    .read_text(encoding="utf-8")
    .partition("```csv\n")[2]
    .partition("```")[0]
)


class Intake:
    """The real decider behind an in-memory door, with answers kept by key."""

    def __init__(self) -> None:
        self.decides = Given(SERVICE, "2025-06-02")
        self.answers: dict[str, Sent] = {}
        self.sent: list[str] = []

    async def send(self, command: Command, key: str) -> Sent:
        self.sent.append(getattr(command, "file_reference", ""))
        if key in self.answers:
            return self.answers[key]._replace(repeated=True)
        self.answers[key] = self._decide(command)
        return self.answers[key]

    def _decide(self, command: Command) -> Sent:
        try:
            said = self.decides.asks(command, "district-12069")
        except Refused as refused:
            return Sent(409, {"code": refused.code.value, "field": refused.field})
        return Sent(200, {"case": "c-1", "entries": [fact.TYPE for fact in said]})


async def bring_in(path: Path, intake: Intake) -> Report:
    return await Importer(intake.send, "12069").run(path)


def counts(report: Report) -> tuple[int, ...]:
    """Read, accepted, already there, refused, bad."""
    return tuple(report.counts().values())


def file(folder: Path, *lines: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def test_persons_come_in_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    intake, path = Intake(), file(tmp_path, HEADER, RANA, OMID)

    first = await bring_in(path, intake)
    said = len(intake.decides.said)
    second = await bring_in(path, intake)

    assert counts(first) == (2, 2, 0, 0, 0)
    assert counts(second) == (2, 0, 2, 0, 0)
    assert len(intake.decides.said) == said == 4


async def test_bad_rows_hold_nothing_up_and_name_line_column_and_rule(tmp_path: Path) -> None:
    report = await bring_in(file(tmp_path, HEADER, RANA, NOBODY, OMID), Intake())

    assert report.accepted == 2
    assert report.faults == [
        Fault(3, "family_name", "is missing / fehlt"),
        Fault(3, "given_name", "is missing / fehlt"),
    ]


async def test_semicolons_a_byte_order_mark_and_german_dates_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    row = (
        RANA.replace(",", ";").replace("2025-01-07", "07.01.2025").replace("1990-02-03", "3.2.1990")
    )
    path.write_bytes(("\ufeff" + HEADER.replace(",", ";") + "\r\n" + row + "\r\n").encode())

    report = await bring_in(path, Intake())

    assert (report.accepted, report.faults) == (1, [])


async def test_json_lines_are_fine(tmp_path: Path) -> None:
    row = dict(zip(HEADER.split(","), RANA.split(","), strict=True))
    path = file(tmp_path, json.dumps(row), "", "{broken", "[1]", '{"a":' * 900, name="x.jsonl")

    report = await bring_in(path, Intake())

    assert report.accepted == 1
    assert [(f.line, f.rule) for f in report.faults] == [
        (3, wording.NOT_JSON),
        (4, wording.NO_OBJECT),
        (5, wording.NOT_JSON),
    ]


async def test_a_nested_value_is_refused_by_its_column(tmp_path: Path) -> None:
    path = file(tmp_path, '{"kind":"person","given_name":{"a":1}}', name="x.jsonl")

    report = await bring_in(path, Intake())

    assert report.faults == [Fault(1, "given_name", wording.PLAIN_VALUE)]


async def test_a_json_object_that_says_a_thing_twice_is_refused(tmp_path: Path) -> None:
    row = '{"kind":"quota","year":2025,"persons":1,"Persons":2}'

    report = await bring_in(file(tmp_path, row, name="x.jsonl"), Intake())

    assert report.faults == [Fault(1, "persons", wording.COLUMN_TWICE.format("persons"))]


@pytest.mark.parametrize(("year", "rule"), [("25", "mindestens 1990"), ("9999", "höchstens")])
async def test_a_number_out_of_bounds_is_told_in_both_languages(
    tmp_path: Path, year: str, rule: str
) -> None:
    report = await bring_in(file(tmp_path, "kind,year,persons", f"quota,{year},10"), Intake())

    assert [(fault.line, fault.column) for fault in report.faults] == [(2, "year")]
    assert rule in report.faults[0].rule


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("visit" + RANA[6:], "kind", "one of quota, person"),
        (RANA + ",more", "", "9 cells; the header has 8"),
        (RANA.replace("Rana", '"Rana'), "", "broken quoting"),
        (RANA.replace("Rana", "Ra\0na"), "", "holds a NUL character"),
        (RANA.replace("475", "Syrien"), "nationality", "three digits of the official key"),
        (RANA.replace("1990-02-03", "31.02.1990"), "birth_date", "there is no such day"),
        (RANA.replace("1990-02-03", "2025-01-08"), "birth_date", "birth-after-admission"),
        (RANA.replace("2025-01-07", "2025-12-31"), "admitted_on", "date-in-future"),
        ("recognition,PM-9,,,,,,", "decided_on", "fehlt"),
        (RANA.replace("PM-1", "AZ 50/1"), "file_reference", "ohne Leerzeichen"),
        (RANA.replace(",ar", ",arabisch"), "language", "ein Kürzel nach ISO 639, etwa ar"),
    ],
)
async def test_each_kind_of_bad_row_says_what_is_wrong(
    tmp_path: Path, row: str, column: str, rule: str
) -> None:
    report = await bring_in(file(tmp_path, HEADER, row, OMID), Intake())

    assert report.accepted == 1
    assert report.refused + report.bad == 1
    assert (report.faults[0].line, report.faults[0].column) == (2, column)
    assert rule in report.faults[0].rule


async def test_a_line_that_is_too_long_is_passed_over_without_reading_it_whole(
    tmp_path: Path,
) -> None:
    report = await bring_in(file(tmp_path, HEADER, "x" * 10_000_000, OMID), Intake())

    assert report.accepted == 1
    assert report.faults == [Fault(2, "", wording.too_long(MOST_LINE_BYTES))]


async def test_another_encoding_is_named_with_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes((HEADER + "\n" + RANA.replace("Rana", "Räna") + "\n").encode("latin-1"))

    report = await bring_in(path, Intake())

    assert report.faults == [Fault(2, "", wording.NOT_UTF8.format(25))]


async def test_what_excel_saves_as_plain_csv_comes_in_with_its_umlauts(tmp_path: Path) -> None:
    path, intake = tmp_path / "export.csv", Intake()
    rows = (HEADER, RANA.replace("Rana", "Jürgen").replace("person", "Person"), "," * 7, '"",' * 8)
    path.write_bytes("\r\n".join(rows).replace(",", ";").encode("windows-1252"))

    report = await Importer(intake.send, "12069").run(path, "windows-1252")

    assert (report.read, report.accepted, report.faults) == (1, 1, [])
    assert intake.decides.last(PersonAdmitted).given_name == "Jürgen"


async def test_a_wrong_code_is_told_with_what_the_right_ones_mean(tmp_path: Path) -> None:
    header = "kind,file_reference,protection_kind,decided_on,served_on,received_on"
    row = "recognition,PM-9,Flüchtling,2025-02-20,2025-02-25,2025-02-28"

    report = await bring_in(file(tmp_path, header, row), Intake())

    (fault,) = report.faults
    assert fault.column == "protection_kind"
    assert f"refugee_s3 ({ProtectionKind.REFUGEE_S3.de})" in fault.rule


async def test_what_stands_behind_a_line_break_in_a_cell_is_no_row_of_its_own(
    tmp_path: Path,
) -> None:
    path, intake = tmp_path / "export.csv", Intake()
    columns = ("given_name", *HEADER.replace(",given_name", "").split(","))
    row = '"Anna\nB";person;PM-9;07.01.2025;Muster;01.02.1990;475;ar'
    path.write_text(f"{';'.join(columns)}\n{row}\n", encoding="utf-8")

    report = await bring_in(path, intake)

    assert report.faults == [Fault(2, "", wording.QUOTING), Fault(3, "", wording.QUOTING)]
    assert intake.sent == []


async def test_columns_that_excel_adds_without_a_name_are_none(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    text = "\n".join(f"{line},,," for line in (HEADER, RANA))
    path.write_text(f"{text}\n", encoding="utf-8")

    report = await bring_in(path, Intake())

    assert report.counts()["accepted"] == 1


async def test_a_text_that_is_too_long_is_told_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEADER}\n{RANA.replace('Rana', 'x' * 500)}\n", encoding="utf-8")

    report = await bring_in(path, Intake())

    assert [(fault.line, fault.column) for fault in report.faults] == [(2, "given_name")]
    assert "höchstens 200 Zeichen" in report.faults[0].rule


def test_utf_16_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "utf16.csv"
    path.write_text(HEADER, encoding="utf-16")

    with pytest.raises(Unreadable, match=r"utf16\.csv: UTF-16; UTF-8 is expected"):
        list(read_rows(path))


@pytest.mark.parametrize("begins", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_told_from_a_text(tmp_path: Path, begins: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(begins + bytes(100))

    with pytest.raises(Unreadable, match=r"export\.csv: a workbook .* als CSV UTF-8 speichern"):
        list(read_rows(path))


def test_a_pipe_is_refused_before_anybody_waits_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "export.csv"
    os.mkfifo(pipe)

    with pytest.raises(Unreadable, match="cannot be read twice"):
        list(read_rows(pipe))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="a header line is expected"):
        list(read_rows(file(tmp_path)))


async def test_a_person_that_stands_there_twice_is_reported_with_both_lines(
    tmp_path: Path,
) -> None:
    other = RANA.replace("PM-1", "PM-7").replace("Rana", "RANA")

    report = await bring_in(file(tmp_path, HEADER, RANA, RANA, other), Intake())

    assert report.accepted == 1
    assert [fault.rule for fault in report.faults] == [
        wording.TWICE.format(2),
        wording.SAME_PERSON.format(2),
    ]


@pytest.mark.parametrize(
    "other",
    [
        RANA.replace("Rana", "  rANA").replace("PM-1", "PM-7"),
        RANA.replace("Rana,Beispiel", "Beispiel,Rana").replace("PM-1", "PM-7"),
        RANA.replace("Rana", "\uff32ana").replace("PM-1", "PM-7"),
    ],
)
async def test_a_name_is_the_same_however_it_is_written(tmp_path: Path, other: str) -> None:
    report = await bring_in(file(tmp_path, HEADER, RANA, other), Intake())

    assert (report.accepted, report.bad) == (1, 1)


async def test_namesakes_come_in_where_they_are_known_to_be_two(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER, RANA, RANA.replace("PM-1", "PM-7"))

    report = await Importer(Intake().send, "12069", namesakes=True).run(path)

    assert counts(report) == (2, 2, 0, 0, 0)


async def test_a_row_of_another_district_is_not_sent(tmp_path: Path) -> None:
    intake, quota = Intake(), {"kind": "quota", "year": 2025, "persons": 1470}
    rows = [json.dumps(quota | {"district": district}) for district in ("14612", "12069")]

    report = await bring_in(file(tmp_path, *rows, name="x.jsonl"), intake)

    assert counts(report) == (2, 1, 0, 0, 1)
    assert report.faults == [Fault(1, "district", f"agency-may-not: {wording.OTHER_DISTRICT}")]


async def test_a_decision_before_the_arrival_is_refused_by_its_column(tmp_path: Path) -> None:
    person = dict(zip(HEADER.split(","), RANA.split(","), strict=True))
    decided = {"kind": "refusal", "file_reference": "PM-1", "decided_on": "06.01.2025"}
    dates = {"served_on": "08.01.2025", "received_on": "09.01.2025"}
    rows = [json.dumps(person), json.dumps(decided | dates)]

    report = await bring_in(file(tmp_path, *rows, name="x.jsonl"), Intake())

    assert counts(report) == (2, 1, 0, 1, 0)
    assert (report.faults[0].line, report.faults[0].column) == (2, "decided_on")
    assert report.faults[0].rule.startswith("decision-before-arrival")


async def test_a_quota_that_is_known_is_nothing_new(tmp_path: Path) -> None:
    intake, quota = Intake(), {"kind": "quota", "year": 2025, "persons": 1470}
    rows = [json.dumps(quota | {"persons": persons}) for persons in (1470, 1500)]
    await bring_in(file(tmp_path, rows[0], name="x.jsonl"), intake)
    intake.answers.clear()

    report = await bring_in(file(tmp_path, *rows, name="x.jsonl"), intake)

    assert counts(report) == (2, 1, 1, 0, 0)


async def test_a_quota_that_is_set_back_holds_again(tmp_path: Path) -> None:
    intake = Intake()
    quota = {"kind": "quota", "year": 2025}
    rows = [json.dumps(quota | {"persons": persons}) for persons in (1470, 1500, 1470)]

    reports = [await bring_in(file(tmp_path, row, name="x.jsonl"), intake) for row in rows]

    assert [counts(report) for report in reports] == [(1, 1, 0, 0, 0)] * 3
    assert intake.decides.last(ReceptionQuotaSet).persons == 1470
    again = await bring_in(file(tmp_path, rows[-1], name="x.jsonl"), intake)
    assert counts(again) == (1, 0, 1, 0, 0)


@pytest.mark.parametrize("persons", ["1.000", "1_000", "1 000", "1,5", "+5", "\uff11\uff10"])
async def test_a_number_is_its_digits_and_nothing_else(tmp_path: Path, persons: str) -> None:
    rows = ("kind;year;persons", f"quota;2026;{persons}")

    report = await bring_in(file(tmp_path, *rows), Intake())

    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.faults == [Fault(2, "persons", wording.NUMBER)]


async def test_a_changed_person_is_refused_by_the_platform(tmp_path: Path) -> None:
    intake = Intake()
    await bring_in(file(tmp_path, HEADER, RANA), intake)

    report = await bring_in(file(tmp_path, HEADER, RANA.replace("Rana", "Rania")), intake)

    assert report.faults[0].rule.startswith("person-already-admitted")


async def test_rows_of_one_person_keep_their_order(tmp_path: Path) -> None:
    decided = {"kind": "recognition", "file_reference": "PM-1", "protection_kind": "refugee_s3"}
    dates = {"decided_on": "2025-02-20", "served_on": "2025-02-25", "received_on": "2025-02-28"}
    person = dict(zip(HEADER.split(","), RANA.split(","), strict=True))
    rows = [json.dumps(person), json.dumps(decided | dates)]

    report = await bring_in(file(tmp_path, *rows, name="x.jsonl"), Intake())

    assert (report.accepted, report.faults) == (2, [])


@given(st.data())
def test_no_report_ever_holds_what_a_cell_held(data: Any) -> None:
    names = HEADER.split(",")
    canary = "canary" + data.draw(st.sampled_from(["", " ", "1", "-", ";", "."])) + "Q7x"
    cells = dict(zip(names, RANA.split(","), strict=True))
    cells[data.draw(st.sampled_from(names))] = canary * data.draw(st.integers(1, 60))
    lines = (Fault(1, "", ""),) if not cells else ()

    report = Importer(Intake().send, "12069").check(iter([*lines, _row(cells)]))

    assert "canary" not in str(report.faults)


def _row(cells: dict[str, str]) -> Any:
    return Row(2, cells)


async def test_the_example_in_the_documents_comes_in(tmp_path: Path) -> None:
    report = await bring_in(file(tmp_path, EXAMPLE.strip()), Intake())

    assert (report.accepted, report.faults) == (2, [])
