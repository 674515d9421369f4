"""The state after each own fact about benefits and cover; it looks at nothing but the fact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import AgencyKind, BenefitReason
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

_NOTIFIED = "notified"
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
    runs_on = one["agency"] == agency and one["to_on"] is None
    return one | {"to_on": last.isoformat()} if runs_on else one


def _applied(state: Handoff, fact: bridge.JobcenterApplicationFiled) -> Handoff:
    known = state.application.get("filed_on")
    filed_on = fact.filed_on.isoformat()
    if known and known <= filed_on:
        return state
    applied = {"ref": fact.application_ref, "filed_on": filed_on}
    return replace(state, application=applied | {"counts_from": fact.counts_from.isoformat()})


def _pays(state: Handoff, fact: bridge.BenefitStartNotified) -> Handoff:
    cover = _cover("benefits", fact.to_agency, _NOTIFIED, fact.starts_on, None)
    return replace(state, benefit_start_on=fact.starts_on, coverage=[*state.coverage, cover])


def _decided(state: Handoff, fact: bridge.BenefitDecided) -> Handoff:
    """A decision takes the place of the start that its agency notified, and of itself before.

    So days that were granted or announced are uncovered again once the benefit is refused.
    """
    kept = [
        one
        for one in state.coverage
        if one["agency"] != fact.agency or one["ref"] not in (_NOTIFIED, fact.decision_ref)
    ]
    if fact.from_on:
        kept.append(_cover("benefits", fact.agency, fact.decision_ref, fact.from_on, fact.to_on))
    elif fact.reason_code is BenefitReason.NO_NEED:
        kept.append(_cover("no-need", fact.agency, fact.decision_ref, fact.decided_on, None))
    return replace(state, coverage=kept)


def _bridging_asked(state: Handoff, fact: bridge.BridgingRequested) -> Handoff:
    asked = {"instrument": fact.instrument.value, "agency": fact.agency}
    asked |= {"due_on": fact.due_on.isoformat()}
    return replace(state, bridging=state.bridging | {fact.bridging_ref: asked})


def _bridged(state: Handoff, fact: bridge.BridgingGranted) -> Handoff:
    known = state.bridging.get(fact.bridging_ref, {})
    granted = known | {"instrument": fact.instrument.value, "agency": fact.agency, "granted": True}
    cover = _cover(fact.instrument.value, fact.agency, fact.bridging_ref, fact.from_on, fact.to_on)
    bridging = state.bridging | {fact.bridging_ref: granted}
    return replace(state, bridging=bridging, coverage=[*state.coverage, cover])


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
    bridge.BenefitStartNotified: _pays,
    bridge.BenefitDecided: _decided,
    bridge.BridgingRequested: _bridging_asked,
    bridge.BridgingGranted: _bridged,
    bridge.CoverageGapDetected: _gap_detected,
    bridge.CoverageGapClosed: _gap_closed,
    bridge.CoverageOverlapDetected: _doubled,
}
