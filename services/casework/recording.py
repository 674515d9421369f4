"""What casework only records about a case: which agency may, and what follows on a day."""

from datetime import datetime
from typing import Any

from services.casework.informing import check_informed
from services.casework.lifecycles import CASE_LIFECYCLES
from services.casework.state import Case
from services.chassis.decider import Asked, Due, Refused
from services.chassis.legal_calendar import legal_date
from services.chassis.lifecycle import Lifecycles
from services.chassis.replacing import replace
from staffel_contracts.codes import (
    AgencyKind,
    CloseReason,
    HandoffStatus,
    RefusalCode,
    kind_of,
)
from staffel_contracts.commands.casework import (
    AnnounceRestrictionEnd,
    CloseCase,
    RestrictProcessing,
)
from staffel_contracts.fact import Fact

RECORDED = Lifecycles(*CASE_LIFECYCLES)
_OVER = (
    *(HandoffStatus.NONE, HandoffStatus.REJECTED, HandoffStatus.EXPIRED),
    *(HandoffStatus.FORWARDED, HandoffStatus.WITHDRAWN, HandoffStatus.ANNULLED),
    HandoffStatus.REVERSED,
)
"""After these the receiver has nothing to do with the case any more."""


def record(state: Case, asked: Asked[Any], at: datetime) -> Fact:
    """The fact that an agency records about a case.

    Raises:
        Refused: the agency is not involved, the thing is not in the right state, or the case was
            not handed over.
    """
    if state.person is None and state.handoff is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    if asked.agency not in _involved(state):
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "not involved in the case", "case")
    if isinstance(asked.command, CloseCase):
        _check_handed_over(state, asked.command)
    if isinstance(asked.command, RestrictProcessing | AnnounceRestrictionEnd):
        check_informed(state, asked.command, legal_date(at))
    return RECORDED.decide(state.records, asked, at)


def _check_handed_over(state: Case, command: CloseCase) -> None:
    """A case is handed over once another kind of agency answers for the person's benefits."""
    district = kind_of(state.responsible or "") is AgencyKind.DISTRICT
    if command.reason_code is CloseReason.HANDED_OVER and district:
        detail = "nobody took over: the district is responsible"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail, "reason_code")


def at_deadline(state: Case, due: Due) -> list[Fact]:
    """What a deadline of something recorded says."""
    fact = RECORDED.at_deadline(state.records, due)
    return [fact] if fact else []


def recorded(state: Case, fact: Fact) -> Case:
    """The state after something was recorded."""
    return replace(state, records=RECORDED.evolve(state.records, fact))


def _involved(state: Case) -> set[str | None]:
    """The district of the case, who is responsible or takes over, the receiver of a handoff."""
    handoff = state.handoff
    receiver = handoff.to_agency if handoff and handoff.status not in _OVER else None
    taker = handoff.standing.get("to_agency") if handoff else None
    return {state.district, state.responsible, receiver, taker}
