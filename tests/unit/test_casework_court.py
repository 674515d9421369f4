"""Court action: nothing is final while it runs, and the decision served last counts."""

from typing import Any

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import (
    ContestScope,
    FinalityBasis,
    FinalityVariant,
    ProtectionKind,
    RefusalCode,
    SheetField,
)
from staffel_contracts.commands.casework import DraftHandoff, RecordFinality, ReportCourtAction
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionContested,
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndWithdrawn,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from tests.support.entries import (
    DOMAIN,
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    charged,
    handed_over,
    opened,
    recognised,
    refused,
    titled,
)
from tests.support.given import CASE, Given, day, types

FULL, PARTIAL = ContestScope.FULL, ContestScope.PARTIAL
GRANTED, WHOLE = FinalityVariant.GRANTED_PART, FinalityVariant.WHOLE_DECISION
WAIVER, COURT = FinalityBasis.WAIVER, FinalityBasis.COURT


def _action(
    on: str = "2025-04-01",
    scope: ContestScope = PARTIAL,
    variant: FinalityVariant | None = None,
) -> ReportCourtAction:
    return ReportCourtAction(case=CASE, contested_on=day(on), scope=scope, finality_variant=variant)


def _final(on: str, basis: FinalityBasis) -> RecordFinality:
    return RecordFinality(case=CASE, finality_on=day(on), basis=basis)


def _case(*heard: Any, today: str = "2025-04-02") -> Given:
    case = Given(SERVICE, today)
    case.hears(admitted(), opened(), *(heard or (recognised("2025-03-20", _SUBSIDIARY),)))
    return case


_SUBSIDIARY = ProtectionKind.SUBSIDIARY_S4


@pytest.mark.parametrize("scope", ContestScope)
def test_nothing_becomes_final_while_an_action_runs(scope: ContestScope) -> None:
    case = _case()

    said = case.asks(_action(scope=scope), SENDER)

    assert types(said) == [AsylumDecisionContested]
    assert case.pending() == {}
    assert case.on("2025-06-01") == []


def test_the_view_of_finality_that_is_applied_is_said() -> None:
    case = _case()

    (said,) = case.asks(_action(), SENDER)

    assert isinstance(said, AsylumDecisionContested)
    assert said.finality_variant is WHOLE


def test_of_an_action_in_full_no_view_is_taken() -> None:
    case = _case()

    (said,) = case.asks(_action(scope=FULL), SENDER)
    with pytest.raises(Refused) as refusal:
        case.asks(_action("2025-04-02", FULL, WHOLE), SENDER)

    assert isinstance(said, AsylumDecisionContested)
    assert said.finality_variant is None
    assert (refusal.value.code, refusal.value.field) == (RefusalCode.INVALID, "finality_variant")


def test_in_the_other_view_the_part_that_was_granted_becomes_final_with_the_period() -> None:
    case = _case()
    case.asks(_action(variant=GRANTED), SENDER)

    case.on("2025-04-04")

    final, ends = case.last(AsylumDecisionFinal), case.last(EntitlementEndComputed)
    assert (final.finality_on, final.basis) == (day("2025-04-04"), FinalityBasis.PARTIAL)
    assert ends.end_on == day("2025-04-30")
    assert ends.inputs["contest"] == "partial"
    assert ends.inputs["finality_variant"] == "granted-part"
    sheet = case.last(HandoverSheetCompleted)
    assert sheet.fields[SheetField.FINALITY] == "2025-04-04 partial"


@pytest.mark.parametrize(
    ("basis", "scope"), [(COURT, FULL), (COURT, PARTIAL), (WAIVER, FULL), (WAIVER, PARTIAL)]
)
def test_a_judgment_or_a_withdrawal_ends_the_action(
    basis: FinalityBasis, scope: ContestScope
) -> None:
    case = _case()
    case.asks(_action(scope=scope), SENDER)
    case.on("2026-02-11")

    case.asks(_final("2026-02-10", basis), SENDER)

    ends = case.last(EntitlementEndComputed)
    assert ends.end_on == day("2026-02-28")
    assert ends.inputs["finality_basis"] == basis.value
    assert ends.inputs.get("finality_variant") == (WHOLE.value if scope is PARTIAL else None)
    assert case.last(HandoffDrafted).effective_on == day("2026-03-01")


