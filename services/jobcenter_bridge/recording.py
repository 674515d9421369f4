"""What the bridge only records about a case: which agency may, and what follows on a day."""

from datetime import datetime
from typing import Any

from services.chassis.decider import Asked, Due, Refused
from services.chassis.lifecycle import Lifecycles
from services.chassis.replacing import replace
from services.jobcenter_bridge.lifecycles import CASE_LIFECYCLES
from services.jobcenter_bridge.state import OVER, Handoff
from staffel_contracts.codes import RefusalCode
from staffel_contracts.fact import Fact

RECORDED = Lifecycles(*CASE_LIFECYCLES)


def record(state: Handoff, asked: Asked[Any], at: datetime) -> Fact:
    """The fact that an agency records about a case.

    Raises:
        Refused: the agency is not involved, or the thing is not in the right state.
    """
    check_involved(state, asked.agency)
    return RECORDED.decide(state.records, asked, at)


def check_involved(state: Handoff, agency: str) -> None:
    """Only the responsible agency, the receiver of a handoff under way and who takes over report.

    Raises:
        Refused: not-found, not-responsible.
    """
    if state.admission is None and state.benefits is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    receiver = state.to_agency if state.status not in OVER else None
    if agency not in (state.responsible, receiver, state.taker):
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "not involved in the case", "case")


def at_deadline(state: Handoff, due: Due) -> list[Fact]:
    """What a deadline of something recorded says."""
    fact = RECORDED.at_deadline(state.records, due)
    return [fact] if fact else []


def recorded(state: Handoff, fact: Fact) -> Handoff:
    """The state after something was recorded."""
    return replace(state, records=RECORDED.evolve(state.records, fact))
