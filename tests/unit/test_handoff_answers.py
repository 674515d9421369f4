"""What the receiver answers to a handoff, and what happens if it does not."""

import pytest

from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import (
    RESUBMITTABLE,
    DeliveryChannel,
    HandoffStatus,
    RefusalCode,
    RejectReason,
    SheetField,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffAcknowledged,
    HandoffDelivered,
    HandoffEscalated,
    HandoffExpired,
    HandoffInformationRequested,
    HandoffRejected,
)
from tests.support.entries import SENDER, STRANGER, supplied
from tests.support.given import day, types
from tests.support.handoffs import (
    REACHED,
    acknowledged,
    delivered,
    expired,
    information_requested,
    submitted,
)

S = HandoffStatus


# -- delivery, taking up, expiry -------------------------------------------------------------------


def test_a_delivery_names_the_digest_and_starts_the_periods_of_the_receiver() -> None:
    bridge = submitted("2025-04-04")

    (fact,) = bridge.answers(ConfirmDelivery, channel=DeliveryChannel.PRINT)

    assert isinstance(fact, HandoffDelivered)
    assert (fact.delivered_on, fact.channel) == (day("2025-04-04"), DeliveryChannel.PRINT)
    assert fact.acknowledge_by == day("2025-04-09")
    assert fact.expires_on == day("2025-04-18")


def test_a_delivery_of_another_sheet_is_refused() -> None:
    refusal = submitted().refusal(ConfirmDelivery, sheet_digest="0" * 64)

    assert (refusal.code, refusal.field) == (RefusalCode.DIGEST_DIFFERS, "sheet_digest")


def test_taking_up_names_the_unit_and_the_day_by_which_it_decides() -> None:
    (fact,) = delivered().answers(AcknowledgeHandoff, unit_ref="team-7")

    assert isinstance(fact, HandoffAcknowledged)
    assert fact.unit_ref == "team-7"
    assert fact.decide_by == day("2025-04-22")


def test_what_nobody_confirms_expires_14_days_after_the_submission() -> None:
    bridge = submitted("2025-04-04")

    assert HandoffExpired not in types(bridge.on("2025-04-18"))
    fact, escalated = bridge.on("2025-04-19")

    assert isinstance(escalated, HandoffEscalated)
    assert escalated.agency == SENDER
    assert isinstance(fact, HandoffExpired)
    assert fact.expired_on == day("2025-04-19")
    assert bridge.owner_on("2025-12-31") == SENDER


def test_what_nobody_takes_up_expires_14_days_after_the_delivery() -> None:
    bridge = submitted("2025-04-04")
    bridge.on("2025-04-10")
    bridge.answers(ConfirmDelivery)

    assert HandoffExpired not in types(bridge.on("2025-04-24"))
    assert types(bridge.on("2025-04-25")) == [HandoffExpired, HandoffEscalated]


@pytest.mark.parametrize("stage", [S.ACKNOWLEDGED, S.INFORMATION_REQUESTED, S.ACCEPTED, S.REJECTED])
def test_what_a_unit_took_up_does_not_expire(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    bridge.on("2025-12-31")

    assert HandoffExpired not in types(bridge.said)


def test_an_answer_in_time_and_the_expiry_never_both_win() -> None:
    bridge = delivered()
    bridge.now = start_of_day(day("2025-04-19"))  # the deadline is reached, its input still waits

    bridge.answers(AcknowledgeHandoff)

    assert "expiry" not in bridge.pending()
    assert HandoffExpired not in types(bridge.on("2025-06-01"))


def test_an_answer_after_the_expiry_is_too_late() -> None:
    refusal = expired().refusal(ConfirmDelivery)

    assert refusal.detail == "confirm-delivery is not possible in state expired"


# -- questions -------------------------------------------------------------------------------------


def test_a_question_names_what_is_missing_and_by_when() -> None:
    (fact,) = acknowledged().answers(
        RequestHandoffInformation,
        item_codes=(SheetField.TENANCY,),
        due_on=day("2025-04-11"),
    )

    assert isinstance(fact, HandoffInformationRequested)
    assert (fact.item_codes, fact.round) == ((SheetField.TENANCY,), 1)
    assert (fact.requested_on, fact.due_on) == (day("2025-04-04"), day("2025-04-11"))


def test_the_answer_puts_the_handoff_back_to_acknowledged() -> None:
    bridge = information_requested()

    assert bridge.hears(supplied(bridge.state().handoff_id)) == []
    assert bridge.stage is S.ACKNOWLEDGED


def test_a_second_question_can_be_asked_a_third_one_not() -> None:
    bridge = information_requested()
    bridge.hears(supplied(bridge.state().handoff_id, 1))
    bridge.answers(RequestHandoffInformation)
    assert bridge.stage is S.INFORMATION_REQUESTED
    bridge.hears(supplied(bridge.state().handoff_id, 2))

    assert bridge.refusal(RequestHandoffInformation).code is RefusalCode.TOO_MANY_ROUNDS


def test_an_answer_heard_twice_answers_one_question() -> None:
    bridge = information_requested()
    bridge.hears(*[supplied(bridge.state().handoff_id, 1)] * 2)

    bridge.answers(RequestHandoffInformation)

    assert bridge.stage is S.INFORMATION_REQUESTED


def test_an_answer_to_an_earlier_handoff_answers_nothing() -> None:
    bridge = information_requested()

    bridge.hears(supplied("handoff-7"))

    assert bridge.stage is S.INFORMATION_REQUESTED


def test_a_question_is_not_due_before_it_is_asked() -> None:
    refusal = acknowledged().refusal(RequestHandoffInformation, due_on=day("2025-04-03"))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "due_on")


# -- rejection -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejection_says_whether_it_may_be_handed_over_again(reason: RejectReason) -> None:
    bridge = acknowledged()

    (fact,) = bridge.answers(RejectHandoff, reason_code=reason)

    assert isinstance(fact, HandoffRejected)
    assert fact.resubmittable == (reason in RESUBMITTABLE)
    assert bridge.owner_on("2025-12-31") == SENDER


def test_a_receiver_that_is_not_competent_may_suggest_another() -> None:
    (fact,) = acknowledged().answers(
        RejectHandoff,
        reason_code=RejectReason.NOT_COMPETENT_LOCAL,
        suggested_agency=STRANGER,
    )

    assert isinstance(fact, HandoffRejected)
    assert fact.suggested_agency == STRANGER


@pytest.mark.parametrize("agency", ["course-provider-1", "immigration-office-12069", "nobody-1"])
def test_benefits_are_forwarded_to_nobody_who_could_not_answer(agency: str) -> None:
    refusal = acknowledged().refusal(ForwardHandoff, forwarded_to=agency)

    assert (refusal.code, refusal.field) == (RefusalCode.INVALID, "forwarded_to")
