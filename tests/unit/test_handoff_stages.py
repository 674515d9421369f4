"""Handoffs: which step is legal in which stage, and for whom."""

from itertools import product

import pytest

from services.chassis.decider import Refused
from staffel_contracts.codes import HandoffStatus, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from tests.support.entries import SENDER, STRANGER, admitted
from tests.support.handoffs import COMMANDS, REACHED, Handoffs, acknowledged

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
    refusal = REACHED[stage]().refusal(kind)

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
    assert REACHED[stage]().refusal(kind, agency).code is RefusalCode.NOT_THE_RECEIVER


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