def test_a_title_ends_benefits_while_the_action_runs_and_the_sheet_tells_no_finality() -> None:
    case = _case()
    case.asks(_action(), SENDER)

    case.hears(titled("2025-05-20"))
    case.on("2025-06-01")

    assert case.last(EntitlementEndComputed).end_on == day("2025-05-31")
    assert SheetField.FINALITY not in case.last(HandoverSheetCompleted).fields
    assert not [fact for fact in case.said if isinstance(fact, AsylumDecisionFinal)]


def test_an_action_that_becomes_known_late_takes_the_end_back() -> None:
    case = _case()
    case.hears(charged())
    case.on("2025-04-10")

    said = case.asks(_action("2025-04-01"), SENDER)

    assert types(said) == [AsylumDecisionContested, EntitlementEndWithdrawn]
    withdrawn = case.last(EntitlementEndWithdrawn)
    assert (withdrawn.withdrawn_on, withdrawn.replaces_end_on) == (
        day("2025-04-10"),
        day("2025-04-30"),
    )
    assert withdrawn.inputs == {
        "contested_on": "2025-04-01",
        "contest": "partial",
        "finality_variant": "whole-decision",
    }
    state = case.state()
    assert (state.finality_on, state.end_on, state.sheet_ref) == (None, None, None)
    assert case.pending() == {}
    assert not [fact for fact in case.on("2025-06-01") if isinstance(fact, AsylbensEnded)]
    assert case.folded() == case.own()
    row = case.rows["computation"][f"{CASE}/2"]
    assert (row["end_on"], row["replaces_end_on"]) == (None, day("2025-04-30"))


def test_after_an_end_was_taken_back_the_next_one_is_prepared_anew() -> None:
    case = _case()
    case.hears(charged())
    case.on("2025-04-10")
    case.asks(_action("2025-04-01"), SENDER)
    case.on("2026-02-11")

    said = case.asks(_final("2026-02-10", COURT), SENDER)

    assert types(said) == [
        AsylumDecisionFinal,
        EntitlementEndComputed,
        HandoffDrafted,
        HandoverSheetCompleted,
    ]
    assert set(case.rows["computation"]) == {f"{CASE}/{number}" for number in (1, 2, 3)}


def test_in_the_other_view_an_action_that_becomes_known_late_moves_nothing() -> None:
    case = _case()
    case.on("2025-04-10")

    said = case.asks(_action("2025-04-01", variant=GRANTED), SENDER)

    assert types(said) == [AsylumDecisionContested, AsylumDecisionFinal]
    assert case.last(AsylumDecisionFinal).basis is FinalityBasis.PARTIAL


def test_once_another_agency_has_taken_over_officials_decide_about_the_end() -> None:
    case = _case()
    case.hears(charged())
    case.on("2025-04-04")
    sheet_ref = case.last(HandoverSheetCompleted).sheet_ref
    case.hears(handed_over(sheet_ref), charged(RECEIVER, "2025-05-01", "handoff-1"))
    case.on("2025-05-05")

    said = case.asks(_action("2025-04-01", FULL), SENDER)

    assert types(said) == [AsylumDecisionContested]
    assert case.state().end_on == day("2025-04-30")


def test_protection_that_a_court_obliged_to_grant_is_handed_over() -> None:
    case = _case(refused("2024-01-10"), today="2024-01-20")
    case.asks(_action("2024-01-20", FULL), SENDER)

    case.hears(recognised("2025-03-20"))

    assert case.pending() == {"finality": start_of_day(day("2025-04-04"))}
    case.on("2025-04-04")
    assert case.last(EntitlementEndComputed).end_on == day("2025-04-30")
    assert case.last(HandoverSheetCompleted).fields[SheetField.PROTECTION_KIND] == "s25-2"


def test_an_action_against_a_refusal_ends_nothing_and_no_sheet_is_made_by_hand() -> None:
    case = _case(refused("2024-01-10"), today="2024-01-20")

    said = case.asks(_action("2024-01-20", FULL), SENDER)
    by_hand = DraftHandoff(
        case=CASE, domain=DOMAIN, to_agency=RECEIVER, effective_on=day("2024-03-01")
    )
    drafted = case.asks(by_hand, SENDER)

    assert types(said) == [AsylumDecisionContested]
    assert types(drafted) == [HandoffDrafted]


