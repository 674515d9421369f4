"""Handoffs: which step is legal when, for whom, and when responsibility moves."""

from itertools import product

import pytest

from services.chassis.decider import Refused
from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import (
    RESUBMITTABLE,
    DeliveryChannel,
    HandoffStatus,
    RefusalCode,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDelivered,
    HandoffExpired,
    HandoffInformationRequested,
    HandoffRejected,
    ResponsibilityChanged,
)
from tests.support.entries import (
    DIGEST,
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    ends,
    ends_after_all,
    sheet,
    supplied,
)
from tests.support.given import CASE, day
from tests.support.handoffs import (
    COMMANDS,
    REACHED,
    Handoffs,
    accepted,
    acknowledged,
    completed,
    delivered,
    expired,
    in_effect,
    information_requested,
    rejected,
    submitted,
)

S = HandoffStatus

LEGAL = {
    (S.SUBMITTED, ConfirmDelivery): S.DELIVERED,
    (S.DELIVERED, AcknowledgeHandoff): S.ACKNOWLEDGED,
    (S.ACKNOWLEDGED, RequestHandoffInformation): S.INFORMATION_REQUESTED,
    (S.ACKNOWLEDGED, AcceptHandoff): S.ACCEPTED,
    (S.ACKNOWLEDGED, RejectHandoff): S.REJECTED,
    (S.INFORMATION_REQUESTED, AcceptHandoff): S.ACCEPTED,
    (S.INFORMATION_REQUESTED, RejectHandoff): S.REJECTED,
    (S.ACCEPTED, NotifyBenefitStart): S.ACCEPTED,
    (S.IN_EFFECT, NotifyBenefitStart): S.COMPLETED,
}
ILLEGAL = sorted(set(product(REACHED, COMMANDS)) - LEGAL.keys(), key=str)


def _refusal(
    bridge: Handoffs, kind: type[HandoffCommand], agency: str = RECEIVER, **more: object
) -> Refused:
    before = bridge.state()
    with pytest.raises(Refused) as refusal:
        bridge.answers(kind, agency, **more)
    assert bridge.state() == before
    return refusal.value


def _types(said: list[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in said]


# -- the state machine ---------------------------------------------------------------------------


@pytest.mark.parametrize("stage", REACHED)
def test_each_stage_is_reached(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    assert bridge.stage is stage
    assert bridge.folded() == bridge.own()


@pytest.mark.parametrize(("stage", "kind"), LEGAL)
def test_a_legal_step(stage: HandoffStatus, kind: type[HandoffCommand]) -> None:
    bridge = REACHED[stage]()

    said = bridge.answers(kind)

    assert said
    assert bridge.stage is LEGAL[stage, kind]
    assert bridge.folded() == bridge.own()


@pytest.mark.parametrize(("stage", "kind"), ILLEGAL)
def test_an_illegal_step_is_refused(stage: HandoffStatus, kind: type[HandoffCommand]) -> None:
    refusal = _refusal(REACHED[stage](), kind)

    if (stage, kind) == (S.COMPLETED, NotifyBenefitStart):
        assert refusal.code is RefusalCode.ALREADY_NOTIFIED
    else:
        assert refusal.code is RefusalCode.ILLEGAL_TRANSITION
        assert kind.NAME in refusal.detail
        assert stage.value in refusal.detail


@pytest.mark.parametrize(("stage", "kind"), list(product(REACHED, COMMANDS)))
@pytest.mark.parametrize("agency", [SENDER, STRANGER])
def test_only_the_receiver_answers(
    stage: HandoffStatus, kind: type[HandoffCommand], agency: str
) -> None:
    assert _refusal(REACHED[stage](), kind, agency).code is RefusalCode.NOT_THE_RECEIVER


@pytest.mark.parametrize("kind", COMMANDS)
def test_only_the_current_handoff_is_answered(kind: type[HandoffCommand]) -> None:
    refusal = _refusal(acknowledged(), kind, handoff_id="handoff-7")

    assert (refusal.code, refusal.field) == (RefusalCode.HANDOFF_OTHER, "handoff_id")


@pytest.mark.parametrize("kind", COMMANDS)
def test_before_anything_was_handed_over_there_is_nothing_to_answer(
    kind: type[HandoffCommand],
) -> None:
    bridge = Handoffs()
    bridge.hears(admitted())

    assert _refusal(bridge, kind, handoff_id="handoff-7").code is RefusalCode.NO_HANDOFF


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_case_that_nobody_knows_has_no_handoff(kind: type[HandoffCommand]) -> None:
    command = acknowledged()  # only to spell a usual command
    bridge = Handoffs()
    bridge.states[("handoff", f"{CASE}/benefits")] = command.state().__class__(f"{CASE}/benefits")

    assert _refusal(bridge, kind, handoff_id="handoff-7").code is RefusalCode.NO_HANDOFF
    assert bridge.state().about.case is None


# -- responsibility begins, a handoff begins -----------------------------------------------------


def test_the_district_is_responsible_from_the_admission_on() -> None:
    bridge = Handoffs("2024-09-02")

    (changed,) = bridge.hears(admitted("2024-09-02"))

    assert changed == ResponsibilityChanged(
        domain=ResponsibilityDomain.BENEFITS,
        from_agency=None,
        to_agency=SENDER,
        valid_from=day("2024-09-02"),
    )


def test_an_admission_heard_twice_changes_responsibility_once() -> None:
    bridge = Handoffs("2024-09-02")
    bridge.hears(admitted())

    assert bridge.hears(admitted()) == []


def test_a_completed_sheet_is_submitted() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))

    (handed,) = bridge.hears(sheet())

    assert isinstance(handed, HandedToJobcenter)
    assert (handed.from_agency, handed.to_agency) == (SENDER, RECEIVER)
    assert (handed.submitted_on, handed.effective_on) == (day("2025-04-04"), day("2025-05-01"))
    assert (handed.sheet_ref, handed.sheet_digest) == ("sheet-1", DIGEST)
    assert handed.lossfree_on == day("2025-05-31")
    assert bridge.owner_on("2025-12-31") == SENDER


