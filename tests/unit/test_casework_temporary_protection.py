"""Temporary protection: benefits end with the month of the interim certificate (R05)."""

from itertools import permutations
from typing import Any

import pytest

from services.casework.app import SERVICE
from services.casework.printing import in_german
from staffel_contracts.codes import InterimProofKind, ProtectionKind, SheetField, TitleCode
from staffel_contracts.facts import intake
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from tests.support.entries import RECEIVER, admitted, opened, recognised, refused, titled
from tests.support.given import Given, day, types


def registered(on: str = "2025-03-14") -> intake.TemporaryProtectionRegistered:
    return intake.TemporaryProtectionRegistered(registered_on=day(on))


def proved(
    on: str = "2025-04-10",
    kind: InterimProofKind = InterimProofKind.FICTION,
    *,
    biometrics: bool = True,
) -> intake.InterimProofIssued:
    return intake.InterimProofIssued(
        proof_kind=kind, issued_on=day(on), valid_to=day("2026-03-04"), biometrics_done=biometrics
    )


def _case(*heard: Any, today: str = "2025-04-11") -> Given:
    case = Given(SERVICE, today)
    case.hears(admitted(), opened(), *heard)
    return case


def test_the_certificate_ends_benefits_with_its_month_and_the_handoff_is_prepared() -> None:
    case = _case(registered())

    said = case.hears(proved("2025-04-10"))

    assert types(said) == [EntitlementEndComputed, HandoffDrafted, HandoverSheetCompleted]
    ends, draft, sheet = said
    assert isinstance(ends, EntitlementEndComputed)
    assert (ends.end_on, ends.next_start_on) == (day("2025-04-30"), day("2025-05-01"))
    assert (ends.last_lossfree_on, ends.rule_id) == (day("2025-05-31"), "R05")
    assert ends.inputs == {
        "rules": "R05/1 R01/2 R09/1",
        "land": "BB",
        "protection_kind": "temporary_s24",
        "proof_kind": "s81-5",
        "issued_on": "2025-04-10",
    }
    assert isinstance(draft, HandoffDrafted)
    assert (draft.to_agency, draft.effective_on) == (RECEIVER, day("2025-05-01"))
    assert isinstance(sheet, HandoverSheetCompleted)
    assert sheet.fields[SheetField.PROTECTION_KIND] == "s24"
    assert sheet.fields[SheetField.INTERIM_PROOF] == "fiction 2025-04-10/2026-03-04"
    assert types(case.on("2025-05-01")) == [AsylbensEnded]


@pytest.mark.parametrize("order", [*permutations((registered(), proved(), titled("2025-09-15")))])
def test_the_order_in_which_the_entries_come_does_not_matter(order: Any) -> None:
    case = _case()

    case.hears(*order)

    assert case.state().end_on == day("2025-04-30")


def test_a_title_after_the_certificate_moves_nothing() -> None:
    case = _case(registered(), proved(), today="2025-09-16")

    assert case.hears(titled("2025-09-15", "2027-03-04", TitleCode.S24)) == []


def test_a_title_of_an_earlier_month_that_becomes_known_late_revises_the_end() -> None:
    case = _case(registered(), proved())

    case.hears(titled("2025-03-28", "2027-03-04", TitleCode.S24))

    revised = case.last(EntitlementEndRevised)
    assert (revised.end_on, revised.replaces_end_on) == (day("2025-03-31"), day("2025-04-30"))
    assert revised.rule_id == "R04"


def test_without_biometrics_benefits_go_on_until_the_title() -> None:
    case = _case(registered())

    assert case.hears(proved(biometrics=False)) == []

    case.hears(titled("2025-09-15", "2027-03-04", TitleCode.S24))
    assert case.last(EntitlementEndComputed).end_on == day("2025-09-30")


def test_biometrics_that_are_recorded_later_count_for_the_same_certificate() -> None:
    case = _case(registered(), proved(biometrics=False))

    case.hears(proved(biometrics=True))

    assert case.last(EntitlementEndComputed).end_on == day("2025-04-30")
    assert len(case.state().person.proofs) == 1


@pytest.mark.parametrize(
    "heard",
    [(proved(),), (registered(), proved(kind=InterimProofKind.RECOGNITION))],
    ids=["no temporary protection", "another certificate"],
)
def test_no_other_certificate_ends_benefits(heard: Any) -> None:
    assert not [f for f in _case(*heard).said if isinstance(f, EntitlementEndComputed)]


def test_an_asylum_decision_beside_it_puts_the_end_off_no_longer() -> None:
    case = _case(registered(), proved())

    case.hears(recognised("2025-06-10", ProtectionKind.REFUGEE_S3), refused("2025-06-10"))
    case.on("2025-07-10")

    assert case.state().end_on == day("2025-04-30")
    assert not [fact for fact in case.said if isinstance(fact, EntitlementEndRevised)]


def test_a_refused_application_for_asylum_takes_no_temporary_protection_away() -> None:
    case = _case(refused("2025-02-20"), registered())

    case.hears(proved())

    assert case.last(EntitlementEndComputed).end_on == day("2025-04-30")
    assert case.last(HandoverSheetCompleted).fields[SheetField.PROTECTION_KIND] == "s24"


def test_the_certificate_stands_on_a_printed_sheet_in_words() -> None:
    told = in_german(SheetField.INTERIM_PROOF, "fiction 2025-04-10/2026-03-04")

    assert told == "Fiktionsbescheinigung (§ 81 Abs. 5 AufenthG), 10.04.2025 bis 04.03.2026"
