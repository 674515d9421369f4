"""Who reads a handover sheet when: until completion, by the service's day, and without whom."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.casework.tables import HandoverSheetRow, RestrictionRow
from staffel_contracts.codes import (
    ConsentKind,
    HandBackCause,
    ProtectionKind,
    RestrictionReason,
    SheetField,
)
from staffel_contracts.commands.casework import (
    RecordSheetPrinted,
    RestrictProcessing,
    SupplyHandoffInformation,
)
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition, RecordConsent
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandBackToDistrict,
    NotifyBenefitStart,
    RequestHandoffInformation,
)
from tests.service.test_replay import HANDOFF, NAMES, PERSON, a_spring, admit, answer, recognise
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.house import House, new_house

SHEET = HandoverSheetRow.__table__  # type: ignore[attr-defined]
RESTRICTION = RestrictionRow.__table__  # type: ignore[attr-defined]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
    with new_house(urls, tmp_path, "2025-01-07") as house:
        yield house


def sheet_as(house: House, agency: str, sheet_ref: str) -> dict[str, Any]:
    return house.query("casework", "handover-sheet", agency, sheet_ref=sheet_ref)


def sheet_of(house: House, case: str) -> str:
    rows = house.rows("casework", SHEET)
    return next(str(row["sheet_ref"]) for row in rows if row["case_id"] == case)


def taken_up(house: House, case: str) -> str:
    """The day is 4 April 2025; gives the digest."""
    house.on("2025-04-04")
    digest = str(house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_digest"])
    answer(house, ConfirmDelivery, case, sheet_digest=digest, receipt_ref="receipt-1")
    answer(house, AcknowledgeHandoff, case, unit_ref="team-7")
    return digest


def in_effect(house: House) -> str:
    """The jobcenter is responsible and has not reported that its benefits run."""
    case = admit(house)
    house.on("2025-03-21")
    recognise(house)
    digest = taken_up(house, case)
    answer(house, AcceptHandoff, case, effective_on=day("2025-05-01"), sheet_digest=digest)
    house.on("2025-05-05")
    return case


def test_the_sender_reads_its_sheet_until_the_handoff_is_complete(house: House) -> None:
    case = in_effect(house)
    sheet_ref = sheet_of(house, case)
    before = sheet_as(house, SENDER, sheet_ref)

    answer(house, NotifyBenefitStart, case, starts_on=day("2025-05-01"))

    assert before["fields"]["given-name"] == "Samira"
    refused = sheet_as(house, SENDER, sheet_ref)
    assert (refused["code"], refused["status"]) == ("status-only", 403)
    assert "Samira" not in repr(refused)
    (seen,) = house.query("jobcenter_bridge", "handoffs", SENDER, case=case)["handoffs"]
    assert seen["status"] == "completed"
    assert sheet_as(house, RECEIVER, sheet_ref)["fields"]["given-name"] == "Samira"


def test_a_sheet_of_a_complete_handoff_is_not_printed_for_its_sender(house: House) -> None:
    case, _ = a_spring(house)
    wish = RecordSheetPrinted(case=case, sheet_ref=sheet_of(house, case), pdf_digest="ab" * 32)

    refused = house.ask(wish, SENDER)

    assert refused["code"] == "status-only"
    assert "entries" in house.ask(wish, RECEIVER)


def test_whoever_has_the_person_again_reads_what_it_handed_over(house: House) -> None:
    case, _ = a_spring(house)
    sheet_ref = sheet_of(house, case)
    house.on("2025-09-01")
    back = HandBackToDistrict(
        case=case, cause=HandBackCause.TITLE_LOST, effective_on=day("2025-10-01")
    )
    assert "entries" in house.ask(back, RECEIVER)
    waiting = sheet_as(house, SENDER, sheet_ref)

    handed = house.rows("jobcenter_bridge", HANDOFF)[0]
    which = {"case": case, "handoff_id": handed["handoff_id"]}
    digest = handed["sheet_digest"]
    house.ask(ConfirmDelivery(**which, sheet_digest=digest, receipt_ref="receipt-2"), SENDER)
    house.ask(AcknowledgeHandoff(**which, unit_ref="team-1"), SENDER)
    house.ask(AcceptHandoff(**which, effective_on=day("2025-10-01"), sheet_digest=digest), SENDER)
    house.on("2025-10-02")

    assert waiting["code"] == "status-only"
    assert sheet_as(house, SENDER, sheet_ref)["fields"]["given-name"] == "Samira"


def test_a_consent_stands_by_the_day_of_the_service(house: House) -> None:
    case = admit(house)
    house.on("2025-03-21")
    recognise(house)
    taken_up(house, case)
    consent = RecordConsent(
        **PERSON,
        consent_ref="consent-1",
        consent_kind=ConsentKind.CARE_DUTIES,
        recipient=RECEIVER,
        given_on=day("2025-04-04"),
        valid_to=day("2025-04-10"),
    )
    house.ask(consent, SENDER)
    items = (SheetField.CHILDCARE_NEED,)
    answer(house, RequestHandoffInformation, case, item_codes=items, due_on=day("2025-04-30"))
    which = {"case": case, "handoff_id": house.rows("jobcenter_bridge", HANDOFF)[0]["handoff_id"]}
    house.ask(SupplyHandoffInformation(**which, fields={items[0]: "20 Stunden"}), SENDER)
    sheet_ref = sheet_of(house, case)

    house.on("2025-04-10")
    standing = sheet_as(house, RECEIVER, sheet_ref)
    house.on("2025-04-11")
    run_out = sheet_as(house, RECEIVER, sheet_ref)

    assert standing["consented"] == {"childcare-need": "20 Stunden"}
    assert run_out["consented"] == {}
    assert run_out["withheld"] == {"childcare-need": "consent"}


def test_a_member_whose_data_is_only_stored_is_on_nobodys_sheet(house: House) -> None:
    cases = {who: _member(house, who, born) for who, born in FAMILY.items()}
    house.on("2025-04-04")
    sheet_ref = sheet_of(house, cases["mother"])
    before = sheet_as(house, RECEIVER, sheet_ref)["household"]

    house.ask(
        RestrictProcessing(
            case=cases["child"],
            restricted_on=day("2025-04-04"),
            reason_code=RestrictionReason.ACCURACY_CONTESTED,
        ),
        SENDER,
    )
    known: dict[str, date | None] = {
        row["case_id"]: row["until"] for row in house.rows("casework", RESTRICTION)
    }
    house.restricted.take(known)

    after = sheet_as(house, RECEIVER, sheet_ref)["household"]
    assert {one["birth_date"] for one in before} == {"2019-03-01", "1996-02-03"}
    assert {one["birth_date"] for one in after} == {"1996-02-03"}


FAMILY = {"mother": "1994-05-17", "child": "2019-03-01", "father": "1996-02-03"}


def _member(house: House, who: str, born: str) -> str:
    file = PERSON | {"file_reference": f"50-{who}"}
    command = AdmitPerson(
        **file,
        admitted_on=day("2025-01-07"),
        given_name=who.title(),
        family_name="Beispiel",
        birth_date=day(born),
        nationality="475",
        language="ar",
        household_ref="H-1",
    )
    case = str(house.ask(command, SENDER)["case"])
    if who == "mother":
        house.on("2025-03-21")
        house.ask(
            RecordAsylumRecognition(
                **file,
                protection_kind=ProtectionKind.REFUGEE_S3,
                decided_on=day("2025-03-17"),
                served_on=day("2025-03-20"),
                received_on=day("2025-03-21"),
            ),
            SENDER,
        )
    return case
