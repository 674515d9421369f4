"""Whoever left, died or never was is handed over to nobody; others are, whatever was closed."""

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import CloseReason, RefusalCode, ReopenReason, ResponsibilityDomain
from staffel_contracts.commands.casework import CloseCase, DraftHandoff, ReopenCase
from staffel_contracts.facts.casework import (
    AsylumDecisionFinal,
    CaseClosed,
    CaseReopened,
    EntitlementEndComputed,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from tests.support.entries import SENDER, admitted, charged, opened, recognised, titled
from tests.support.given import CASE, Given, day, types

FOLLOWS = [AsylumDecisionFinal, EntitlementEndComputed, HandoffDrafted, HandoverSheetCompleted]
GONE = [CloseReason.LEFT, CloseReason.DIED, CloseReason.ENTERED_IN_ERROR]


def closed(reason: CloseReason) -> Given:
    """A recognition was served, and five days later the case is closed."""
    casework = Given(SERVICE, "2025-03-25")
    casework.hears(admitted(), opened(), recognised("2025-03-20"), charged())
    command = CloseCase(case=CASE, closed_on=day("2025-03-25"), reason_code=reason)
    assert types(casework.asks(command, SENDER)) == [CaseClosed]
    return casework


@pytest.mark.parametrize("reason", GONE)
def test_nothing_is_computed_or_drafted_for_somebody_who_is_gone(reason: CloseReason) -> None:
    casework = closed(reason)

    assert "finality" not in casework.pending()
    assert casework.on("2025-12-31") == []
    assert casework.hears(titled()) == []


@pytest.mark.parametrize("reason", GONE)
def test_nobody_hands_them_over_by_hand_either(reason: CloseReason) -> None:
    casework = closed(reason)
    command = DraftHandoff(
        case=CASE,
        domain=ResponsibilityDomain.BENEFITS,
        to_agency="jobcenter-12069",
        effective_on=day("2025-05-01"),
    )

    with pytest.raises(Refused) as refused:
        casework.asks(command, SENDER)

    assert (refused.value.code, refused.value.field) == (RefusalCode.ILLEGAL_TRANSITION, "case")


def test_all_of_it_follows_once_the_case_is_reopened() -> None:
    casework = closed(CloseReason.LEFT)
    casework.on("2025-04-10")
    command = ReopenCase(
        case=CASE, reopened_on=day("2025-04-10"), reason_code=ReopenReason.RETURNED
    )

    said = [*casework.asks(command, SENDER), *casework.on("2025-04-11")]

    assert types(said)[0] is CaseReopened
    assert types(said)[1:5] == FOLLOWS
    assert casework.folded() == casework.own()


def test_a_case_that_was_closed_for_another_reason_goes_on() -> None:
    casework = closed(CloseReason.MOVED_AWAY)

    assert types(casework.on("2025-04-30"))[:4] == FOLLOWS