REFUSALS: dict[str, tuple[ReportCourtAction, str, RefusalCode, str]] = {
    "another agency": (_action(), STRANGER, RefusalCode.NOT_RESPONSIBLE, "case"),
    "a day in the future": (
        _action("2025-04-03"), SENDER, RefusalCode.DATE_IN_FUTURE, "contested_on",
    ),
    "a day before the service": (
        _action("2025-03-19"), SENDER, RefusalCode.IMPLAUSIBLE_DATES, "contested_on",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "agency", "code", "field"), REFUSALS.values(), ids=REFUSALS.keys()
)
def test_an_action_is_refused_from(
    command: ReportCourtAction, agency: str, code: RefusalCode, field: str
) -> None:
    case = _case()

    with pytest.raises(Refused) as refusal:
        case.asks(command, agency)

    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_an_action_after_its_period_is_refused() -> None:
    case = _case()
    case.on("2025-04-10")

    with pytest.raises(Refused, match="already-final: after the period for action"):
        case.asks(_action("2025-04-04"), SENDER)


@pytest.mark.parametrize("basis", [WAIVER, COURT])
def test_an_action_after_a_waiver_or_a_judgment_is_refused(basis: FinalityBasis) -> None:
    case = _case()
    case.asks(_final("2025-04-01", basis), SENDER)

    with pytest.raises(Refused, match="already-final"):
        case.asks(_action("2025-04-02"), SENDER)


def test_an_action_is_reported_once_and_may_be_reported_otherwise() -> None:
    case = _case()
    case.asks(_action(), SENDER)

    with pytest.raises(Refused, match="illegal-transition"):
        case.asks(_action(), SENDER)

    case.asks(_action(variant=GRANTED), SENDER)
    assert case.pending() == {"finality": start_of_day(day("2025-04-04"))}


def test_a_judgment_before_the_action_is_refused() -> None:
    case = _case()
    case.asks(_action("2025-04-01"), SENDER)

    with pytest.raises(Refused, match="implausible-dates"):
        case.asks(_final("2025-03-31", COURT), SENDER)


def test_without_a_decision_there_is_nothing_to_contest() -> None:
    case = Given(SERVICE, "2025-04-02")
    case.hears(admitted(), opened())

    with pytest.raises(Refused, match="no-decision"):
        case.asks(_action(), SENDER)


def test_an_action_after_its_period_counts_once_a_court_reinstates() -> None:
    case = _case(recognised("2025-03-20", _SUBSIDIARY), charged())
    case.on("2025-06-02")
    action = _action("2025-04-22", FULL).model_copy(update={"reinstated_on": day("2025-05-28")})

    said = case.asks(action, SENDER)

    assert types(said) == [AsylumDecisionContested, EntitlementEndWithdrawn]
    assert case.last(AsylumDecisionContested).reinstated_on == day("2025-05-28")
    assert case.state().finality_on is None
    assert case.on("2025-08-01") == []
    assert case.own() == case.folded()


@pytest.mark.parametrize(
    ("contested_on", "reinstated_on", "code", "field"),
    [
        ("2025-04-22", None, "already-final", "contested_on"),
        ("2025-04-22", "2025-04-21", "implausible-dates", "reinstated_on"),
        ("2025-04-22", "2025-06-03", "date-in-future", "reinstated_on"),
        ("2025-04-03", "2025-05-28", "invalid", "reinstated_on"),
    ],
)
def test_a_reinstatement_that_cannot_be_is_refused(
    contested_on: str, reinstated_on: str | None, code: str, field: str
) -> None:
    case = _case(recognised("2025-03-20", _SUBSIDIARY), charged())
    case.on("2025-06-02")
    on = reinstated_on and day(reinstated_on)
    action = _action(contested_on, FULL).model_copy(update={"reinstated_on": on})

    with pytest.raises(Refused) as refused:
        case.asks(action, SENDER)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_no_reinstatement_undoes_a_waiver() -> None:
    case = _case(recognised("2025-03-20", _SUBSIDIARY), charged())
    case.asks(_final("2025-03-25", WAIVER), SENDER)
    case.on("2025-06-02")
    action = _action("2025-04-22", FULL).model_copy(update={"reinstated_on": day("2025-05-28")})

    with pytest.raises(Refused) as refused_:
        case.asks(action, SENDER)

    assert refused_.value.code == "already-final"
