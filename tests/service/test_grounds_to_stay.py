"""What changes a person's stay, on real databases: from command to handoff, and replayed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.casework.tables import HandoverSheetRow
from staffel_contracts.codes import (
    ContestScope,
    FinalityBasis,
    HouseholdKind,
    InterimProofKind,
    ProtectionKind,
    TitleCode,
)
from staffel_contracts.commands.casework import RecordFinality, ReportCourtAction
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordInterimProof,
    RecordResidenceTitle,
    RecordTemporaryProtection,
)
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

NAMES = ("intake", "casework", "jobcenter_bridge")
SHEET = HandoverSheetRow.__table__  # type: ignore[attr-defined]
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}


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


def _admit(house: House, reference: str = "50-4711", **more: Any) -> str:
    known: dict[str, Any] = {
        "admitted_on": day("2024-09-02"),
        "given_name": "Samira",
        "family_name": "Beispiel",
        "birth_date": day("1994-05-17"),
        "nationality": "475",
        "language": "ar",
    }
    command = AdmitPerson(**PERSON | {"file_reference": reference}, **known | more)
    return str(house.ask(command, SENDER)["case"])


def test_an_action_that_is_reported_late_takes_the_handoff_back_until_the_judgment(
    house: House,
) -> None:
    case = _admit(house)
    house.on("2025-03-21")
    decision = RecordAsylumRecognition(
        **PERSON,
        protection_kind=ProtectionKind.SUBSIDIARY_S4,
        decided_on=day("2025-03-17"),
        served_on=day("2025-03-20"),
        received_on=day("2025-03-21"),
    )
    house.ask(decision, SENDER)
    house.on("2025-04-10")

    action = ReportCourtAction(
        case=case, contested_on=day("2025-04-01"), scope=ContestScope.PARTIAL
    )
    house.ask(action, SENDER)
    house.on("2026-02-11")
    judged = RecordFinality(case=case, finality_on=day("2026-02-10"), basis=FinalityBasis.COURT)
    house.ask(judged, SENDER)

    first, taken_back, last = house.query("casework", "computations", SENDER, case=case)[
        "computations"
    ]
    assert (first["end_on"], last["end_on"]) == ("2025-04-30", "2026-02-28")
    assert (taken_back["end_on"], taken_back["replaces_end_on"]) == (None, "2025-04-30")
    assert last["inputs"]["finality_variant"] == "whole-decision"
    statuses = [
        (one["status"], one["effective_on"])
        for one in house.query("jobcenter_bridge", "handoffs", RECEIVER, case=case)["handoffs"]
    ]
    assert statuses == [("withdrawn", "2025-05-01"), ("submitted", "2026-03-01")]
    assert house.query("jobcenter_bridge", "responsibility", SENDER, case=case)["gaps"] == []
    assert house.faults() == []


def test_a_better_status_moves_no_end_that_was_reached(house: House) -> None:
    case = _admit(house)
    steps = (
        ("2025-03-20", ProtectionKind.SUBSIDIARY_S4),
        ("2025-06-10", ProtectionKind.REFUGEE_S3),
    )
    for served_on, kind in steps:
        house.on(served_on)
        names = ("decided_on", "served_on", "received_on")
        known: dict[str, Any] = dict.fromkeys(names, day(served_on))
        house.ask(RecordAsylumRecognition(**PERSON, protection_kind=kind, **known), SENDER)
    house.on("2025-07-15")

    (only,) = house.query("casework", "computations", SENDER, case=case)["computations"]
    found = house.query("casework", "case", SENDER, case=case)

    assert only["end_on"] == "2025-04-30"
    assert (found["end_on"], found["protection_kind"]) == ("2025-04-30", "refugee_s3")
    assert found["finality_on"] == "2025-06-25"
    assert house.faults() == []


def test_protection_that_a_court_obliged_to_grant_is_handed_over(house: House) -> None:
    case = _admit(house)
    days: dict[str, Any] = {"decided_on": day("2024-11-04"), "served_on": day("2024-11-08")}
    house.on("2024-11-21")
    house.ask(RecordAsylumRefusal(**PERSON, **days, received_on=day("2024-11-11")), SENDER)
    action = ReportCourtAction(case=case, contested_on=day("2024-11-20"), scope=ContestScope.FULL)
    house.ask(action, SENDER)
    house.on("2025-03-21")
    days = {"decided_on": day("2025-03-17"), "served_on": day("2025-03-20")}
    kind = ProtectionKind.REFUGEE_S3
    decision = RecordAsylumRecognition(
        **PERSON, **days, protection_kind=kind, received_on=day("2025-03-21")
    )

    house.ask(decision, SENDER)
    house.on("2025-04-04")

    (handoff,) = house.query("jobcenter_bridge", "handoffs", RECEIVER, case=case)["handoffs"]
    assert handoff["effective_on"] == "2025-05-01"
    assert house.faults() == []


def test_an_interim_certificate_under_temporary_protection_hands_a_case_over(house: House) -> None:
    case = _admit(house)
    house.on("2025-04-11")
    house.ask(RecordTemporaryProtection(**PERSON, registered_on=day("2025-03-14")), SENDER)
    proof = RecordInterimProof(
        **PERSON,
        proof_kind=InterimProofKind.FICTION,
        issued_on=day("2025-04-10"),
        valid_to=day("2026-03-04"),
        biometrics_done=True,
    )

    house.ask(proof, SENDER)
    house.on("2025-09-16")
    title = RecordResidenceTitle(
        **PERSON,
        title_code=TitleCode.S24,
        issued_on=day("2025-09-15"),
        valid_from=day("2025-09-15"),
        valid_to=day("2027-03-04"),
    )
    house.ask(title, SENDER)

    (found,) = house.query("casework", "computations", SENDER, case=case)["computations"]
    assert (found["end_on"], found["next_start_on"]) == ("2025-04-30", "2025-05-01")
    assert (found["last_lossfree_on"], found["rule_id"]) == ("2025-05-31", "R05")
    assert found["inputs"]["proof_kind"] == "s81-5"
    (handoff,) = house.query("jobcenter_bridge", "handoffs", RECEIVER, case=case)["handoffs"]
    assert handoff["effective_on"] == "2025-05-01"
    (gap,) = house.query("jobcenter_bridge", "responsibility", SENDER, case=case)["gaps"]
    assert gap["from_on"] == "2025-05-01"
    assert house.faults() == []


def _recognise(house: House, *references: str) -> None:
    for reference in references:
        command = RecordAsylumRecognition(
            **PERSON | {"file_reference": reference},
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(command, SENDER)


def _sheet(house: House, case: str) -> dict[str, Any]:
    (ref,) = [row["sheet_ref"] for row in house.rows("casework", SHEET) if row["case_id"] == case]
    found = house.query("casework", "handover-sheet", SENDER, sheet_ref=ref)
    return dict(found)


@pytest.mark.parametrize("named", [True, False], ids=["named as left", "only not named any more"])
def test_who_left_a_household_is_on_nobodys_sheet(house: House, *, named: bool) -> None:
    cases = {ref: _admit(house, ref, household_ref="H-1") for ref in ("50-1", "50-2", "50-3")}
    house.on("2025-03-21")
    change = ChangeHousehold(
        **PERSON | {"file_reference": "50-1"},
        household_ref="H-1",
        changed_on=day("2025-03-21"),
        household_kind=HouseholdKind.FAMILY,
        member_refs=("50-1", "50-3"),
        left_refs=("50-2",) if named else (),
    )

    house.ask(change, SENDER)
    _recognise(house, *cases)
    house.on("2025-04-04")

    counts = [len(_sheet(house, case)["household"]) for case in cases.values()]
    assert counts == [1, 0, 1]
    assert ("household" in _sheet(house, cases["50-2"])["fields"]) is not named
    screen = house.query("casework", "household", SENDER, household_ref="H-1")
    assert {one["case"] for one in screen["members"]} == {cases["50-1"], cases["50-3"]}
    assert house.faults() == []


def test_a_child_is_handed_over_with_its_mother_and_alone_waits_for_an_official(
    house: House,
) -> None:
    with_mother = _admit(house, "50-1", household_ref="H-1", birth_date=day("2019-03-01"))
    _admit(house, "50-2", household_ref="H-1")
    alone = _admit(house, "50-3", household_ref="H-2", birth_date=day("2019-03-01"))
    _admit(house, "50-4", household_ref="H-2")
    house.on("2025-03-21")

    _recognise(house, "50-1", "50-2", "50-3")
    house.on("2025-04-04")

    assert _sheet(house, with_mother)["to_agency"] == RECEIVER
    known = house.query("casework", "case", SENDER, case=alone)["domains"]["benefits"]
    assert (known["draft_to"], known["sheet_ref"]) == ("social-assistance-12069", None)
    members = house.query("casework", "household", SENDER, household_ref="H-2")["members"]
    (child,) = [one for one in members if one["case"] == alone]
    assert child["receiver"]["norm"].startswith("§ 7 Abs. 3 SGB II, §§ 19 Abs. 1, 27 SGB XII")
    assert house.faults() == []
