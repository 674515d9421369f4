"""The day on which an application was first received goes with it, and never with another one."""

from datetime import date

import pytest

from services.chassis.decider import Refused
from staffel_contracts.codes import BenefitOutcome
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    NotifyBenefitStart,
    RecordJobcenterApplication,
    ReportBenefitDecision,
    RequestHandoff,
)
from staffel_contracts.facts.jobcenter_bridge import HandoffSubmission
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted, ends, sheet
from tests.support.given import CASE, day
from tests.support.handoffs import Handoffs, in_effect

BYSTANDER = "jobcenter-14713"


def request(bridge: Handoffs, agency: str, received_on: str) -> None:
    wish = RequestHandoff(case=CASE, application_received_on=day(received_on))
    bridge.asks(wish, agency)


def apply(bridge: Handoffs, filed_on: str, by: str = RECEIVER, at: str = RECEIVER) -> None:
    wish = RecordJobcenterApplication(
        case=CASE, application_ref=f"a-{filed_on}", filed_on=day(filed_on), received_by_agency=at
    )
    bridge.asks(wish, by)


def received(bridge: Handoffs) -> date | None:
    """The day that the last submission carries."""
    handed: HandoffSubmission = bridge.last(HandoffSubmission)
    return handed.first_received_on


def known(today: str) -> Handoffs:
    """Nothing was handed over yet."""
    bridge = Handoffs(today)
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))
    return bridge


def paid() -> Handoffs:
    """Applied for in April, handed over and paid from May on; now it is February 2027."""
    bridge = known("2025-04-04")
    apply(bridge, "2025-04-02", SENDER)
    bridge.hears(sheet())
    for step in (ConfirmDelivery, AcknowledgeHandoff, AcceptHandoff):
        bridge.answers(step)
    bridge.on("2025-05-02")
    bridge.answers(NotifyBenefitStart)
    bridge.on("2027-02-05")
    return bridge


def handed_on(bridge: Handoffs, to: str = STRANGER) -> None:
    """Whoever is responsible hands the person on."""
    state = bridge.state()
    named = {"replaces_handoff": state.handoff_id, "from_agency": state.responsible}
    on = {"effective_on": day("2027-03-01"), "lossfree_on": day("2027-03-31")}
    bridge.hears(sheet("sheet-2", to_agency=to, **named, **on))


# -- kept ------------------------------------------------------------------------------------------


def test_a_second_agency_that_asks_does_not_make_the_application_later() -> None:
    bridge = known("2025-06-03")
    request(bridge, STRANGER, "2025-04-28")
    asked = bridge.state().request["answer_by"]
    bridge.on("2025-06-10")
    request(bridge, RECEIVER, "2025-06-02")

    bridge.hears(sheet())

    assert received(bridge) == day("2025-04-28")
    assert asked == "2025-06-06"


def test_whoever_asked_first_is_still_answered_by_the_same_day() -> None:
    bridge = known("2025-06-03")
    request(bridge, STRANGER, "2025-04-28")
    first = bridge.state().request["answer_by"]
    bridge.on("2025-06-10")

    request(bridge, RECEIVER, "2025-06-02")

    assert bridge.state().request["answer_by"] == first


def test_an_application_to_whoever_forwards_goes_with_the_handoff() -> None:
    bridge = known("2025-04-04")
    bridge.hears(sheet())
    for step in (ConfirmDelivery, AcknowledgeHandoff):
        bridge.answers(step)
    apply(bridge, "2025-04-02")
    bridge.answers(ForwardHandoff)

    bridge.hears(sheet("sheet-2", to_agency=STRANGER, replaces_handoff=bridge.state().handoff_id))

    assert received(bridge) == day("2025-04-02")


def test_an_application_that_nobody_answered_goes_on_after_a_takeover() -> None:
    bridge = in_effect()
    apply(bridge, "2025-04-02")
    bridge.on("2025-07-01")

    handed_on(bridge)

    assert received(bridge) == day("2025-04-02")


def test_an_application_is_not_lost_when_only_the_one_before_it_was_answered() -> None:
    bridge = in_effect()
    apply(bridge, "2025-05-02")
    bridge.on("2025-06-20")
    apply(bridge, "2025-06-16", at=STRANGER)
    granted = ReportBenefitDecision(
        case=CASE,
        decision_ref="d-1",
        decided_on=day("2025-05-20"),
        outcome=BenefitOutcome.GRANTED,
        from_on=day("2025-05-01"),
        to_on=day("2025-06-30"),
    )
    bridge.asks(granted, RECEIVER)

    handed_on(bridge)

    assert bridge.state().application["filed_on"] == "2025-06-16"
    assert received(bridge) == day("2025-06-16")
    assert bridge.folded() == bridge.own()


def test_of_several_that_wait_the_first_counts_in_whatever_order_they_are_told() -> None:
    bridge = in_effect()
    bridge.on("2025-06-20")
    for filed_on in ("2025-06-10", "2025-05-02", "2025-06-02"):
        apply(bridge, filed_on)

    state = bridge.state()

    assert state.open_application["filed_on"] == "2025-05-02"
    assert [one["filed_on"] for one in state.later_applications] == ["2025-06-02", "2025-06-10"]


def test_an_application_that_waits_its_turn_is_recorded_once() -> None:
    bridge = in_effect()
    bridge.on("2025-06-20")
    apply(bridge, "2025-05-02")
    apply(bridge, "2025-06-02")

    with pytest.raises(Refused, match="it is recorded"):
        apply(bridge, "2025-06-02")


# -- not carried on --------------------------------------------------------------------------------


def test_the_day_of_an_application_that_was_answered_is_not_carried_on() -> None:
    bridge = paid()

    handed_on(bridge)

    assert received(bridge) is None


def test_a_new_application_counts_although_there_was_an_earlier_one() -> None:
    bridge = paid()
    apply(bridge, "2027-02-02", at=STRANGER)

    handed_on(bridge)

    assert received(bridge) == day("2027-02-02")


def test_a_request_counts_from_the_new_application() -> None:
    bridge = paid()
    request(bridge, STRANGER, "2027-02-02")

    handed_on(bridge)

    assert received(bridge) == day("2027-02-02")


def test_the_day_of_what_was_applied_for_before_and_is_reported_late_is_not_carried_on() -> None:
    bridge = paid()
    apply(bridge, "2025-04-28")

    handed_on(bridge)

    assert received(bridge) is None


def test_what_is_reported_late_does_not_displace_what_waits() -> None:
    bridge = paid()
    apply(bridge, "2027-02-02", at=STRANGER)
    apply(bridge, "2025-04-28")

    handed_on(bridge)

    assert received(bridge) == day("2027-02-02")


def test_whoever_hands_on_in_vain_does_not_bring_the_old_day_back() -> None:
    bridge = paid()
    handed_on(bridge)
    for step in (ConfirmDelivery, AcknowledgeHandoff):
        bridge.answers(step, STRANGER)
    to = {"forwarded_to": BYSTANDER}
    bridge.answers(ForwardHandoff, STRANGER, **to)

    more = {"replaces_handoff": bridge.state().handoff_id, "from_agency": RECEIVER}
    bridge.hears(sheet("sheet-3", to_agency=BYSTANDER, **more))

    assert received(bridge) == day("2027-02-05")
