"""Handoffs: which step is legal in which stage, and for whom."""

from itertools import product

import pytest

from services.chassis.decider import Refused
from staffel_contracts.codes import (
    HandoffStatus,
    RefusalCode,
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
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
)
from tests.support.handoffs import (
    COMMANDS,
    REACHED,
    Handoffs,
    acknowledged,
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
    with pytest.raises(Refused, match="no-handoff"):
        Handoffs().answers(kind)
