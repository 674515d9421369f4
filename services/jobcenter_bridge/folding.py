"""The state after each own fact; it looks at nothing but the fact."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from services.jobcenter_bridge.recording import RECORDED, recorded
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import HandoffStatus
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    BenefitStartNotified,
    CoverageGapClosed,
    CoverageGapDetected,
    HandedToJobcenter,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDelivered,
    HandoffExpired,
    HandoffInformationRequested,
    HandoffRejected,
    ResponsibilityChanged,
)

_KEPT = (
    "responsible", "responsible_since", "gap_from", "gap_to", "gap_cause", "gap_detected_on",
    "gap_open", "records", "admission", "benefits",
)  # fmt: skip


def evolve(state: Handoff, fact: Fact) -> Handoff:
    """The state after an own fact."""
    if type(fact) in RECORDED.facts:
        return recorded(state, fact)
    fold = _FOLDS.get(type(fact))
    return fold(state, fact) if fold else state


def _moved(state: Handoff, fact: ResponsibilityChanged) -> Handoff:
    status = HandoffStatus.IN_EFFECT.value if fact.handoff_id else state.status
    return replace(
        state, status=status, responsible=fact.to_agency, responsible_since=fact.valid_from
    )


def _submitted(state: Handoff, fact: HandedToJobcenter) -> Handoff:
    """A new handoff; of the one before nothing remains but the responsibility and the gap."""
    return replace(
        Handoff(state.key, **{name: getattr(state, name) for name in _KEPT}),
        status=HandoffStatus.SUBMITTED.value,
        handoff_id=fact.handoff_id,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        sheet_ref=fact.sheet_ref,
        sheet_digest=fact.sheet_digest,
        submitted_on=fact.submitted_on,
        effective_on=fact.effective_on,
        lossfree_on=fact.lossfree_on,
        replaces_handoff=fact.replaces_handoff,
    )


def _delivered(state: Handoff, fact: HandoffDelivered) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.DELIVERED.value,
        acknowledge_by=fact.acknowledge_by,
        expires_on=fact.expires_on,
    )


def _acknowledged(state: Handoff, fact: HandoffAcknowledged) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.ACKNOWLEDGED.value,
        unit_ref=fact.unit_ref,
        decide_by=fact.decide_by,
    )


def _asked(state: Handoff, fact: HandoffInformationRequested) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.INFORMATION_REQUESTED.value,
        round=fact.round,
        information_due_on=fact.due_on,
    )


def _accepted(state: Handoff, fact: HandoffAccepted) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.ACCEPTED.value,
        accepted_on=fact.accepted_on,
        effective_on=fact.effective_on,
    )


def _rejected(state: Handoff, fact: HandoffRejected) -> Handoff:
    return replace(state, status=HandoffStatus.REJECTED.value, reason_code=fact.reason_code.value)


def _expired(state: Handoff, _: HandoffExpired) -> Handoff:
    return replace(state, status=HandoffStatus.EXPIRED.value)


def _pays(state: Handoff, fact: BenefitStartNotified) -> Handoff:
    return replace(state, benefit_start_on=fact.starts_on)


def _completed(state: Handoff, fact: HandoffCompleted) -> Handoff:
    return replace(state, status=HandoffStatus.COMPLETED.value, completed_on=fact.completed_on)


def _gap_detected(state: Handoff, fact: CoverageGapDetected) -> Handoff:
    return replace(
        state,
        gap_from=fact.from_on,
        gap_to=None,
        gap_cause=fact.cause_code.value,
        gap_detected_on=fact.detected_on,
        gap_open=True,
    )


def _gap_closed(state: Handoff, fact: CoverageGapClosed) -> Handoff:
    return replace(state, gap_to=fact.to_on, gap_open=False)


_FOLDS: dict[type[Fact], Callable[[Handoff, Any], Handoff]] = {
    ResponsibilityChanged: _moved,
    HandedToJobcenter: _submitted,
    HandoffDelivered: _delivered,
    HandoffAcknowledged: _acknowledged,
    HandoffInformationRequested: _asked,
    HandoffAccepted: _accepted,
    HandoffRejected: _rejected,
    HandoffExpired: _expired,
    BenefitStartNotified: _pays,
    HandoffCompleted: _completed,
    CoverageGapDetected: _gap_detected,
    CoverageGapClosed: _gap_closed,
}
