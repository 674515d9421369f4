"""Rows for readers, folded from what the bridge says."""

from typing import Any

from services.jobcenter_bridge.state import Handoff
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    HandoffFact,
    ResponsibilityChanged,
)

_HANDOFF = (
    "handoff_id", "key", "status", "from_agency", "to_agency", "sheet_ref", "sheet_digest",
    "submitted_on", "effective_on", "lossfree_on", "replaces_handoff", "acknowledge_by",
    "expires_on", "unit_ref", "decide_by", "round", "information_due_on", "accepted_on",
    "reason_code", "benefit_start_on", "completed_on",
)  # fmt: skip


def handoff_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The handoff as it stands after a fact about it."""
    moved = isinstance(fact, ResponsibilityChanged) and fact.handoff_id is not None
    if not moved and not isinstance(fact, HandoffFact):
        return []
    return [{name: getattr(state, name) for name in _HANDOFF}]


def responsibility_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The interval that begins; the one before ends with it."""
    if not isinstance(fact, ResponsibilityChanged):
        return []
    return [
        {
            "interval_id": f"{state.key}/{fact.valid_from.isoformat()}/{fact.to_agency}",
            "key": state.key,
            "agency": fact.to_agency,
            "valid_from": fact.valid_from,
            "handoff_id": fact.handoff_id,
        }
    ]


def gap_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The gap as it stands after a fact about it."""
    if not isinstance(fact, CoverageGapDetected | CoverageGapClosed):
        return []
    return [
        {
            "gap_id": state.key,
            "from_on": fact.from_on,
            "detected_on": state.gap_detected_on,
            "to_on": fact.to_on if isinstance(fact, CoverageGapClosed) else None,
            "days": fact.days if isinstance(fact, CoverageGapClosed) else None,
            "cause_code": fact.cause_code.value,
        }
    ]
