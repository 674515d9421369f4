"""The district closes a case: what goes on all the same, and what nobody has to do any more."""

from typing import Any

import pytest

from services.casework.app import SERVICE as CASEWORK
from services.chassis.decider import Refused
from services.jobcenter_bridge.queue import work_item
from staffel_contracts.codes import (
    BenefitOutcome,
    CloseReason,
    GapCause,
    HandoffTask,
    RejectReason,
    ReopenReason,
)
from staffel_contracts.commands.casework import CloseCase
from staffel_contracts.commands.jobcenter_bridge import (
    RejectHandoff,
    ReportBenefitDecision,
    RequestHandoff,
    WithdrawHandoff,
)
from staffel_contracts.facts.casework import CaseClosed, CaseReopened
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    HandoffReminderDue,
)
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    charged,
    drafted,
    ends,
)
from tests.support.given import CASE, Given, day, types
from tests.support.handoffs import Handoffs, acknowledged, completed, expired, rejected, submitted

R = CloseReason
GONE = [R.LEFT, R.DIED, R.ENTERED_IN_ERROR]
"""Nobody here owes anything any more."""


def closed(on: str, reason: CloseReason = R.HANDED_OVER) -> CaseClosed:
    return CaseClosed(closed_on=day(on), reason_code=reason)


def task(bridge: Handoffs) -> tuple[HandoffTask, str] | None:
    item = work_item(bridge.state())
    return (item.task, item.agency) if item else None


def handed_over(reason: CloseReason = R.HANDED_OVER) -> Handoffs:
    """The jobcenter pays for a year, and the district has closed the case."""
    bridge = completed()
    granted = ReportBenefitDecision(
        case=CASE,
        decision_ref="decision-1",
        decided_on=day("2025-05-02"),
        outcome=BenefitOutcome.GRANTED,
        from_on=day("2025-05-01"),
        to_on=day("2026-04-30"),
    )
    bridge.asks(granted, RECEIVER)
    bridge.hears(closed("2025-05-10", reason))
    return bridge


def request(bridge: Handoffs) -> None:
    wish = RequestHandoff(case=CASE, application_received_on=bridge.now.date())
    bridge.asks(wish, STRANGER)


# -- handed over -----------------------------------------------------------------------------------


def test_a_rejected_handoff_is_followed_up_although_the_case_was_closed() -> None:
    bridge = rejected()
    bridge.hears(closed("2025-04-04"))

    bridge.on("2025-05-01")

    assert task(bridge) == (HandoffTask.FOLLOW_REJECTION, SENDER)
    assert HandoffReminderDue in types(bridge.said)
    assert bridge.last(CoverageGapDetected).from_on == day("2025-05-01")


def test_a_handoff_that_expires_in_a_closed_case_is_handed_over_again() -> None:
    bridge = submitted()
    bridge.hears(closed("2025-04-05"))

    bridge.on("2025-04-22")

    assert task(bridge) == (HandoffTask.HAND_OVER_AGAIN, SENDER)


@pytest.mark.parametrize("reason", [R.HANDED_OVER, R.MOVED_AWAY])
def test_the_end_of_a_grant_is_a_gap_although_the_district_closed_the_case(
    reason: CloseReason,
) -> None:
    bridge = handed_over(reason)

    bridge.on("2026-05-01")

    gap = bridge.last(CoverageGapDetected)
    assert (gap.from_on, gap.cause_code) == (day("2026-05-01"), GapCause.GRANT_ENDED)
    assert task(bridge) == (HandoffTask.COVER_GAP, RECEIVER)


def test_what_the_jobcenter_drafts_after_the_district_closed_the_case_is_its_work() -> None:
    bridge = handed_over()
    bridge.on("2026-02-01")
    on: dict[str, Any] = {
        "drafted_on": day("2026-02-01"),
        "effective_on": day("2026-03-01"),
        "by_hand": True,
    }

    bridge.hears(drafted(from_agency=RECEIVER, to_agency=STRANGER, **on))
    bridge.on("2026-02-10")

    assert task(bridge) == (HandoffTask.COMPLETE_SHEET, RECEIVER)
    assert HandoffReminderDue in types(bridge.said)


@pytest.mark.parametrize("reason", list(CloseReason))
def test_whoever_asks_for_a_person_of_a_closed_case_is_answered(reason: CloseReason) -> None:
    bridge = handed_over(reason)
    bridge.on("2026-02-01")

    request(bridge)

    assert task(bridge) == (HandoffTask.ANSWER_REQUEST, RECEIVER)


