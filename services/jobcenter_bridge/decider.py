"""Decide about handoffs: what an answer says, and when responsibility moves.

    drafted → submitted → delivered → acknowledged ⇄ information-requested
    acknowledged, information-requested → accepted → in-effect → completed
    acknowledged, information-requested → second-look → rejected, or any other answer
    acknowledged, information-requested → rejected, forwarded
    submitted ⇄ delivery-failed;  submitted, delivery-failed, delivered → expired
    undecided → withdrawn, annulled by the sender

No step is skipped: the receiver names the sheet's digest when it confirms the delivery, a unit
takes the handoff up, then it decides. It may decide while its question is open, because a sender
that does not answer must not block the person. What nobody took up expires 14 days after the
submission, or after the delivery once that is confirmed. What a unit took up does not: it owes a
decision, the sender stays responsible until then, and days without cover raise the alarm.

A handoff that nobody took over is over; the sender may hand over again, and the new handoff names
the one that it replaces. From one that took effect only a new handoff leads back.

Whoever has accepted may hand back before its day, too. What was accepted stands meanwhile, and
takes effect on its day, whatever becomes of the new handoff; unless the sender accepts that before,
for that day: then both are over, and responsibility does not move.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce

from services.chassis.decider import Asked, Due, Heard, Input
from services.chassis.legal_calendar import legal_date, start_of_day
from services.jobcenter_bridge import (
    beginning,
    benefits,
    checklist,
    climbing,
    consenting,
    coverage,
    deadlines,
    recording,
)
from services.jobcenter_bridge.answers import about_handoff, answer
from services.jobcenter_bridge.folding import evolve
from services.jobcenter_bridge.standing import going_on
from services.jobcenter_bridge.state import Handoff
from services.jobcenter_bridge.submitting import Now, hand_over, taken_back
from staffel_contracts.codes import HandoffStatus
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.jobcenter_bridge import (
    HandBackToDistrict,
    NotifyBenefitStart,
    RequestHandoff,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffCompleted,
    HandoffExpired,
    HandoffReversed,
    ResponsibilityChanged,
)

__all__ = ["decide", "due", "evolve"]

EFFECT, COMPLETION, EXPIRY = "effect", "completion", "expiry"
GAP, OVERLAP, RUNG, CONSENT = "gap", "overlap", "rung", "consent"


def decide(state: Handoff, given: Input, at: datetime) -> list[Fact]:
    """Decide about an answer, something heard, or a deadline.

    Whatever came, all that follows from what is known now is said with it: so it does not matter
    in which order the others' logs are heard, or how late.

    Raises:
        Refused: the answer is not legal, or the sheet heard contradicts the handoff that is open.
    """
    if state.is_untouched and isinstance(given, Heard):
        return []  # most domains of most persons
    today = legal_date(max(at, given.moment) if isinstance(given, Due) else at)
    said = _opened(state, given)
    state = reduce(evolve, said, state)
    if isinstance(given, Asked) and (taken := _take_effect(state, today)):
        said.append(taken)  # nobody answers for what the clock has decided already
        state = evolve(state, taken)
    said += (asked := _said(state, given, at, today))
    state = reduce(evolve, asked, state)
    now = Now(today, given.new_id, _is_sheet(given), given.directory)
    for step in _STEPS:
        while fact := step(state, now):
            said.append(fact)
            state = evolve(state, fact)
    return said


def _is_sheet(given: Input) -> bool:
    return isinstance(given, Heard) and isinstance(given.fact, HandoverSheetCompleted)


def _opened(state: Handoff, given: Input) -> list[Fact]:
    """Whoever asks for a person in a domain that nobody touched asks the district."""
    asks = isinstance(given, Asked) and isinstance(given.command, RequestHandoff)
    fact = _in_charge(state) if asks else None
    return [fact] if fact else []


def _said(state: Handoff, given: Input, at: datetime, today: date) -> list[Fact]:
    """What the input itself says."""
    if isinstance(given, Due):
        return recording.at_deadline(state, given)
    if isinstance(given, Heard):
        return taken_back(state, given.fact, today)
    command = type(given.command)
    if command in recording.RECORDED.commands:
        return [recording.record(state, given, at)]
    if command in benefits.REPORTS:
        return [benefits.report(state, given, today)]
    if command in (RequestHandoff, HandBackToDistrict):
        return [beginning.begin(state, given, today)]
    if isinstance(given.command, NotifyBenefitStart):
        state = going_on(state, given.command.handoff_id)
    return [answer(state, given, today)]


def due(state: Handoff) -> dict[str, datetime]:
    """When the receiver takes over, its benefits run, nobody answered, or no benefit or two cover.

    And when the next rung of the ladder is reached, or something that was recorded falls due.
    """
    if state.is_untouched:
        return {}
    rung = climbing.next_rung(state)
    days = {
        EFFECT: state.takeover_on,
        COMPLETION: _completion_on(state),
        EXPIRY: _expiry_on(state),
        GAP: coverage.awaited_gap(state),
        OVERLAP: coverage.awaited_overlap(state),
        RUNG: rung and rung.on,
        CONSENT: consenting.awaited_end(state),
    }
    pending = {kind: start_of_day(day) for kind, day in days.items() if day}
    return pending | recording.RECORDED.due(state.records)


# -- what follows by itself ----------------------------------------------------------------------


def _take_charge(state: Handoff, _: Now) -> Fact | None:
    """The district that took the person in is responsible from the admission on.

    That is said at once for benefits, and for each other domain as soon as it is to be handed over
    by itself: as long as nobody did that, it is the district's.
    """
    known = state.benefits
    touched = known is not None and (known.draft_id or known.sheet_ref) is not None
    return _in_charge(state) if touched or state.domain is Domain.BENEFITS else None


def _in_charge(state: Handoff) -> Fact | None:
    known = state.admission
    if state.responsible or known is None or known.agency is None or known.admitted_on is None:
        return None
    return ResponsibilityChanged(
        domain=state.domain,
        from_agency=None,
        to_agency=known.agency,
        valid_from=known.admitted_on,
    )


def _reverse(state: Handoff) -> Fact | None:
    """The sender has accepted back what was to move on the day that it named, or later."""
    day, back_on, accepted_on = state.takeover_on, state.effective_on, state.accepted_on
    if not state.is_standing or day is None or back_on is None or accepted_on is None:
        return None
    if back_on > day:
        return None
    return HandoffReversed(
        **about_handoff(state),
        reversed_on=accepted_on,
        effective_on=day,
        reverses_handoff=state.standing["handoff_id"],
    )


def _take_effect(state: Handoff, today: date) -> Fact | None:
    day, taker = state.takeover_on, state.taker
    if day is None or taker is None or today < day:
        return None
    return ResponsibilityChanged(
        domain=state.domain,
        from_agency=state.responsible,
        to_agency=taker,
        valid_from=day,
        handoff_id=state.standing["handoff_id"] if state.is_standing else state.handoff_id,
    )


def _completion_on(state: Handoff) -> date | None:
    """The first day of benefits, once responsibility has moved and the checklist is done."""
    done = state.status == HandoffStatus.IN_EFFECT and not checklist.missing(state)
    return checklist.benefits_run_from(state) if done else None


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
    waiting = state.status in (HandoffStatus.SUBMITTED, HandoffStatus.DELIVERY_FAILED)
    if waiting and state.submitted_on:
        return deadlines.expires_on(state.submitted_on, state.periods) + coverage.DAY
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
    hand_over,
    lambda state, now: consenting.withdraw(state, now.today),
    lambda state, _: _reverse(state),
    lambda state, now: _take_effect(state, now.today),
    _complete,
    _expire,
    lambda state, now: coverage.follow_gaps(state, now.today),
    lambda state, now: coverage.follow_overlaps(state, now.today),
    lambda state, now: climbing.climb(state, now.today),
)
"""In this order each may follow from those before it; each until it has nothing more to say."""
