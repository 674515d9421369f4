"""Decide about handoffs: what an answer says, and when responsibility moves.

    none → submitted → delivered → acknowledged ⇄ information-requested
    acknowledged, information-requested → accepted → in-effect → completed
    acknowledged, information-requested → rejected;  submitted, delivered → expired

No step is skipped: the receiver names the sheet's digest when it confirms the delivery, a unit
takes the handoff up, then it decides. It may decide while its question is open, because a sender
that does not answer must not block the person. What nobody took up expires 14 days after the
submission, or after the delivery once that is confirmed. What a unit took up does not: it owes a
decision, the sender stays responsible until then, and days without cover raise the alarm.

A handoff that was rejected or expired is over; the sender may hand over again, and the new handoff
names the one that it replaces.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from typing import NamedTuple

from services.chassis.decider import Asked, Due, Input, Refused
from services.chassis.legal_calendar import legal_date, start_of_day
from services.jobcenter_bridge import coverage, deadlines, recording
from services.jobcenter_bridge.answers import about_handoff, answer
from services.jobcenter_bridge.folding import evolve
from services.jobcenter_bridge.state import OVER, Benefits, Handoff
from staffel_contracts.codes import HandoffStatus, RefusalCode
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffCompleted,
    HandoffExpired,
    ResponsibilityChanged,
)

__all__ = ["decide", "due", "evolve"]

EFFECT, COMPLETION, EXPIRY, GAP = "effect", "completion", "expiry", "gap"


class Now(NamedTuple):
    """The legal date of a decision, and the id for what it creates."""

    today: date
    new_id: str


def decide(state: Handoff, given: Input, at: datetime) -> list[Fact]:
    """Decide about an answer, something heard, or a deadline.

    Whatever came, all that follows from what is known now is said with it: so it does not matter
    in which order the others' logs are heard, or how late.

    Raises:
        Refused: the answer is not legal, or the sheet heard contradicts the handoff that is open.
    """
    today = legal_date(max(at, given.moment) if isinstance(given, Due) else at)
    said = _said(state, given, at, today)
    state = reduce(evolve, said, state)
    for step in _STEPS:
        if fact := step(state, Now(today, given.new_id)):
            said.append(fact)
            state = evolve(state, fact)
    return said


def _said(state: Handoff, given: Input, at: datetime, today: date) -> list[Fact]:
    """What the input itself says."""
    if isinstance(given, Due):
        return recording.at_deadline(state, given)
    if not isinstance(given, Asked):
        return []
    if type(given.command) in recording.RECORDED.commands:
        return [recording.record(state, given, at)]
    return [answer(state, given, today)]


def due(state: Handoff) -> dict[str, datetime]:
    """When the receiver takes over, its benefits run, nobody answered, or no benefit covers.

    And when something that was recorded falls due.
    """
    days = {
        EFFECT: _effect_on(state),
        COMPLETION: _completion_on(state),
        EXPIRY: _expiry_on(state),
        GAP: coverage.awaited_gap(state),
    }
    pending = {kind: start_of_day(day) for kind, day in days.items() if day}
    return pending | recording.RECORDED.due(state.records)


# -- what follows by itself ----------------------------------------------------------------------


def _take_charge(state: Handoff, _: Now) -> Fact | None:
    """The district that took the person in is responsible from the admission on."""
    known = state.admission
    if state.responsible or known is None or known.agency is None or known.admitted_on is None:
        return None
    return ResponsibilityChanged(
        domain=state.domain,
        from_agency=None,
        to_agency=known.agency,
        valid_from=known.admitted_on,
    )


def _hand_over(state: Handoff, now: Now) -> Fact | None:
    """A sheet that was completed is submitted, once it is known who is responsible."""
    sheet = state.benefits
    if sheet is None or sheet.sheet_ref in (None, state.sheet_ref) or state.responsible is None:
        return None
    _check_sheet(state, sheet)
    return HandedToJobcenter.model_validate(
        {
            "handoff_id": now.new_id,
            "domain": state.domain,
            "from_agency": sheet.from_agency,
            "to_agency": sheet.to_agency,
            "submitted_on": now.today,
            "effective_on": sheet.effective_on,
            "lossfree_on": sheet.lossfree_on,
            "sheet_ref": sheet.sheet_ref,
            "sheet_digest": sheet.sheet_digest,
            "replaces_handoff": sheet.replaces_handoff,
        }
    )


def _check_sheet(state: Handoff, sheet: Benefits) -> None:
    """At most one handoff is open, and only the responsible agency hands over."""
    if state.status not in OVER:
        raise Refused(RefusalCode.HANDOFF_OPEN, f"state {state.status}", "sheet_ref")
    if sheet.replaces_handoff != state.handoff_id:
        raise Refused(RefusalCode.HANDOFF_OTHER, "not the last handoff", "replaces_handoff")
    if sheet.from_agency != state.responsible:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is", "from_agency")


def _effect_on(state: Handoff) -> date | None:
    """The day on which the receiver takes over; never one that somebody has answered for already.

    After a late acceptance it is the day of the acceptance, not the day agreed.
    """
    if state.status != HandoffStatus.ACCEPTED:
        return None
    since = state.responsible_since
    days = (state.effective_on, state.accepted_on, since and since + coverage.DAY)
    return max(day for day in days if day)


def _take_effect(state: Handoff, now: Now) -> Fact | None:
    day = _effect_on(state)
    if day is None or now.today < day or state.to_agency is None:
        return None
    return ResponsibilityChanged(
        domain=state.domain,
        from_agency=state.responsible,
        to_agency=state.to_agency,
        valid_from=day,
        handoff_id=state.handoff_id,
    )


def _completion_on(state: Handoff) -> date | None:
    """The first day of benefits, once responsibility has moved."""
    return state.benefit_start_on if state.status == HandoffStatus.IN_EFFECT else None


def _complete(state: Handoff, now: Now) -> Fact | None:
    day = _completion_on(state)
    if day is None or now.today < day or state.accepted_on is None or state.submitted_on is None:
        return None
    return HandoffCompleted(
        **about_handoff(state),
        completed_on=now.today,
        benefit_start_on=day,
        days_to_accept=(state.accepted_on - state.submitted_on).days,
    )


def _expiry_on(state: Handoff) -> date | None:
    """The day after the last one on which the handoff can be taken up."""
    if state.status == HandoffStatus.SUBMITTED and state.submitted_on:
        return deadlines.expires_on(state.submitted_on) + coverage.DAY
    if state.status == HandoffStatus.DELIVERED and state.expires_on:
        return state.expires_on + coverage.DAY
    return None


def _expire(state: Handoff, now: Now) -> Fact | None:
    day = _expiry_on(state)
    if day is None or now.today < day:
        return None
    return HandoffExpired(**about_handoff(state), expired_on=day)


_STEPS: tuple[Callable[[Handoff, Now], Fact | None], ...] = (
    _take_charge,
    _hand_over,
    _take_effect,
    _complete,
    _expire,
    lambda state, now: coverage.withdraw_gap(state, now.today),
    lambda state, now: coverage.detect_gap(state, now.today),
    lambda state, now: coverage.close_gap(state, now.today),
)
"""In this order each may follow from those before it."""
