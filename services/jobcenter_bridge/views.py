"""Rows for readers, folded from what the bridge says."""

from datetime import date
from typing import Any

from services.jobcenter_bridge.standing import standing
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    HandoffFact,
    HandoffReversed,
    ResponsibilityChanged,
)

_HANDOFF = (
    "handoff_id", "key", "status", "from_agency", "to_agency", "to_kind", "sheet_ref",
    "sheet_digest", "submitted_on", "effective_on", "lossfree_on", "replaces_handoff",
    "first_received_on", "delivered_on", "acknowledged_on", "acknowledge_by", "expires_on",
    "unit_ref", "decide_by", "round",
    "information_due_on", "accepted_on", "ended_on", "reason_code", "next_step",
    "new_handoff_id", "benefit_start_on", "completed_on",
)  # fmt: skip


def handoff_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The handoff as it stands after a fact about it; with it the one that it has reversed."""
    row = {name: getattr(state, name) for name in _HANDOFF}
    if isinstance(fact, HandoffReversed):
        return [row, _reversed_row(state)]
    if isinstance(fact, ResponsibilityChanged) and fact.handoff_id is not None:
        return [row if fact.handoff_id == state.handoff_id else _reversed_row(state)]
    about = isinstance(fact, HandoffFact) and fact.handoff_id == state.handoff_id
    return [row] if about else []


def _reversed_row(state: Handoff) -> dict[str, Any]:
    before = standing(state)
    return {name: getattr(before, name) for name in _HANDOFF}


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
    closed = isinstance(fact, CoverageGapClosed)
    detected_on = state.gaps[fact.from_on.isoformat()]["detected_on"]
    return [
        {
            "gap_id": f"{state.key}/{fact.from_on.isoformat()}",
            "key": state.key,
            "from_on": fact.from_on,
            "detected_on": date.fromisoformat(detected_on) if detected_on else None,
            "to_on": fact.to_on if closed else None,
            "days": fact.days if isinstance(fact, CoverageGapClosed) else None,
            "cause_code": fact.cause_code.value,
        }
    ]
