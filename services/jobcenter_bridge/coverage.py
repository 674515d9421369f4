"""Which days no reported benefit covers: an alarm for people, which never moves responsibility.

AsylbLG benefits cover up to the end that casework computed, the jobcenter's from the start that it
notified. What lies between is a gap. A corrected end closes a gap that rested on the old one.
"""

from datetime import date, timedelta

from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import GapCause, HandoffStatus
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import CoverageGapClosed, CoverageGapDetected

DAY = timedelta(days=1)
_TAKEN = frozenset({HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT, HandoffStatus.COMPLETED})


def uncovered_from(state: Handoff) -> date | None:
    """The first day after AsylbLG benefits, if their end is known."""
    end_on = state.benefits.end_on if state.benefits else None
    return end_on + DAY if end_on else None


def awaited_gap(state: Handoff) -> date | None:
    """The day that will open a gap unless a start of benefits is notified before."""
    if state.gap_open or state.benefit_start_on:
        return None
    return uncovered_from(state)


def withdraw_gap(state: Handoff, _: date) -> Fact | None:
    """Close a gap without days, because the end that it rested on was revised."""
    if not state.gap_open or state.gap_from is None or state.gap_from == uncovered_from(state):
        return None
    return _closed(state, state.gap_from, state.gap_from)


def detect_gap(state: Handoff, today: date) -> Fact | None:
    """A gap that begins today or earlier, or one that is known because benefits start late."""
    first, start = uncovered_from(state), state.benefit_start_on
    if first is None or state.gap_open or not _is_gap(state, first, start, today):
        return None
    return CoverageGapDetected(from_on=first, detected_on=today, cause_code=_cause(state))


def close_gap(state: Handoff, _: date) -> Fact | None:
    """The gap's days are known once a start of benefits was notified."""
    if not state.gap_open or state.gap_from is None or state.benefit_start_on is None:
        return None
    return _closed(state, state.gap_from, max(state.benefit_start_on, state.gap_from))


def _is_gap(state: Handoff, first: date, start: date | None, today: date) -> bool:
    if start is None:
        return first <= today
    counted = (state.gap_from, state.gap_to) == (first, start - DAY)
    return first < start and not counted


def _closed(state: Handoff, first: date, covered_from: date) -> Fact:
    return CoverageGapClosed(
        from_on=first,
        to_on=covered_from - DAY,
        days=(covered_from - first).days,
        cause_code=GapCause(state.gap_cause or GapCause.NO_BENEFIT_DECISION),
    )


def _cause(state: Handoff) -> GapCause:
    """An application after the last loss-free day reaches back to the first of a later month."""
    lossfree_on = state.benefits.last_lossfree_on if state.benefits else None
    if state.benefit_start_on and lossfree_on and state.benefit_start_on > lossfree_on:
        return GapCause.LATE_APPLICATION
    taken = HandoffStatus(state.status) in _TAKEN
    return GapCause.NO_BENEFIT_DECISION if taken else GapCause.NOT_ACCEPTED
