"""Ten thousand times answers meet the expiry and a withdrawal: one of them wins, and only one."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.chassis.decider import Asked, Due, Input, Refused
from services.jobcenter_bridge.app import HANDOFF
from services.jobcenter_bridge.decider import EXPIRY
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import HandoffStatus, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    HandoffCommand,
    RejectHandoff,
    WithdrawHandoff,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffAccepted,
    HandoffExpired,
    HandoffRejected,
    HandoffWithdrawn,
    ResponsibilityChanged,
)
from tests.support.given import CASE
from tests.support.handoffs import delivered, side_of, usual

RACES = 10_000
SECONDS = 36 * 3600
END = {
    HandoffAccepted: HandoffStatus.ACCEPTED,
    HandoffRejected: HandoffStatus.REJECTED,
    HandoffExpired: HandoffStatus.EXPIRED,
    HandoffWithdrawn: HandoffStatus.WITHDRAWN,
}
ANSWERS: list[type[HandoffCommand]] = [AcceptHandoff, RejectHandoff]
TOO_LATE = {RefusalCode.ILLEGAL_TRANSITION}


def asked(kind: type[HandoffCommand], handoff_id: str, new_id: str) -> Asked[Any]:
    command = kind(**{"case": CASE, "handoff_id": handoff_id, **usual(kind)})
    return Asked(command, side_of(kind), "a-17", "lead", new_id)


def inputs(chance: Random, state: Handoff, expiry: datetime) -> list[Input]:
    """Two people answer, the sender may take it back, and the deadline comes once or twice."""
    second = chance.choice(ANSWERS)
    answers: list[type[HandoffCommand]] = [AcknowledgeHandoff, second, AcceptHandoff]
    found: list[Input] = [asked(kind, state.handoff_id or "", f"n-{kind.NAME}") for kind in answers]
    others: list[Input] = [Due(EXPIRY, expiry, "n-due")] * chance.choice([1, 2])
    if chance.random() < 0.3:
        others.append(asked(WithdrawHandoff, state.handoff_id or "", "n-back"))
    for one in others:
        found.insert(chance.randint(0, len(found)), one)
    return found


def run(state: Handoff, given: list[Input], chance: Random, expiry: datetime) -> list[Fact]:
    """Everything said, whoever came first; what comes too late is refused by its code."""
    at = expiry + timedelta(seconds=chance.randint(-SECONDS, SECONDS))
    said: list[Fact] = []
    late: list[RefusalCode] = []
    for one in given:
        at += timedelta(seconds=chance.randint(0, 3600))
        try:
            facts = HANDOFF.decide(state, one, at)
        except Refused as refusal:
            late.append(refusal.code)
            continue
        for fact in facts:
            state = HANDOFF.evolve(state, fact)
        said += facts
    (ended,) = [fact for fact in said if type(fact) in END]
    assert state.status == END[type(ended)]
    assert {*late} <= TOO_LATE
    return said


def test_of_an_acceptance_and_an_expiry_that_race_exactly_one_wins() -> None:
    start = delivered().state()
    expiry = HANDOFF.due(start)[EXPIRY]
    winners = set()

    for number in range(RACES):
        chance = Random(number)
        said = run(start, inputs(chance, start, expiry), chance, expiry)
        winners |= {type(fact) for fact in said} & END.keys()
        assert not [fact for fact in said if isinstance(fact, ResponsibilityChanged)]

    assert winners == END.keys()


@pytest.mark.parametrize("number", [3, 14, 159])
def test_a_race_that_is_run_again_ends_as_before(number: int) -> None:
    start = delivered().state()
    expiry = HANDOFF.due(start)[EXPIRY]

    first, again = (
        run(start, inputs(chance, start, expiry), chance, expiry)
        for chance in (Random(number), Random(number))
    )

    assert first == again
