"""Handoffs: which step is legal in which stage, and for whom."""

from itertools import product

import pytest

from services.chassis.decider import Refused
from staffel_contracts.codes import DeliveryChannel, HandoffStatus, NextStep, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    AnnulHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    ReportDeliveryFailure,
    RequestHandoffInformation,
    WithdrawHandoff,
)
from staffel_contracts.facts.jobcenter_bridge import HandoffRejected
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted
from tests.support.handoffs import COMMANDS, REACHED, Handoffs, acknowledged, side_of

S = HandoffStatus

UNTAKEN = (S.SUBMITTED, S.DELIVERY_FAILED)
TAKEN_UP = (S.ACKNOWLEDGED, S.INFORMATION_REQUESTED, S.SECOND_LOOK)
UNDECIDED = (*UNTAKEN, S.DELIVERED, *TAKEN_UP)
LEGAL: dict[tuple[HandoffStatus, type[HandoffCommand]], HandoffStatus] = {
    **{(stage, ConfirmDelivery): S.DELIVERED for stage in UNTAKEN},
    **{(stage, ReportDeliveryFailure): S.DELIVERY_FAILED for stage in UNTAKEN},
    (S.DELIVERED, AcknowledgeHandoff): S.ACKNOWLEDGED,
    (S.ACKNOWLEDGED, RequestHandoffInformation): S.INFORMATION_REQUESTED,
    (S.SECOND_LOOK, RequestHandoffInformation): S.INFORMATION_REQUESTED,
    **{(stage, AcceptHandoff): S.ACCEPTED for stage in TAKEN_UP},
    **{(stage, RejectHandoff): S.REJECTED for stage in TAKEN_UP},
    **{(stage, ForwardHandoff): S.FORWARDED for stage in TAKEN_UP},
    **{(stage, WithdrawHandoff): S.WITHDRAWN for stage in UNDECIDED},
    **{(stage, AnnulHandoff): S.ANNULLED for stage in UNDECIDED},
    (S.ACCEPTED, NotifyBenefitStart): S.ACCEPTED,
    (S.IN_EFFECT, NotifyBenefitStart): S.COMPLETED,
}
ILLEGAL = sorted(set(product(REACHED, COMMANDS)) - LEGAL.keys(), key=str)


@pytest.mark.parametrize("stage", REACHED)
def test_each_stage_is_reached(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    assert bridge.stage is stage
    assert bridge.folded() == bridge.own()


@pytest.mark.parametrize(("stage", "kind"), LEGAL)
def test_a_legal_step(stage: HandoffStatus, kind: type[HandoffCommand]) -> None:
    bridge = REACHED[stage]()

    said = bridge.answers(kind, role="lead")

    assert said
    assert bridge.stage is LEGAL[stage, kind]
    assert bridge.folded() == bridge.own()


@pytest.mark.parametrize(("stage", "kind"), ILLEGAL)
def test_an_illegal_step_is_refused(stage: HandoffStatus, kind: type[HandoffCommand]) -> None:
    refusal = REACHED[stage]().refusal(kind)

    if (stage, kind) == (S.COMPLETED, NotifyBenefitStart):
        assert refusal.code is RefusalCode.ALREADY_NOTIFIED
    else:
        assert refusal.code is RefusalCode.ILLEGAL_TRANSITION
        assert kind.NAME in refusal.detail
        assert stage.value in refusal.detail


@pytest.mark.parametrize(("stage", "kind"), list(product(REACHED, COMMANDS)))
def test_only_the_side_that_a_command_is_for_may_send_it(
    stage: HandoffStatus, kind: type[HandoffCommand]
) -> None:
    other, code = RECEIVER, RefusalCode.NOT_THE_SENDER
    if side_of(kind) == RECEIVER:
        other, code = SENDER, RefusalCode.NOT_THE_RECEIVER

    assert REACHED[stage]().refusal(kind, other).code is code
    assert REACHED[stage]().refusal(kind, STRANGER).code is code


def test_the_sender_confirms_the_delivery_of_a_printed_sheet() -> None:
    bridge = REACHED[S.DELIVERY_FAILED]()

    bridge.answers(ConfirmDelivery, SENDER, channel=DeliveryChannel.PRINT)

    assert bridge.stage is S.DELIVERED


def test_close_to_the_end_a_rejection_waits_for_a_lead() -> None:
    bridge = REACHED[S.SECOND_LOOK]()

    assert bridge.refusal(RejectHandoff).code is RefusalCode.NEEDS_LEAD
    (said,) = bridge.answers(RejectHandoff, role="lead")
    assert isinstance(said, HandoffRejected)
    assert said.next_step is NextStep.SUPPLY


def test_a_handoff_is_not_forwarded_in_circles() -> None:
    bridge = acknowledged()

    for target in (SENDER, RECEIVER):
        refusal = bridge.refusal(ForwardHandoff, forwarded_to=target)
        assert (refusal.code, refusal.field) == (RefusalCode.FORWARD_LOOP, "forwarded_to")


@pytest.mark.parametrize("kind", COMMANDS)
def test_only_the_current_handoff_is_answered(kind: type[HandoffCommand]) -> None:
    refusal = acknowledged().refusal(kind, handoff_id="handoff-7")

    assert (refusal.code, refusal.field) == (RefusalCode.HANDOFF_OTHER, "handoff_id")


@pytest.mark.parametrize("kind", COMMANDS)
def test_before_anything_was_handed_over_there_is_nothing_to_answer(
    kind: type[HandoffCommand],
) -> None:
    bridge = Handoffs()
    bridge.hears(admitted())

    assert bridge.refusal(kind, handoff_id="handoff-7").code is RefusalCode.NO_HANDOFF


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_case_that_nobody_knows_has_no_handoff(kind: type[HandoffCommand]) -> None:
    with pytest.raises(Refused, match="no-handoff"):
        Handoffs().answers(kind)