# -- nothing left to do ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", GONE)
@pytest.mark.parametrize("reached", [rejected, expired, completed])
def test_who_needs_nothing_any_more_is_nobodys_work(reached: Any, reason: CloseReason) -> None:
    bridge = reached()
    bridge.hears(closed("2025-04-22", reason))

    bridge.on("2027-01-01")

    assert task(bridge) is None
    assert not [gap for gap in bridge.state().gaps.values() if gap["open"]]
    assert not bridge.pending()


def test_days_without_benefits_end_with_the_need() -> None:
    bridge = rejected()
    bridge.on("2025-05-15")

    bridge.hears(closed("2025-05-10", R.DIED))

    gap = bridge.last(CoverageGapClosed)
    assert (gap.from_on, gap.to_on, gap.days) == (day("2025-05-01"), day("2025-05-09"), 9)
    assert task(bridge) is None
    assert not bridge.pending()


def test_what_is_with_the_receiver_when_a_person_dies_is_still_in_a_queue() -> None:
    bridge = acknowledged()
    bridge.hears(closed("2025-04-05", R.DIED))

    assert task(bridge) == (HandoffTask.DECIDE, RECEIVER)


def test_who_moved_away_from_the_responsible_district_needs_nothing_here() -> None:
    bridge = Handoffs()
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))
    bridge.hears(closed("2025-04-05", R.MOVED_AWAY))

    bridge.on("2026-01-01")

    assert task(bridge) is None
    assert CoverageGapDetected not in types(bridge.said)


def test_who_moved_away_is_passed_on_where_the_receiver_is_not_competent() -> None:
    """The application goes to the competent agency without delay (§ 16 Abs. 2 S. 1 SGB I)."""
    bridge = acknowledged()
    bridge.answers(RejectHandoff, reason_code=RejectReason.PERSON_MOVED)

    bridge.hears(closed("2025-04-05", R.MOVED_AWAY))

    assert task(bridge) == (HandoffTask.FOLLOW_REJECTION, SENDER)


def test_a_handoff_taken_back_for_who_moved_away_is_not_begun_again() -> None:
    bridge = submitted()
    bridge.answers(WithdrawHandoff)

    bridge.hears(closed("2025-04-05", R.MOVED_AWAY))

    assert task(bridge) is None


def test_a_case_taken_up_again_counts_as_if_it_had_never_been_closed() -> None:
    bridge = rejected()
    bridge.hears(closed("2025-04-22", R.LEFT))

    bridge.hears(CaseReopened(reopened_on=day("2025-04-23"), reason_code=ReopenReason.RETURNED))
    bridge.on("2025-05-01")

    assert task(bridge) == (HandoffTask.FOLLOW_REJECTION, SENDER)
    assert bridge.last(CoverageGapDetected).from_on == day("2025-05-01")


# -- the district closes ---------------------------------------------------------------------------


def close(case: Given, reason: CloseReason, agency: str = SENDER) -> Any:
    wish = CloseCase(case=CASE, closed_on=case.now.date(), reason_code=reason)
    return case.asks(wish, agency, "lead")


def test_nobody_closes_a_case_as_handed_over_while_the_district_is_responsible() -> None:
    case = Given(CASEWORK, "2025-05-10")
    case.hears(admitted(), charged())

    with pytest.raises(Refused) as refusal:
        close(case, R.HANDED_OVER)

    assert refusal.value.code == "illegal-transition"
    assert refusal.value.field == "reason_code"


def test_a_case_of_another_district_is_not_handed_over_either() -> None:
    case = Given(CASEWORK, "2025-05-10")
    other = "district-12054"
    case.hears(admitted(), charged(), charged(other, "2025-05-01", "handoff-1"))

    with pytest.raises(Refused, match="illegal-transition"):
        close(case, R.HANDED_OVER, other)


def test_a_case_is_closed_as_handed_over_once_another_agency_is_responsible() -> None:
    case = Given(CASEWORK, "2025-05-10")
    case.hears(admitted(), charged(), charged(RECEIVER, "2025-05-01", "handoff-1"))

    assert CaseClosed in types(close(case, R.HANDED_OVER))


@pytest.mark.parametrize("reason", [*GONE, R.MOVED_AWAY])
def test_a_case_of_the_responsible_district_is_closed_for_any_other_reason(
    reason: CloseReason,
) -> None:
    case = Given(CASEWORK, "2025-05-10")
    case.hears(admitted(), charged())

    assert CaseClosed in types(close(case, reason))
