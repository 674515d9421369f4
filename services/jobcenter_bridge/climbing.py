"""The ladder of a handoff: who is reminded when a period is over, and who takes it up then.

Each rung is said once for a handoff. Reminders and escalations move nothing: the sender stays
responsible, and the periods of law keep running.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.chassis.legal_calendar import add_working_days
from services.jobcenter_bridge import closing, consenting, coverage, deadlines
from services.jobcenter_bridge.answers import about_handoff, earliest, land_of
from services.jobcenter_bridge.state import MOVED, OVER, UNDECIDED, Handoff
from staffel_contracts.codes import (
    DeliveryChannel,
    DeliveryFault,
    EscalationRole,
    HandoffStatus,
    NextStep,
    TimerRung,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffDeliveryFailed,
    HandoffEscalated,
    HandoffReminderDue,
)

DAY = timedelta(days=1)
_BY_SENDER = OVER - {HandoffStatus.REVERSED} | {
    HandoffStatus.DRAFTED,
    HandoffStatus.INFORMATION_REQUESTED,
}
_DECIDED_BY = {HandoffStatus.ACKNOWLEDGED: "decide", HandoffStatus.SECOND_LOOK: "confirm"}
"""A rejection that waits for a lead has a day of its own, whatever was said of the one before."""
_ROLES = {
    TimerRung.CONTACT: EscalationRole.CONTACT,
    TimerRung.UNIT: EscalationRole.UNIT_LEAD,
    TimerRung.LEAD: EscalationRole.UNIT_LEAD,
    TimerRung.HEADS: EscalationRole.OFFICE_HEADS,
}


class Rung(NamedTuple):
    """A step of the ladder: when it is reached, and what was due by when."""

    step: str
    rung: TimerRung
    on: date
    due_on: date


def next_rung(state: Handoff) -> Rung | None:
    """The next rung that this handoff reaches, if nobody acts before."""
    if closing.is_closed(state):
        return None
    pending = (rung for rung in _rungs(state) if rung.step not in state.rungs)
    return min(pending, key=lambda rung: (rung.on, rung.step), default=None)


def climb(state: Handoff, today: date) -> Fact | None:
    """What is said when a rung is reached."""
    rung = next_rung(state)
    if rung is None or today < rung.on:
        return None
    if rung.step == "receipt":
        return _no_receipt(state, today)
    if rung.rung in (TimerRung.LEAD, TimerRung.HEADS):
        return HandoffEscalated(
            **_said(state, rung), escalated_on=today, proposed=_proposed(state, rung)
        )
    return HandoffReminderDue(**_said(state, rung))


def is_kept(state: Handoff) -> bool:
    """Whether the receiver takes over after all: what it had begun to hand back, it took back."""
    return state.is_standing and state.stage in (HandoffStatus.WITHDRAWN, HandoffStatus.ANNULLED)


def whose_turn(state: Handoff) -> str | None:
    """The agency that has to act on the handoff."""
    if state.stage is HandoffStatus.DRAFTED or _printed_is_due(state):
        return state.responsible
    return state.from_agency if state.stage in _BY_SENDER else state.to_agency


def role_of(state: Handoff) -> EscalationRole:
    """In whose hands it is: as high as it has climbed."""
    if "heads" in state.rungs:
        return EscalationRole.OFFICE_HEADS
    leads = {"lead", "expired"} & set(state.rungs)
    return EscalationRole.UNIT_LEAD if leads or _is_second_look(state) else EscalationRole.CONTACT


def _is_second_look(state: Handoff) -> bool:
    return state.stage is HandoffStatus.SECOND_LOOK


def _printed_is_due(state: Handoff) -> bool:
    return state.stage is HandoffStatus.DELIVERY_FAILED


def _said(state: Handoff, rung: Rung) -> dict[str, Any]:
    named, waits = about_handoff(state), consenting.waiting(state)
    if rung.step == _request_step(state):
        named |= {"handoff_id": state.request["handoff_id"], "from_agency": state.responsible}
        named |= {"to_agency": state.request["agency"]}
    elif waits and waits.step == rung.step:
        named |= {"handoff_id": waits.handoff_id, "from_agency": state.responsible}
        named |= {"to_agency": waits.to_agency}
    elif state.stage is HandoffStatus.DRAFTED and state.benefits:
        named |= {"handoff_id": state.benefits.draft_id, "from_agency": state.responsible}
        named |= {"to_agency": state.benefits.draft_to}
    return named | {
        "step": rung.step,
        "rung": rung.rung,
        "due_on": rung.due_on,
        "role": _ROLES[rung.rung],
        "agency": whose_turn(state) or state.responsible,
    }


def _proposed(state: Handoff, rung: Rung) -> tuple[Any, ...]:
    return coverage.proposals(state) if rung.rung is TimerRung.HEADS else ()


def _no_receipt(state: Handoff, today: date) -> Fact:
    return HandoffDeliveryFailed(
        **about_handoff(state),
        failed_on=today,
        channel=DeliveryChannel.FEED,
        attempt=state.attempts + 1,
        fault_code=DeliveryFault.NO_RECEIPT,
        given_up=False,
    )


def _rungs(state: Handoff) -> Iterator[Rung]:
    yield from _of_consent(state)
    yield from _of_request(state)
    if state.stage is HandoffStatus.DRAFTED:
        yield from _of_draft(state)
    elif state.stage in MOVED:
        yield from _of_completion(state)
    elif state.stage in UNDECIDED:
        yield from _of_stage(state)
        yield from _of_end(state)
    elif is_kept(state):
        return
    elif state.stage in OVER and state.ended_on and state.next_step != NextStep.CLOSE:
        yield from _of_ending(state, state.ended_on)
        yield from _of_end(state)


def request_due_on(state: Handoff) -> date:
    """The day by which an agency that asks for the person is answered."""
    if known := state.request.get("answer_by"):
        return date.fromisoformat(known)
    return deadlines.answer_by(date.fromisoformat(state.request["requested_on"]), land_of(state))


def _request_step(state: Handoff) -> str | None:
    return f"request-{state.request['handoff_id']}"[:64] if state.request else None


def _of_request(state: Handoff) -> Iterator[Rung]:
    """Whoever is responsible is reminded, until a handoff is prepared (§ 16 Abs. 2 S. 1 SGB I)."""
    step = _request_step(state)
    waits = HandoffStatus(state.status) in OVER | MOVED and not state.is_drafted
    if step and state.responsible and waits:
        due_on = request_due_on(state)
        yield Rung(step, TimerRung.CONTACT, due_on + DAY, due_on)


def draft_due_on(state: Handoff) -> date | None:
    """The day by which the draft is submitted: by the day that was set, or the computed end."""
    known = state.benefits
    if known is None or known.drafted_on is None:
        return None
    by_hand = known.draft_effective_on and known.draft_effective_on - DAY
    end_on = by_hand or known.end_on
    days = known.draft_submit_days or deadlines.USUAL.submit_days_before_end
    return deadlines.submit_by(end_on, days) if end_on else known.drafted_on


def _of_draft(state: Handoff) -> Iterator[Rung]:
    """Nobody is reminded before it is known who is responsible."""
    known, due_on = state.benefits, draft_due_on(state)
    if known and known.drafted_on and due_on and state.responsible:
        on = max(due_on, known.drafted_on) + DAY
        yield Rung(f"submit-{known.draft_id}"[:64], TimerRung.CONTACT, on, due_on)


def _of_consent(state: Handoff) -> Iterator[Rung]:
    """What was prepared lost its consent before it left: the sender asks for another, or drops it.

    Its day is that of any next step after nobody took over.
    """
    waits = consenting.waiting(state)
    if waits and state.responsible:
        days = state.periods.follow_working_days
        due_on = add_working_days(waits.over_on, days, land_of(state))
        yield Rung(waits.step, TimerRung.CONTACT, waits.over_on, due_on)


def consent_due_on(state: Handoff) -> date | None:
    """The day by which a prepared handoff needs a new consent, once it has lost the one before."""
    lost = (rung.due_on for rung in _of_consent(state) if rung.step in state.rungs)
    return next(lost, None)


def _of_stage(state: Handoff) -> Iterator[Rung]:
    """The period of the stage itself, the day after its last."""
    agreed, stage = state.periods, state.stage
    if stage is HandoffStatus.SUBMITTED and state.submitted_on:
        due_on = state.submitted_on + timedelta(days=agreed.receipt_days)
        yield Rung("receipt", TimerRung.CONTACT, due_on + DAY, due_on)
    elif stage is HandoffStatus.DELIVERED and state.acknowledge_by:
        due_on = state.acknowledge_by
        yield Rung("acknowledge", TimerRung.CONTACT, due_on + DAY, due_on)
    elif stage is HandoffStatus.INFORMATION_REQUESTED and state.information_due_on:
        due_on = state.information_due_on
        yield Rung(f"information-{state.round}", TimerRung.CONTACT, due_on + DAY, due_on)
    elif stage in _DECIDED_BY and state.decide_by:
        yield Rung(_DECIDED_BY[stage], TimerRung.UNIT, state.decide_by + DAY, state.decide_by)


def _of_ending(state: Handoff, ended_on: date) -> Iterator[Rung]:
    """Nobody took over: what follows is due soon, as was agreed; an expiry is the lead's."""
    due_on = add_working_days(ended_on, state.periods.follow_working_days, land_of(state))
    if state.status == HandoffStatus.EXPIRED:
        yield Rung("expired", TimerRung.LEAD, ended_on, due_on)
    yield Rung("follow", TimerRung.CONTACT, due_on + DAY, due_on)


def _of_end(state: Handoff) -> Iterator[Rung]:
    """So many days before the end of the sender's benefits, but never on the first day."""
    if state.submitted_on is None:
        return
    end_on, first = earliest(state) - DAY, state.submitted_on + DAY
    heads = max(end_on - timedelta(days=state.periods.heads_days), first)
    lead = max(end_on - timedelta(days=state.periods.lead_days), first)
    if lead < heads and "heads" not in state.rungs:
        yield Rung("lead", TimerRung.LEAD, lead, heads)
    yield Rung("heads", TimerRung.HEADS, heads, max(end_on, heads))


def _of_completion(state: Handoff) -> Iterator[Rung]:
    if state.status == HandoffStatus.IN_EFFECT and state.responsible_since:
        since = state.benefit_start_on or state.responsible_since
        agreed = state.responsible_since + timedelta(days=state.periods.complete_days)
        due_on = max(since, agreed)
        yield Rung("complete", TimerRung.UNIT, due_on + DAY, due_on)
