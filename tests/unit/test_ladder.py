"""Every period of the ladder that is not law is agreed with an agency, as sender or receiver."""

from datetime import date
from typing import Any

from services.casework.app import SERVICE as CASEWORK
from services.chassis.agencies import Agency
from services.jobcenter_bridge.queue import work_item
from staffel_contracts.codes import AgencyKind, HandBackCause, HandoffStatus, RefusalCode
from staffel_contracts.commands.casework import DraftHandoff
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandBackToDistrict,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.facts.casework import HandoffDrafted
from staffel_contracts.facts.jobcenter_bridge import HandoffReminderDue, HandoffRequested
from staffel_contracts.ladder import Ladder
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    drafted,
    ends,
    sheet,
    supplied,
)
from tests.support.given import CASE, Given, day
from tests.support.handoffs import Handoffs, acknowledged


class Agreed:
    """A directory of one agency with periods of its own."""

    def __init__(self, agency: str, **periods: Any) -> None:
        self.agency, self.ladder = agency, Ladder(**periods)

    def competent(self, _kind: str, _area: str, _on: date) -> str | None:
        """Receivers are named by convention."""
        return None

    def periods(self, agency: str) -> dict[str, Any] | None:
        """What was agreed, as the directory of agencies gives it."""
        return self.ladder.model_dump(mode="json") if agency == self.agency else None


def handed(agency: str = RECEIVER, **periods: Any) -> Handoffs:
    """A handoff whose receiver agreed to periods of its own, submitted on 4 April 2025."""
    bridge = Handoffs()
    bridge.directory = Agreed(agency, **periods)
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), sheet())
    return bridge


def taken_up(bridge: Handoffs) -> Handoffs:
    bridge.answers(ConfirmDelivery)
    bridge.answers(AcknowledgeHandoff)
    return bridge


def test_an_agency_in_the_directory_has_every_period_of_the_ladder() -> None:
    agreed = dict.fromkeys(Ladder.model_fields, 7) | {"checklist": ()}

    agency = Agency.model_validate(
        {
            "id": RECEIVER,
            "kind": AgencyKind.JOBCENTER,
            "district": "12069",
            "name": "Jobcenter",
            "ladder": agreed,
        }
    )

    assert agency.ladder == Ladder.model_validate(agreed)


def test_a_sender_submits_as_many_days_before_the_end_as_was_agreed_with_it() -> None:
    casework = Given(CASEWORK, "2025-03-28")
    casework.directory = Agreed(SENDER, submit_days_before_end=30)
    casework.hears(admitted())
    wish = DraftHandoff(case=CASE, to_agency=RECEIVER, effective_on=day("2025-06-01"))
    casework.asks(wish, SENDER)
    said = casework.last(HandoffDrafted)
    bridge = Handoffs("2025-03-28")
    bridge.hears(admitted(), said)

    assert said.submit_days_before_end == 30
    item = work_item(bridge.state())
    assert item is not None
    assert item.due_on == day("2025-05-01")
    bridge.on("2025-05-02")
    assert bridge.last(HandoffReminderDue).due_on == day("2025-05-01")


def test_where_nothing_was_agreed_it_is_three_weeks() -> None:
    bridge = Handoffs("2025-03-28")
    bridge.hears(admitted(), drafted(effective_on=day("2025-06-01"), by_hand=True))

    item = work_item(bridge.state())

    assert item is not None
    assert item.due_on == day("2025-05-10")


def test_a_lead_asks_after_as_many_questions_as_were_agreed() -> None:
    bridge = taken_up(handed(rounds=1))
    bridge.answers(RequestHandoffInformation)
    bridge.hears(supplied(bridge.state().handoff_id))

    refused = bridge.refusal(RequestHandoffInformation)

    assert refused.code is RefusalCode.TOO_MANY_ROUNDS
    assert "1 question" in refused.detail


def test_a_lead_has_as_long_for_the_second_look_as_was_agreed() -> None:
    bridge = taken_up(handed(confirm_working_days=3))
    bridge.on("2025-04-25")

    bridge.answers(RejectHandoff)

    assert bridge.stage is HandoffStatus.SECOND_LOOK
    assert bridge.state().decide_by == day("2025-04-30")


def test_what_follows_a_rejection_is_due_when_it_was_agreed() -> None:
    bridge = taken_up(handed(follow_working_days=4))
    bridge.answers(RejectHandoff, role="lead")

    item = work_item(bridge.state())

    assert item is not None
    assert (item.agency, item.due_on) == (SENDER, day("2025-04-10"))


def test_whoever_is_asked_for_a_person_answers_within_its_own_period() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.directory = Agreed(SENDER, answer_request_working_days=5)
    bridge.hears(admitted())

    wish = RequestHandoff(case=CASE, application_received_on=day("2025-04-03"))
    bridge.asks(wish, STRANGER)

    assert bridge.last(HandoffRequested).answer_by == day("2025-04-11")
    item = work_item(bridge.state())
    assert item is not None
    assert item.due_on == day("2025-04-11")


def test_a_district_that_gets_a_person_back_answers_within_its_own_periods() -> None:
    bridge = taken_up(handed(SENDER, acknowledge_working_days=6))
    bridge.answers(AcceptHandoff)
    bridge.on("2025-05-02")
    bridge.answers(NotifyBenefitStart)
    back = {"effective_on": day("2025-08-01"), "cause": HandBackCause.TITLE_LOST}
    bridge.asks(HandBackToDistrict.model_validate({"case": CASE, **back}), RECEIVER)

    bridge.answers(ConfirmDelivery, SENDER, sheet_digest=bridge.state().sheet_digest)

    assert bridge.state().acknowledge_by == day("2025-05-12")


def test_a_lead_that_does_not_look_is_reminded_although_the_decision_was_overdue_before() -> None:
    bridge = acknowledged()
    bridge.on("2025-04-28")
    bridge.answers(RejectHandoff)

    item, said = work_item(bridge.state()), bridge.on("2025-04-30")

    assert item is not None
    assert item.due_on == day("2025-04-29")
    assert [fact.step for fact in said if isinstance(fact, HandoffReminderDue)] == ["confirm"]


def test_whoever_is_asked_for_a_person_and_does_not_answer_is_reminded() -> None:
    bridge = Handoffs()
    bridge.hears(admitted())
    bridge.asks(RequestHandoff(case=CASE, application_received_on=day("2025-04-03")), RECEIVER)

    said = bridge.on("2025-05-02")

    reminder = bridge.last(HandoffReminderDue)
    assert len(said) == 1
    assert (reminder.agency, reminder.to_agency) == (SENDER, RECEIVER)
    assert (reminder.due_on, reminder.step) == (day("2025-04-09"), f"request-{reminder.handoff_id}")
    assert bridge.folded() == bridge.own()


def test_nobody_is_reminded_of_a_request_that_was_answered() -> None:
    bridge = Handoffs()
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))
    bridge.asks(RequestHandoff(case=CASE, application_received_on=day("2025-04-03")), RECEIVER)

    bridge.hears(sheet())

    steps = [getattr(fact, "step", "") for fact in bridge.on("2025-05-02")]
    assert not [step for step in steps if step.startswith("request-")]
