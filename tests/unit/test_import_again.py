"""An import that was cut short or had bad rows is simply run again."""

from pathlib import Path
from typing import Any

import pytest

from services.chassis.decider import Refused
from services.intake import wording
from services.intake.app import SERVICE
from services.intake.importing import Importer, Report, Sent
from services.intake.meaning import to_command
from services.intake.person.decider import PersonState
from services.intake.rows import Fault, Row, Unreadable, read_rows
from staffel_contracts.command import Command
from staffel_contracts.problem import problem
from tests.support.given import Given, day

HEADER = (
    "kind;file_reference;admitted_on;given_name;family_name;birth_date;nationality;language;"
    "protection_kind;decided_on;served_on;received_on;special_period;"
    "title_code;issued_on;valid_from;valid_to"
)
PERSON = "person;PM-1;07.01.2025;Rana;Beispiel;03.02.1990;475;ar;;;;;;;;;"
BAD = PERSON.replace("03.02.1990", "1990")
RECOGNITION = "recognition;PM-1;;;;;;;refugee_s3;20.02.2025;25.02.2025;28.02.2025;nein;;;;"
BAD_RECOGNITION = RECOGNITION.replace("nein", "vielleicht")
TITLE = "title;PM-1;;;;;;;;;;;;s25-2;01.04.2025;01.04.2025;31.03.2028"


class Intake:
    """The real decider; the answer to a key stays, as in the service; it may fall silent."""

    def __init__(self) -> None:
        self.decides = Given(SERVICE, "2025-06-02")
        self.answers: dict[str, Sent] = {}
        self.answers_left = 1_000_000
        self.asked = 0

    async def send(self, command: Command, key: str) -> Sent:
        self.asked += 1
        if self.answers_left <= 0:
            raise OSError("intake does not answer")
        self.answers_left -= 1
        if key in self.answers:
            return self.answers[key]._replace(repeated=True)
        self.answers[key] = self._decide(command)
        return self.answers[key]

    async def known(self, reference: str) -> dict[str, Any]:
        state = self.decides.states.get(("person", f"12069/{reference}"))
        assert state is None or isinstance(state, PersonState)
        return {"case": state.case_id, "decision": state.decision} if state else {}

    def _decide(self, command: Command) -> Sent:
        try:
            self.decides.asks(command, "district-12069")
        except Refused as refused:
            found = problem(refused.code, refused.detail, refused.field)
            return Sent(found.status, found.model_dump(mode="json"))
        return Sent(200, {"case": "c-1"})


def file(folder: Path, *lines: str) -> Path:
    path = folder / "export.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


async def bring_in(path: Path, intake: Intake, **more: Any) -> Report:
    return await Importer(intake.send, "12069", ask=intake.known, **more).run(path)


async def test_what_waited_for_a_bad_row_comes_in_once_it_was_mended(tmp_path: Path) -> None:
    intake = Intake()
    first = await bring_in(file(tmp_path, BAD, RECOGNITION, TITLE), intake)

    second = await bring_in(file(tmp_path, PERSON, RECOGNITION, TITLE), intake)
    said = list(intake.decides.said)
    third = await bring_in(file(tmp_path, PERSON, RECOGNITION, TITLE), intake)

    assert [fault.line for fault in first.faults] == [2, 3, 4]
    assert (second.accepted, second.faults) == (3, [])
    assert (third.accepted, third.already_there, third.faults) == (0, 3, [])
    assert intake.decides.said == said


async def test_a_title_waits_for_the_recognition_over_several_runs(tmp_path: Path) -> None:
    intake = Intake()
    runs = [(BAD, BAD_RECOGNITION), (PERSON, BAD_RECOGNITION)] + [(PERSON, RECOGNITION)] * 2

    reports = [await bring_in(file(tmp_path, *rows, TITLE), intake) for rows in runs]

    assert [report.accepted for report in reports] == [0, 1, 2, 0]
    assert [report.already_there for report in reports] == [0, 0, 1, 3]
    assert len(intake.decides.said) == 4


async def test_a_recognition_without_its_person_is_refused_in_every_run(tmp_path: Path) -> None:
    intake = Intake()

    for _ in range(2):
        report = await bring_in(file(tmp_path, RECOGNITION), intake)

        assert [fault.rule.partition(":")[0] for fault in report.faults] == ["person-not-admitted"]


async def test_an_import_stops_where_nobody_answers_and_goes_on_later(tmp_path: Path) -> None:
    intake = Intake()
    people = [PERSON.replace("PM-1", f"PM-{n}").replace("Rana", f"Rana {n}") for n in range(600)]
    path = file(tmp_path, *people)
    intake.answers_left = 10

    with pytest.raises(OSError, match="does not answer"):
        await bring_in(path, intake)
    asked = intake.asked
    intake.answers_left = 1_000_000
    report = await bring_in(path, intake)

    assert asked < 600
    assert (report.accepted, report.already_there, report.faults) == (590, 10, [])
    assert len(intake.decides.said) == 1200


async def test_an_answer_that_cannot_be_read_ends_the_import_and_is_not_passed_over(
    tmp_path: Path,
) -> None:
    async def send(_: Command, __: str) -> Sent:
        return Sent(200, {})

    with pytest.raises(KeyError):
        await Importer(send, "12069").run(file(tmp_path, PERSON))


async def test_a_row_from_the_future_is_not_sent(tmp_path: Path) -> None:
    intake = Intake()

    report = await bring_in(file(tmp_path, PERSON, RECOGNITION), intake, today=day("2025-02-27"))
    later = await bring_in(file(tmp_path, PERSON, RECOGNITION), intake, today=day("2025-02-28"))

    assert report.faults == [Fault(3, "received_on", f"date-in-future: {wording.AFTER_TODAY}")]
    assert later.faults == []


@pytest.mark.parametrize("value", [0, 86400, "172800", "1990", "1990-02-30T00:00", "3.2.90", True])
def test_a_number_or_half_a_date_is_no_date(value: Any) -> None:
    cells = dict(zip(HEADER.split(";"), PERSON.split(";"), strict=True)) | {"birth_date": value}
    row = Row(2, {name: cell for name, cell in cells.items() if cell != ""})

    faults = to_command(row, "12069")

    assert faults == [Fault(2, "birth_date", wording.DATE)]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("person;PM-1;Rana;Canary", "line 1: a header with a column kind is expected"),
        ("kind;given_name;Given_Name", "line 1: column given_name stands twice"),
        ('kind;"given_name', "line 1: the header cannot be read"),
        ("kind;given_name\rperson;Canary", "line 1: the header cannot be read"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(
    tmp_path: Path, header: str, rule: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(header.encode() + b"\n" + PERSON.encode())

    with pytest.raises(Unreadable) as refused:
        list(read_rows(path))

    assert str(refused.value).startswith(f"export.csv: {rule}")


async def test_a_column_that_is_no_name_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text('{"kind": "quota", "year": 2025, "persons": 1, "Samira Canary \\ud800": 1}\n')

    report = await bring_in(path, Intake())

    assert [fault.column for fault in report.faults] == ["(no column name)"]
