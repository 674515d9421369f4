"""A case on real databases: what agencies may ask, and that the tables are what the logs say."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.casework.tables import HandoverSheetRow
from services.chassis.writing.reads import reads_of
from services.jobcenter_bridge.tables import HandoffRow
from staffel_contracts.codes import CourseKind, ProtectionKind, SheetField, TitleCode
from staffel_contracts.commands.casework import (
    ReportCourseEnrolment,
    ReportCourseStart,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.commands.intake import (
    AdmitPerson,
    RecordAsylumRecognition,
    RecordResidenceTitle,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.sheet import sheet_digest
from tests.support.entries import RECEIVER, SENDER, STRANGER
from tests.support.given import day
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

NAMES = ("intake", "casework", "jobcenter_bridge")
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}
HANDOFF = HandoffRow.__table__  # type: ignore[attr-defined]
SHEET = HandoverSheetRow.__table__  # type: ignore[attr-defined]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Three services on SQLite, and once more on PostgreSQL; it is 2 September 2024."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            urls = {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}
        yield stack.enter_context(new_house(urls, tmp_path, "2024-09-02"))


def _admit(house: House) -> str:
    command = AdmitPerson(
        **PERSON,
        admitted_on=day("2024-09-02"),
        given_name="Samira",
        family_name="Beispiel",
        birth_date=day("1994-05-17"),
        nationality="475",
        language="ar",
    )
    return str(house.ask(command, SENDER)["case"])


def _recognise(house: House) -> None:
    house.on("2025-03-21")
    command = RecordAsylumRecognition(
        **PERSON,
        protection_kind=ProtectionKind.REFUGEE_S3,
        decided_on=day("2025-03-17"),
        served_on=day("2025-03-20"),
        received_on=day("2025-03-21"),
    )
    house.ask(command, SENDER)


def _handed_over(house: House) -> str:
    case = _admit(house)
    _recognise(house)
    house.on("2025-04-04")
    return case


def _handoff(house: House) -> dict[str, Any]:
    (row,) = house.rows("jobcenter_bridge", HANDOFF)
    return row


def _answer(house: House, kind: type[HandoffCommand], case: str, **more: Any) -> dict[str, Any]:
    which = {"case": case, "handoff_id": _handoff(house)["handoff_id"]}
    return house.ask(kind(**which | more), RECEIVER)


def _take_up(house: House, case: str) -> str:
    digest = str(_handoff(house)["sheet_digest"])
    _answer(house, ConfirmDelivery, case, sheet_digest=digest, receipt_ref="receipt-1")
    _answer(house, AcknowledgeHandoff, case, unit_ref="team-7")
    return digest


def _accept(house: House, case: str) -> None:
    digest = _take_up(house, case)
    _answer(house, AcceptHandoff, case, effective_on=day("2025-05-01"), sheet_digest=digest)


def _family(house: House) -> dict[str, str]:
    """A mother, her child, and the grandfather who is over age; all of one household."""
    born = {"mother": "1994-05-17", "child": "2019-03-01", "grandfather": "1950-02-03"}
    return {
        who: str(
            house.ask(
                AdmitPerson(
                    **PERSON | {"file_reference": f"50-{who}"},
                    admitted_on=day("2024-09-02"),
                    given_name=who.title(),
                    family_name="Beispiel",
                    birth_date=day(born[who]),
                    nationality="475",
                    language="ar",
                    household_ref="H-1",
                ),
                SENDER,
            )["case"]
        )
        for who in born
    }


def _readers(house: House, case: str) -> list[str]:
    """Who read of a case at casework, as its read log says."""
    with house.rooms["casework"].engine.connect() as conn:
        return [kept.read["agency"] for kept in reads_of(conn, case) if kept.read]


def test_a_mixed_household_is_shown_together_each_with_own_dates_and_receiver(
    house: House,
) -> None:
    cases = _family(house)
    house.on("2025-03-21")
    for who in ("mother", "grandfather"):
        command = RecordAsylumRecognition(
            **PERSON | {"file_reference": f"50-{who}"},
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(command, SENDER)
    house.on("2025-04-04")
    (sheet_ref,) = [
        row["sheet_ref"]
        for row in house.rows("casework", SHEET)
        if row["case_id"] == cases["mother"]
    ]

    sheet = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet_ref)
    screen = house.query("casework", "household", SENDER, household_ref="H-1")

    by_birth = {one["birth_date"]: one for one in sheet["household"]}
    assert by_birth.keys() == {"2019-03-01", "1950-02-03"}
    assert by_birth["1950-02-03"]["to_agency"] == "social-assistance-12069"
    assert by_birth["1950-02-03"]["next_start_on"] == "2025-05-01"
    assert by_birth["2019-03-01"]["end_on"] is None
    assert not {"protection", "case", "rule_id"} & by_birth["1950-02-03"].keys()
    assert all(_readers(house, case)[0] == RECEIVER for case in cases.values())
    assert [one["case"] for one in screen["members"]] == sorted(cases.values())
    receivers = {one["case"]: one["to_agency"] for one in screen["members"]}
    assert receivers[cases["mother"]] == RECEIVER
    assert receivers[cases["child"]] is None
    assert house.faults() == []


def test_a_case_goes_through_all_three_and_the_tables_are_what_the_logs_say(house: House) -> None:
    case = _handed_over(house)
    digest = _take_up(house, case)
    items = (SheetField.HEALTH_FUND,)
    _answer(house, RequestHandoffInformation, case, item_codes=items, due_on=day("2025-04-11"))
    fields = {SheetField.HEALTH_FUND: "AOK Nordost"}
    handoff_id = _handoff(house)["handoff_id"]
    house.ask(SupplyHandoffInformation(case=case, handoff_id=handoff_id, fields=fields), SENDER)
    _answer(house, AcceptHandoff, case, effective_on=day("2025-05-01"), sheet_digest=digest)
    house.on("2025-05-05")
    _answer(house, NotifyBenefitStart, case, starts_on=day("2025-05-03"))

    assert house.faults() == []
    assert house.types("casework") == [
        "asylum-decision-final",
        "entitlement-end-computed",
        "handoff-drafted",
        "handover-sheet-completed",
        "handoff-information-supplied",
        "asylbens-ended",
    ]
    assert house.types("jobcenter_bridge") == [
        "responsibility-changed",
        "handed-to-jobcenter",
        "handoff-delivered",
        "handoff-acknowledged",
        "handoff-information-requested",
        "handoff-accepted",
        "responsibility-changed",
        "coverage-gap-detected",
        "benefit-start-notified",
        "handoff-completed",
        "coverage-gap-closed",
    ]


def test_a_rejected_handoff_is_followed_by_a_linked_one(house: House) -> None:
    case = _handed_over(house)
    _take_up(house, case)
    _answer(house, RejectHandoff, case, reason_code="incomplete")
    first = _handoff(house)["handoff_id"]
    tenancy = {SheetField.TENANCY: "shared flat, 340 EUR"}

    house.ask(ResubmitHandover(case=case, handoff_id=first, fields=tenancy), SENDER)

    old, new = house.query("jobcenter_bridge", "handoffs", RECEIVER, case=case)["handoffs"]
    assert (old["handoff_id"], old["status"], old["reason_code"]) == (
        first,
        "rejected",
        "incomplete",
    )
    assert (new["replaces_handoff"], new["status"]) == (first, "submitted")
    assert new["sheet_digest"] != old["sheet_digest"]
    assert house.faults() == []


def test_an_unanswered_handoff_expires_and_the_district_stays_responsible(house: House) -> None:
    case = _handed_over(house)

    house.on("2025-05-01")

    (handoff,) = house.query("jobcenter_bridge", "handoffs", SENDER)["handoffs"]
    found = house.query("jobcenter_bridge", "responsibility", SENDER, case=case)
    assert handoff["status"] == "expired"
    assert [interval["agency"] for interval in found["intervals"]] == [SENDER]
    assert [(gap["from_on"], gap["cause_code"]) for gap in found["gaps"]] == [
        ("2025-05-01", "not-accepted")
    ]
    assert house.faults() == []


def test_a_title_that_comes_late_revises_the_end(house: House) -> None:
    _handed_over(house)
    title = RecordResidenceTitle(
        **PERSON,
        title_code=TitleCode.S25_2,
        issued_on=day("2025-03-28"),
        valid_from=day("2025-03-28"),
        valid_to=day("2028-03-27"),
    )

    house.ask(title, SENDER)

    assert house.types("casework")[-3:] == [
        "entitlement-end-revised",
        "asylbens-ended",
        "handover-sheet-completed",
    ]
    assert house.types("jobcenter_bridge")[-2:] == ["handoff-withdrawn", "handed-to-jobcenter"]
    withdrawn, anew = house.query("jobcenter_bridge", "handoffs", RECEIVER)["handoffs"]
    assert (withdrawn["status"], anew["status"]) == ("withdrawn", "submitted")
    assert (anew["earliest_on"], anew["effective_on"]) == ("2025-04-01", "2025-04-01")
    assert house.faults() == []


# -- what agencies may ask -----------------------------------------------------------------------


def test_the_receiver_gets_the_sheet_and_can_check_its_digest(house: House) -> None:
    case = _handed_over(house)
    handoff = _handoff(house)

    sheet = house.query(
        "casework", "handover-sheet", RECEIVER, case=case, sheet_ref=handoff["sheet_ref"]
    )

    assert sheet_digest(sheet["fields"]) == sheet["digest"] == handoff["sheet_digest"]
    assert sheet["fields"]["family-name"] == "Beispiel"
    assert sheet["supplied"] == {}


def test_what_was_answered_comes_with_the_sheet(house: House) -> None:
    case = _handed_over(house)
    _take_up(house, case)
    items = (SheetField.HEALTH_FUND,)
    _answer(house, RequestHandoffInformation, case, item_codes=items, due_on=day("2025-04-11"))
    handoff = _handoff(house)
    fields = {SheetField.HEALTH_FUND: "AOK Nordost"}
    answer = SupplyHandoffInformation(case=case, handoff_id=handoff["handoff_id"], fields=fields)

    house.ask(answer, SENDER)

    sheet = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=handoff["sheet_ref"])
    (seen,) = house.query("jobcenter_bridge", "handoffs", RECEIVER)["handoffs"]
    assert sheet["supplied"] == {"health-fund": "AOK Nordost"}
    assert seen["status"] == "acknowledged"


def test_no_other_agency_gets_the_sheet(house: House) -> None:
    case = _handed_over(house)
    sheet_ref = _handoff(house)["sheet_ref"]

    other = house.query("casework", "handover-sheet", STRANGER, sheet_ref=sheet_ref)
    unknown = house.query("casework", "handover-sheet", RECEIVER, sheet_ref="sheet-7")
    mistaken = house.query("casework", "handover-sheet", RECEIVER, case="c-7", sheet_ref=sheet_ref)
    nameless = house.query("casework", "handover-sheet", RECEIVER, case=case)

    assert other["code"] == "not-the-receiver"
    assert unknown["code"] == mistaken["code"] == "not-found"
    assert (nameless["code"], nameless["field"]) == ("invalid", "sheet_ref")


def test_the_district_sees_where_its_case_stands(house: House) -> None:
    case = _admit(house)
    opened = house.query("casework", "case", SENDER, case=case)
    _recognise(house)
    recognised = house.query("casework", "case", SENDER, case=case)
    house.on("2025-04-04")
    sent = house.query("casework", "case", SENDER, case=case)

    assert [view["step"] for view in (opened, recognised, sent)] == [
        "open",
        "recognised",
        "sheet-completed",
    ]
    assert (sent["finality_on"], sent["end_on"]) == ("2025-04-04", "2025-04-30")
    assert (sent["responsible"], sent["handoff"]["status"]) == (SENDER, "submitted")
    assert "family_name" not in sent


@pytest.mark.parametrize("agency", [RECEIVER, STRANGER, "district-13074"])
def test_no_other_agency_sees_the_districts_file(house: House, agency: str) -> None:
    case = _handed_over(house)

    assert house.query("casework", "case", agency, case=case)["code"] == "not-found"
    assert house.query("casework", "case", SENDER, case="c-7")["code"] == "not-found"


def test_both_agencies_see_who_was_responsible_when(house: House) -> None:
    case = _handed_over(house)
    _accept(house, case)
    house.on("2025-05-02")

    found = house.query("jobcenter_bridge", "responsibility", RECEIVER, case=case)

    assert found["intervals"] == [
        {"agency": SENDER, "valid_from": "2024-09-02", "valid_until": "2025-05-01"},
        {"agency": RECEIVER, "valid_from": "2025-05-01", "valid_until": None},
    ]
    as_sender = house.query("jobcenter_bridge", "responsibility", SENDER, case=case)
    assert as_sender["intervals"] == found["intervals"]
    assert found["domains"] == {"benefits": RECEIVER}
    assert as_sender["domains"]["accommodation"] == SENDER
    other = house.query("jobcenter_bridge", "responsibility", STRANGER, case=case)
    assert other["code"] == "not-found"


def test_an_agency_sees_its_own_handoffs_and_no_others(house: House) -> None:
    case = _handed_over(house)

    assert len(house.query("jobcenter_bridge", "handoffs", RECEIVER)["handoffs"]) == 1
    assert house.query("jobcenter_bridge", "handoffs", STRANGER, case=case)["handoffs"] == []
    assert house.query("jobcenter_bridge", "handoffs", SENDER, status="expired")["handoffs"] == []
    assert house.query("jobcenter_bridge", "handoffs", SENDER, status="gone")["code"] == "invalid"


def test_courses_follow_the_responsible_agency(house: House) -> None:
    case = _handed_over(house)
    enrolment = ReportCourseEnrolment(
        case=case,
        course_ref="course-1",
        provider_ref="vhs-potsdam",
        course_kind=CourseKind.INTEGRATION,
        enrolled_on=day("2025-04-04"),
        expected_start_on=day("2025-05-12"),
    )
    start = ReportCourseStart(case=case, course_ref="course-1", started_on=day("2025-05-12"))

    assert house.ask(enrolment, RECEIVER)["code"] == "not-responsible"
    assert "entries" in house.ask(enrolment, SENDER)
    _accept(house, case)
    house.on("2025-05-12")
    assert house.ask(start, SENDER)["code"] == "not-responsible"
    assert "entries" in house.ask(start, RECEIVER)
    assert house.query("casework", "case", SENDER, case=case)["courses"] == {
        "course-1": {"enrolled_on": "2025-04-04", "started_on": "2025-05-12"}
    }
    assert house.faults() == []
