"""The state after each own fact about benefits and cover; it looks at nothing but the fact."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from services.chassis.legal_calendar import last_day_of_months
from services.chassis.replacing import replace
from services.jobcenter_bridge.coverage import BENEFITS, NO_NEED
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import AgencyKind, BenefitOutcome, BenefitReason, kind_of
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

_NOTIFIED = "notified"
_GRANTED, _PROVISIONAL = 12, 6
"""Months of a grant under SGB II."""
_DAY = timedelta(days=1)


def ended(state: Handoff, agency: str | None, last: date) -> Handoff:
    """The state after another agency took over: what ran on without an end ends with ``last``.

    AsylbLG benefits have a computed end where a jobcenter takes over; where another district does,
    or no end was computed, they end here.
    """
    cut = [_cut(one, agency, last) for one in state.coverage]
    to_district = state.to_kind == AgencyKind.DISTRICT and not state.is_handed_back
    left = state.left_district_on or last + _DAY
    asylbens_to = state.asylbens_to or (last if to_district else None)
    return replace(state, coverage=cut, asylbens_to=asylbens_to, left_district_on=left)


def _cut(one: dict[str, Any], agency: str | None, last: date) -> dict[str, Any]:
    runs_on = one["to_on"] is None or (one["ref"] == _NOTIFIED and one["to_on"] > last.isoformat())
    return one | {"to_on": last.isoformat()} if runs_on and one["agency"] == agency else one


def _applied(state: Handoff, fact: bridge.JobcenterApplicationFiled) -> Handoff:
    """Those that nobody has answered wait in their order; a late one is nothing new."""
    applied = {"ref": fact.application_ref, "filed_on": fact.filed_on.isoformat()}
    applied |= {"counts_from": fact.counts_from.isoformat()}
    if state.is_answered(applied) and state.application:
        return state
    return _in_turn(replace(state, later_applications=[*state.later_applications, applied]))


def _in_turn(state: Handoff) -> Handoff:
    """The first that waits comes first; where none does, the one that was answered last."""
    known = [one for one in (state.application, *state.later_applications) if one]
    known.sort(key=lambda one: one["filed_on"])
    waiting = [one for one in known if not state.is_answered(one)] or known[-1:]
    first, later = (waiting[0], waiting[1:]) if waiting else ({}, [])
    return replace(state, application=first, later_applications=later)


def pays(state: Handoff, fact: bridge.BenefitStartNotified) -> Handoff:
    """What is notified covers the days before those that its agency has decided about."""
    first, agency = fact.starts_on, fact.to_agency
    decided = [one["from_on"] for one in state.coverage if _is_decided(one, agency, first)]
    last = date.fromisoformat(min(decided)) - _DAY if decided else None
    coverage = _needed(state.coverage, first, None)
    if last is None or first <= last:
        coverage.append(_cover(BENEFITS, agency, _NOTIFIED, first, last))
    state = _answered(state, agency, fact.notified_on)
    return replace(state, benefit_start_on=first, coverage=coverage)


def _answered(state: Handoff, agency: str, on: date) -> Handoff:
    """Whoever is to take over, or did, has answered what was applied for by a day."""
    last = max(on, state.answered_on or on)
    takes_over = agency in (state.to_agency, state.taker)
    return _in_turn(replace(state, answered_on=last)) if takes_over else state


def _is_decided(one: dict[str, Any], agency: str, day: date) -> bool:
    """Whether it is a decision of the agency about days from this one on."""
    decision = (one["kind"], one["agency"]) == (BENEFITS, agency) and one["ref"] != _NOTIFIED
    return decision and (one["to_on"] is None or one["to_on"] >= day.isoformat())


def _decided(state: Handoff, fact: bridge.BenefitDecided) -> Handoff:
    """A decision takes the place of the start that its agency notified, and of itself before.

    So days that were granted or announced are uncovered again once the benefit is refused.
    """
    kept = [one for one in state.coverage if not _is_replaced(one, fact)]
    if fact.from_on:
        last = fact.to_on or _usual_end(fact, fact.from_on)
        cover = _cover(BENEFITS, fact.agency, fact.decision_ref, fact.from_on, last)
        kept = [*_needed(kept, fact.from_on, last), cover]
        state = _answered(state, fact.agency, fact.decided_on)
    elif fact.reason_code is BenefitReason.NO_NEED:
        first = fact.decided_on
        last = _before_benefits(kept, first)
        kept.append(_cover(NO_NEED, fact.agency, fact.decision_ref, first, last))
    return replace(state, coverage=kept)


def _usual_end(fact: bridge.BenefitDecided, first: date) -> date | None:
    """The last day of a jobcenter's grant that names none: it cannot cover for ever.

    A year is granted as a rule, half of it provisionally (§ 41 Abs. 3 S. 1, S. 2 Nr. 1 SGB II).
    Others grant until further notice.
    """
    if kind_of(fact.agency) is not AgencyKind.JOBCENTER:
        return None
    months = _PROVISIONAL if fact.outcome is BenefitOutcome.PROVISIONAL else _GRANTED
    return last_day_of_months(first, months)


def _is_replaced(one: dict[str, Any], fact: bridge.BenefitDecided) -> bool:
    by_agency = one["agency"] == fact.agency and one["kind"] in (BENEFITS, NO_NEED)
    return by_agency and one["ref"] in (_NOTIFIED, fact.decision_ref)


def _before_benefits(coverage: list[dict[str, Any]], day: date) -> date | None:
    """The day before the next one after this on which anybody begins to pay."""
    paid = [one["from_on"] for one in coverage if one["kind"] != NO_NEED]
    later = [first for first in paid if first > day.isoformat()]
    return date.fromisoformat(min(later)) - _DAY if later else None


def _needed(coverage: list[dict[str, Any]], first: date, last: date | None) -> list[dict[str, Any]]:
    """The covers once somebody pays from a day on: that nothing is needed ends the day before.

    Whoever said it: need is the person's, and does not begin or end with an agency.
    """
    kept = (_until_needed(one, first, last) for one in coverage)
    return [one for one in kept if one]


def _until_needed(one: dict[str, Any], first: date, last: date | None) -> dict[str, Any] | None:
    before = last is not None and last.isoformat() < one["from_on"]
    if one["kind"] != NO_NEED or before:
        return one
    until = (first - _DAY).isoformat()
    if until < one["from_on"]:
        return None
    return one | {"to_on": min(until, one["to_on"] or until)}


def _bridging_asked(state: Handoff, fact: bridge.BridgingRequested) -> Handoff:
    asked = {"instrument": fact.instrument.value, "agency": fact.agency}
    asked |= {"due_on": fact.due_on.isoformat()}
    return replace(state, bridging=state.bridging | {fact.bridging_ref: asked})


def _bridged(state: Handoff, fact: bridge.BridgingGranted) -> Handoff:
    known = state.bridging.get(fact.bridging_ref, {})
    granted = known | {"instrument": fact.instrument.value, "agency": fact.agency, "granted": True}
    cover = _cover(fact.instrument.value, fact.agency, fact.bridging_ref, fact.from_on, fact.to_on)
    bridging = state.bridging | {fact.bridging_ref: granted}
    coverage = [*_needed(state.coverage, fact.from_on, fact.to_on), cover]
    return replace(state, bridging=bridging, coverage=coverage)


def _cover(kind: str, agency: str, ref: str, first: date, last: date | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "agency": agency,
        "ref": ref,
        "from_on": first.isoformat(),
        "to_on": last.isoformat() if last else None,
    }


def _gap_detected(state: Handoff, fact: bridge.CoverageGapDetected) -> Handoff:
    gap = {
        "to_on": None,
        "cause": fact.cause_code.value,
        "detected_on": fact.detected_on.isoformat(),
        "open": True,
    }
    return replace(state, gaps=state.gaps | {fact.from_on.isoformat(): gap})


def _gap_closed(state: Handoff, fact: bridge.CoverageGapClosed) -> Handoff:
    first = fact.from_on.isoformat()
    gap = state.gaps.get(first, {"cause": fact.cause_code.value, "detected_on": None})
    closed = gap | {"to_on": fact.to_on.isoformat(), "open": False}
    return replace(state, gaps=state.gaps | {first: closed})


def _doubled(state: Handoff, fact: bridge.CoverageOverlapDetected) -> Handoff:
    known = state.overlaps | {fact.from_on.isoformat(): fact.to_on.isoformat()}
    return replace(state, overlaps=known)


FOLDS: dict[type[Fact], Callable[[Handoff, Any], Handoff]] = {
    bridge.JobcenterApplicationFiled: _applied,
    bridge.BenefitDecided: _decided,
    bridge.BridgingRequested: _bridging_asked,
    bridge.BridgingGranted: _bridged,
    bridge.CoverageGapDetected: _gap_detected,
    bridge.CoverageGapClosed: _gap_closed,
    bridge.CoverageOverlapDetected: _doubled,
}
