"""The work queue: every handoff that is not over has one owner, one task and one day."""

from datetime import date
from typing import NamedTuple

from services.jobcenter_bridge import closing
from services.jobcenter_bridge.climbing import (
    consent_due_on,
    draft_due_on,
    is_kept,
    next_rung,
    request_due_on,
    role_of,
    whose_turn,
)
from services.jobcenter_bridge.consenting import waiting
from services.jobcenter_bridge.state import MOVED, OVER, Handoff
from staffel_contracts.codes import EscalationRole, HandoffStatus, HandoffTask, NextStep

_TASKS = {
    HandoffStatus.DRAFTED: HandoffTask.COMPLETE_SHEET,
    HandoffStatus.SUBMITTED: HandoffTask.CONFIRM_DELIVERY,
    HandoffStatus.DELIVERY_FAILED: HandoffTask.DELIVER_OTHERWISE,
    HandoffStatus.DELIVERED: HandoffTask.ACKNOWLEDGE,
    HandoffStatus.ACKNOWLEDGED: HandoffTask.DECIDE,
    HandoffStatus.INFORMATION_REQUESTED: HandoffTask.SUPPLY,
    HandoffStatus.SECOND_LOOK: HandoffTask.SECOND_LOOK,
    HandoffStatus.ACCEPTED: HandoffTask.TAKE_OVER,
    HandoffStatus.IN_EFFECT: HandoffTask.COMPLETE,
    HandoffStatus.REJECTED: HandoffTask.FOLLOW_REJECTION,
    HandoffStatus.EXPIRED: HandoffTask.HAND_OVER_AGAIN,
    HandoffStatus.FORWARDED: HandoffTask.FORWARD,
    HandoffStatus.WITHDRAWN: HandoffTask.HAND_OVER_AGAIN,
    HandoffStatus.ANNULLED: HandoffTask.HAND_OVER_AGAIN,
    HandoffStatus.REVERSED: HandoffTask.HAND_OVER_AGAIN,
}


class WorkItem(NamedTuple):
    """Who has to do what by when; ``due_on`` may have passed."""

    handoff_id: str | None
    agency: str
    role: EscalationRole
    task: HandoffTask
    due_on: date


def work_item(state: Handoff) -> WorkItem | None:
    """The one thing to be done next for this person in this domain; ``None``: nothing is open."""
    if state.responsible is None or closing.is_closed(state):
        return None
    return _of_consent(state) or _of_handoff(state) or _of_request(state) or _of_gap(state)


def _of_consent(state: Handoff) -> WorkItem | None:
    due_on, waits = consent_due_on(state), waiting(state)
    if due_on is None or waits is None or state.responsible is None:
        return None
    task = HandoffTask.RENEW_CONSENT
    return WorkItem(waits.handoff_id, state.responsible, EscalationRole.CONTACT, task, due_on)


def _of_handoff(state: Handoff) -> WorkItem | None:
    if is_kept(state) and state.taker and state.takeover_on:
        kept, contact = state.standing["handoff_id"], EscalationRole.CONTACT
        return WorkItem(kept, state.taker, contact, HandoffTask.TAKE_OVER, state.takeover_on)
    stage = state.stage
    closed = stage is HandoffStatus.REJECTED and state.next_step == NextStep.CLOSE
    task, agency = _TASKS.get(stage), whose_turn(state)
    if task is None or agency is None or (closed and not _open_gap(state)):
        return None
    drafted = stage is HandoffStatus.DRAFTED and state.benefits
    handoff_id = state.benefits.draft_id if drafted and state.benefits else state.handoff_id
    return WorkItem(handoff_id, agency, role_of(state), task, _due_on(state))


def _due_on(state: Handoff) -> date:
    """The day of the period that runs; after the last rung, the day of that one."""
    if state.stage is HandoffStatus.DRAFTED and (by := draft_due_on(state)):
        return by
    known = (state.effective_on if state.stage is HandoffStatus.ACCEPTED else None,)
    rung = next_rung(state)
    days = [day for day in (*known, rung and rung.due_on) if day]
    return min(days, default=state.ended_on or state.effective_on or date.max)


def _of_request(state: Handoff) -> WorkItem | None:
    if not state.request or HandoffStatus(state.status) not in OVER | MOVED:
        return None
    handoff_id, due_on = state.request["handoff_id"], request_due_on(state)
    contact, task = EscalationRole.CONTACT, HandoffTask.ANSWER_REQUEST
    return WorkItem(handoff_id, state.responsible or "", contact, task, due_on)


def _of_gap(state: Handoff) -> WorkItem | None:
    first = _open_gap(state)
    if first is None:
        return None
    contact, task = EscalationRole.CONTACT, HandoffTask.COVER_GAP
    return WorkItem(state.handoff_id, state.responsible or "", contact, task, first)


def _open_gap(state: Handoff) -> date | None:
    firsts = [date.fromisoformat(first) for first, gap in state.gaps.items() if gap["open"]]
    return min(firsts, default=None)