def test_a_sheet_heard_before_the_admission_waits_for_it() -> None:
    bridge = Handoffs("2025-04-04")

    assert bridge.hears(sheet()) == []
    assert bridge.state().about == (CASE, "person-1", "12069")
    assert _types(bridge.hears(admitted())) == [ResponsibilityChanged, HandedToJobcenter]


def test_a_sheet_heard_twice_is_submitted_once() -> None:
    bridge = submitted()

    assert bridge.hears(sheet()) == []


@pytest.mark.parametrize("stage", sorted(REACHED.keys() - {S.REJECTED, S.EXPIRED}))
def test_no_second_handoff_begins_while_one_is_open_or_taken(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    with pytest.raises(Refused, match="handoff-open"):
        bridge.hears(sheet("sheet-2", replaces_handoff=bridge.state().handoff_id))

    assert bridge.stage is stage


@pytest.mark.parametrize("over", [rejected, expired])
def test_after_a_rejection_or_an_expiry_a_new_handoff_is_linked_to_the_old_one(
    over: object,
) -> None:
    bridge = over()  # type: ignore[operator]
    old = bridge.state().handoff_id

    said = bridge.hears(sheet("sheet-2", replaces_handoff=old))

    assert _types(said) == [HandedToJobcenter]
    assert bridge.last(HandedToJobcenter).replaces_handoff == old
    assert bridge.last(HandedToJobcenter).handoff_id != old
    assert bridge.stage is S.SUBMITTED
    assert bridge.rows["handoff_record"][old]["status"] in ("rejected", "expired")


def test_a_new_handoff_begins_without_the_rounds_and_receipts_of_the_old_one() -> None:
    bridge = information_requested()
    bridge.answers(RejectHandoff)

    bridge.hears(sheet("sheet-2", replaces_handoff=bridge.state().handoff_id))

    state = bridge.state()
    assert (state.round, state.unit_ref, state.expires_on, state.reason_code) == (0,) + (None,) * 3


@pytest.mark.parametrize("replaces", [None, "handoff-7"])
def test_a_new_handoff_must_name_the_one_that_it_replaces(replaces: str | None) -> None:
    with pytest.raises(Refused, match="handoff-other"):
        rejected().hears(sheet("sheet-2", replaces_handoff=replaces))


def test_only_the_responsible_agency_hands_over() -> None:
    bridge = Handoffs()
    bridge.hears(admitted())

    with pytest.raises(Refused, match="not-responsible"):
        bridge.hears(sheet(from_agency="district-13074"))


# -- delivery, taking up, expiry -----------------------------------------------------------------


def test_a_delivery_names_the_digest_and_starts_the_periods_of_the_receiver() -> None:
    bridge = submitted("2025-04-04")

    (fact,) = bridge.answers(ConfirmDelivery, channel=DeliveryChannel.PRINT)

    assert isinstance(fact, HandoffDelivered)
    assert (fact.delivered_on, fact.channel) == (day("2025-04-04"), DeliveryChannel.PRINT)
    assert fact.acknowledge_by == day("2025-04-09")
    assert fact.expires_on == day("2025-04-18")


def test_a_delivery_of_another_sheet_is_refused() -> None:
    refusal = _refusal(submitted(), ConfirmDelivery, sheet_digest="0" * 64)

    assert (refusal.code, refusal.field) == (RefusalCode.DIGEST_DIFFERS, "sheet_digest")


def test_taking_up_names_the_unit_and_the_day_by_which_it_decides() -> None:
    (fact,) = delivered().answers(AcknowledgeHandoff, unit_ref="team-7")

    assert isinstance(fact, HandoffAcknowledged)
    assert fact.unit_ref == "team-7"
    assert fact.decide_by == day("2025-04-22")


def test_what_nobody_confirms_expires_14_days_after_the_submission() -> None:
    bridge = submitted("2025-04-04")

    assert bridge.on("2025-04-18") == []
    (fact,) = bridge.on("2025-04-19")

    assert isinstance(fact, HandoffExpired)
    assert fact.expired_on == day("2025-04-19")
    assert bridge.owner_on("2025-12-31") == SENDER


def test_what_nobody_takes_up_expires_14_days_after_the_delivery() -> None:
    bridge = submitted("2025-04-04")
    bridge.on("2025-04-10")
    bridge.answers(ConfirmDelivery)

    assert bridge.on("2025-04-24") == []
    assert _types(bridge.on("2025-04-25")) == [HandoffExpired]


@pytest.mark.parametrize("stage", [S.ACKNOWLEDGED, S.INFORMATION_REQUESTED, S.ACCEPTED, S.REJECTED])
def test_what_a_unit_took_up_does_not_expire(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    bridge.on("2025-12-31")

    assert HandoffExpired not in _types(bridge.said)


def test_an_answer_in_time_and_the_expiry_never_both_win() -> None:
    bridge = delivered()
    bridge.now = start_of_day(day("2025-04-19"))  # the deadline is reached, its input still waits

    bridge.answers(AcknowledgeHandoff)

    assert "expiry" not in bridge.pending()
    assert HandoffExpired not in _types(bridge.on("2025-06-01"))


def test_an_answer_after_the_expiry_is_too_late() -> None:
    refusal = _refusal(expired(), ConfirmDelivery)

    assert refusal.detail == "confirm-delivery is not possible in state expired"


# -- questions -----------------------------------------------------------------------------------


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

    assert _refusal(bridge, RequestHandoffInformation).code is RefusalCode.TOO_MANY_ROUNDS


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
    refusal = _refusal(acknowledged(), RequestHandoffInformation, due_on=day("2025-04-03"))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "due_on")


# -- rejection -----------------------------------------------------------------------------------


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


# -- acceptance ----------------------------------------------------------------------------------


def test_an_acceptance_alone_moves_no_responsibility() -> None:
    bridge = acknowledged()

    said = bridge.answers(AcceptHandoff)

    assert _types(said) == [HandoffAccepted]
    assert bridge.state().responsible == SENDER
    assert bridge.pending()["effect"] == start_of_day(day("2025-05-01"))


def test_responsibility_moves_at_the_start_of_the_day_that_was_agreed() -> None:
    bridge = accepted()

    said = bridge.at(start_of_day(day("2025-05-01")))

    moved = said[0]
    assert isinstance(moved, ResponsibilityChanged)
    assert (moved.from_agency, moved.to_agency) == (SENDER, RECEIVER)
    assert (moved.valid_from, moved.handoff_id) == (day("2025-05-01"), bridge.state().handoff_id)
    assert (bridge.owner_on("2025-04-30"), bridge.owner_on("2025-05-01")) == (SENDER, RECEIVER)


def test_the_day_agreed_counts_even_if_its_deadline_is_worked_off_late() -> None:
    bridge = accepted()
    bridge.now = start_of_day(day("2025-05-03"))

    bridge.on("2025-05-03")

    assert bridge.last(ResponsibilityChanged).valid_from == day("2025-05-01")


def test_a_later_day_may_be_agreed() -> None:
    bridge = acknowledged()

    bridge.answers(AcceptHandoff, effective_on=day("2025-06-01"))
    bridge.on("2025-06-01")

    assert (bridge.owner_on("2025-05-31"), bridge.owner_on("2025-06-01")) == (SENDER, RECEIVER)


@pytest.mark.parametrize("effective_on", ["2025-04-30", "0001-01-01"])
def test_nobody_takes_over_before_the_senders_benefits_end(effective_on: str) -> None:
    refusal = _refusal(acknowledged(), AcceptHandoff, effective_on=day(effective_on))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "effective_on")


