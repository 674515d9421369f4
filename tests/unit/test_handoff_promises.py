"""What random histories of a handoff brought to light, each as the shortest story."""

from typing import Any

import pytest

from services.chassis.decider import Refused
from services.jobcenter_bridge.queue import work_item
from staffel_contracts.codes import (
    BenefitOutcome,
    BenefitReason,
    CloseReason,
    HandBackCause,
    HandoffStatus,
    HandoffTask,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandBackToDistrict,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    ReportBenefitDecision,
)
from staffel_contracts.facts.casework import CaseClosed, HandoffDrafted
from staffel_contracts.facts.jobcenter_bridge import (
    BenefitStartNotified,
    CoverageOverlapDetected,
    HandoffReminderDue,
)
from tests.support.entries import DOMAIN, RECEIVER, SENDER, admitted, ends, sheet
from tests.support.given import CASE, day, types
from tests.support.handoffs import Handoffs, acknowledged, completed, in_effect


def closed(on: str) -> CaseClosed:
    return CaseClosed(closed_on=day(on), reason_code=CloseReason.HANDED_OVER)


def drafted(handoff_id: str = "draft-1", on: str = "2025-04-04", **more: Any) -> HandoffDrafted:
    return HandoffDrafted(
        handoff_id=handoff_id,
        domain=DOMAIN,
        from_agency=SENDER,
        to_agency=RECEIVER,
        drafted_on=day(on),
        effective_on=day("2025-05-01"),
        **more,
    )


def granted(from_on: str, **more: Any) -> ReportBenefitDecision:
    usual: dict[str, Any] = {
        "case": CASE,
        "decision_ref": "decision-1",
        "decided_on": day("2025-04-04"),
        "outcome": BenefitOutcome.GRANTED,
        "from_on": day(from_on),
    }
    return ReportBenefitDecision(**usual | more)


def handed_back_after_closing() -> Handoffs:
    bridge = completed()
    bridge.hears(closed("2025-05-10"))
    bridge.on("2025-08-01")
    back = HandBackToDistrict(
        case=CASE, effective_on=day("2025-09-01"), cause=HandBackCause.TITLE_LOST
    )
    bridge.asks(back, RECEIVER)
    return bridge


def test_a_person_handed_back_after_the_case_was_closed_is_the_districts_work() -> None:
    item = work_item(handed_back_after_closing().state())

    assert item is not None
    assert (item.agency, item.task) == (SENDER, HandoffTask.CONFIRM_DELIVERY)


def test_a_handoff_that_is_open_when_the_case_is_closed_stays_on_the_ladder() -> None:
    bridge = acknowledged()
    bridge.hears(closed("2025-04-05"))

    assert HandoffReminderDue in types(bridge.on("2025-04-30"))


def test_a_closed_case_with_nothing_under_way_is_nobodys_work() -> None:
    bridge = completed()
    bridge.hears(closed("2025-05-10"))

    assert work_item(bridge.state()) is None


def taken_up_and(bridge: Handoffs, answer: type[HandoffCommand]) -> None:
    """The receiver gets the sheet, takes it up and answers."""
    for kind in (ConfirmDelivery, AcknowledgeHandoff, answer):
        bridge.answers(kind)


def handed_over_again() -> Handoffs:
    """A drafted handoff was rejected, and the sheet that came again was accepted."""
    bridge = Handoffs()
    end = ends("2025-04-30", "2025-05-01", "2025-05-31")
    bridge.hears(admitted(), end, drafted(), sheet(handoff_id="draft-1"))
    taken_up_and(bridge, RejectHandoff)
    bridge.hears(sheet("sheet-2", replaces_handoff="draft-1"))
    taken_up_and(bridge, AcceptHandoff)
    bridge.on("2025-05-02")
    return bridge


def test_a_handoff_that_was_handed_over_again_can_take_effect_and_be_completed() -> None:
    bridge = handed_over_again()

    assert bridge.stage is HandoffStatus.IN_EFFECT
    assert BenefitStartNotified in types(bridge.answers(NotifyBenefitStart))


def test_nobody_is_reminded_of_a_draft_before_it_is_known_who_is_responsible() -> None:
    bridge = Handoffs()
    bridge.hears(ends("2025-04-30", "2025-05-01", "2025-05-31"), drafted())
    bridge.on("2025-04-20")

    assert types(bridge.hears(admitted())).count(HandoffReminderDue) == 1


def test_a_draft_by_hand_is_due_three_weeks_before_the_day_that_was_set() -> None:
    bridge = Handoffs()
    bridge.hears(admitted(), drafted(by_hand=True))

    item = work_item(bridge.state())

    assert item is not None
    assert item.due_on == day("2025-04-09")


def test_a_benefit_that_will_run_beside_another_is_known_on_its_first_day() -> None:
    bridge = Handoffs()
    bridge.hears(admitted(), sheet())
    bridge.asks(granted("2025-04-10"), RECEIVER)

    assert CoverageOverlapDetected not in types(bridge.on("2025-04-09"))
    assert CoverageOverlapDetected in types(bridge.on("2025-04-10"))


def test_a_draft_that_is_late_keeps_the_day_by_which_it_was_due() -> None:
    bridge = Handoffs()
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), drafted())
    bridge.on("2025-04-20")

    item = work_item(bridge.state())

    assert item is not None
    assert item.due_on == day("2025-04-09")


def test_a_draft_that_begins_meanwhile_does_not_keep_the_receiver_from_reporting() -> None:
    bridge = in_effect()
    bridge.hears(drafted("draft-2", "2025-05-02"))

    assert BenefitStartNotified in types(bridge.answers(NotifyBenefitStart))


def test_days_that_were_granted_are_uncovered_again_once_the_benefit_is_refused() -> None:
    bridge = in_effect()
    bridge.asks(granted("2025-05-01"), RECEIVER)
    after_all = granted("2025-05-01").model_copy(
        update={
            "outcome": BenefitOutcome.REFUSED,
            "reason_code": BenefitReason.OVER_AGE,
            "from_on": None,
        }
    )

    bridge.asks(after_all, RECEIVER)

    assert not [one for one in bridge.state().coverage if one["agency"] == RECEIVER]


def test_nobody_hands_over_to_itself() -> None:
    bridge = Handoffs()
    bridge.hears(admitted())

    with pytest.raises(Refused, match="invalid"):
        bridge.hears(sheet(to_agency=SENDER))
