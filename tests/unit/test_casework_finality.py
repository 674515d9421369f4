"""A decision becomes final by a waiver or a court, before the period is over or after."""

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import FinalityBasis, ProtectionKind, RefusalCode
from staffel_contracts.commands.casework import RecordFinality
from staffel_contracts.facts.casework import (
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from tests.support.entries import SENDER, STRANGER, admitted, opened, recognised
from tests.support.given import CASE, Given, day, types


def _case(today: str = "2025-03-21") -> Given:
    case = Given(SERVICE, today)
    case.hears(admitted(), opened())
    return case


def _finality(on: str, basis: FinalityBasis) -> RecordFinality:
    return RecordFinality(case=CASE, finality_on=day(on), basis=basis)


def test_a_waiver_makes_it_final_before_the_period_is_over() -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"))

    said = case.asks(_finality("2025-03-27", FinalityBasis.WAIVER), SENDER)

    assert types(said) == [
        AsylumDecisionFinal,
        EntitlementEndComputed,
        HandoffDrafted,
        HandoverSheetCompleted,
    ]
    assert case.last(AsylumDecisionFinal).asserted_by == SENDER
    assert case.last(EntitlementEndComputed).end_on == day("2025-03-31")
    assert "finality" not in case.pending()


def test_a_court_makes_it_final() -> None:
    case = _case("2025-04-03")
    case.hears(recognised("2025-03-20"))

    case.asks(_finality("2025-04-02", FinalityBasis.COURT), SENDER)

    assert case.last(EntitlementEndComputed).end_on == day("2025-04-30")
    assert case.last(EntitlementEndComputed).inputs["finality_basis"] == "court"


def test_a_court_decision_proves_that_action_was_brought_after_all() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))
    case.on("2025-09-15")

    said = case.asks(_finality("2025-09-12", FinalityBasis.COURT), SENDER)

    assert types(said) == [AsylumDecisionFinal, EntitlementEndRevised]
    assert case.last(EntitlementEndRevised).end_on == day("2025-09-30")


def test_a_waiver_that_becomes_known_late_moves_the_end_back() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))
    case.on("2025-04-10")

    case.asks(_finality("2025-03-27", FinalityBasis.WAIVER), SENDER)

    assert case.last(EntitlementEndRevised).end_on == day("2025-03-31")


def test_finality_of_a_removal_ban_is_recorded_and_ends_nothing() -> None:
    case = _case("2025-03-28")
    case.hears(recognised(kind=ProtectionKind.REMOVAL_BAN))

    said = case.asks(_finality("2025-03-27", FinalityBasis.WAIVER), SENDER)

    assert types(said) == [AsylumDecisionFinal]


REFUSALS = {
    "another agency": (
        "2025-03-27", FinalityBasis.WAIVER, STRANGER, RefusalCode.NOT_RESPONSIBLE, "case",
    ),
    "a basis that a rule computes": (
        "2025-03-27", FinalityBasis.NO_ACTION_FILED, SENDER, RefusalCode.INVALID, "basis",
    ),
    "a day in the future": (
        "2025-03-29", FinalityBasis.WAIVER, SENDER, RefusalCode.DATE_IN_FUTURE, "finality_on",
    ),
    "a day before the service": (
        "2025-03-19", FinalityBasis.COURT, SENDER, RefusalCode.IMPLAUSIBLE_DATES, "finality_on",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("on", "basis", "agency", "code", "field"), REFUSALS.values(), ids=REFUSALS.keys()
)
def test_finality_is_refused_for(
    on: str, basis: FinalityBasis, agency: str, code: RefusalCode, field: str
) -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"))
    before = case.state()

    with pytest.raises(Refused) as refusal:
        case.asks(_finality(on, basis), agency)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert case.state() == before


def test_finality_is_stated_only_once() -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"))
    case.asks(_finality("2025-03-27", FinalityBasis.WAIVER), SENDER)

    with pytest.raises(Refused, match="already-final"):
        case.asks(_finality("2025-03-28", FinalityBasis.COURT), SENDER)


def test_a_waiver_after_the_period_is_refused() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))
    case.on("2025-04-10")

    with pytest.raises(Refused, match="already-final"):
        case.asks(_finality("2025-04-09", FinalityBasis.WAIVER), SENDER)


def test_without_a_recognition_nothing_becomes_final() -> None:
    with pytest.raises(Refused, match="no-decision"):
        _case().asks(_finality("2025-03-20", FinalityBasis.WAIVER), SENDER)


def test_a_case_that_nobody_opened_is_not_found() -> None:
    with pytest.raises(Refused, match="not-found"):
        Given(SERVICE, "2025-03-28").asks(_finality("2025-03-27", FinalityBasis.WAIVER), SENDER)