def test_a_revised_end_decides_from_when_the_receiver_can_take_over() -> None:
    bridge = acknowledged()
    bridge.hears(ends_after_all("2025-03-31", "2025-04-01", "2025-04-30", "2025-04-30"))

    said = bridge.answers(AcceptHandoff, effective_on=day("2025-04-01"))

    assert _types(said)[:2] == [HandoffAccepted, ResponsibilityChanged]


def test_an_acceptance_of_another_sheet_is_refused() -> None:
    refusal = _refusal(acknowledged(), AcceptHandoff, sheet_digest="f" * 64)

    assert (refusal.code, refusal.field) == (RefusalCode.DIGEST_DIFFERS, "sheet_digest")


@pytest.mark.parametrize("late", ["2025-05-01", "2025-05-20", "2026-02-01"])
def test_after_a_late_acceptance_responsibility_moves_at_once_and_not_backwards(late: str) -> None:
    bridge = acknowledged()
    bridge.on(late)

    said = bridge.answers(AcceptHandoff, effective_on=day("2025-05-01"))

    assert _types(said) == [HandoffAccepted, ResponsibilityChanged]
    assert bridge.last(HandoffAccepted).effective_on == day("2025-05-01")
    assert bridge.last(ResponsibilityChanged).valid_from == day(late)
    assert "effect" not in bridge.pending()


# -- completion ----------------------------------------------------------------------------------


def test_it_is_complete_when_responsibility_has_moved_and_benefits_run() -> None:
    bridge = acknowledged()
    bridge.on("2025-04-11")
    bridge.answers(AcceptHandoff)
    bridge.answers(NotifyBenefitStart)
    assert bridge.stage is S.ACCEPTED

    said = bridge.on("2025-05-02")

    assert _types(said) == [ResponsibilityChanged, HandoffCompleted]
    fact = bridge.last(HandoffCompleted)
    assert (fact.completed_on, fact.benefit_start_on) == (day("2025-05-01"), day("2025-05-01"))
    assert fact.days_to_accept == 7


def test_benefits_that_start_later_complete_it_later() -> None:
    bridge = in_effect()

    assert HandoffCompleted not in _types(
        bridge.answers(NotifyBenefitStart, starts_on=day("2025-06-01"))
    )
    assert bridge.pending() == {"completion": start_of_day(day("2025-06-01"))}
    assert _types(bridge.on("2025-06-01")) == [HandoffCompleted]


def test_benefits_of_the_jobcenter_do_not_start_before_the_senders_end() -> None:
    refusal = _refusal(in_effect(), NotifyBenefitStart, starts_on=day("2025-04-30"))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "starts_on")


def test_the_start_of_benefits_is_notified_once() -> None:
    bridge = accepted()
    bridge.answers(NotifyBenefitStart)

    assert _refusal(bridge, NotifyBenefitStart).code is RefusalCode.ALREADY_NOTIFIED


def test_when_all_is_done_no_deadline_is_left() -> None:
    assert completed().pending() == {}
