"""Rows for readers, folded from what the bridge says."""

from typing import Any

from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    HandoffFact,
    HandoffRejected,
    ResponsibilityChanged,
)

from services.jobcenter_bridge.state import Handoff


def handoff_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The handoff as it stands after a fact about it."""
    moved = isinstance(fact, ResponsibilityChanged) and fact.handoff_id
    if not moved and not isinstance(fact, HandoffFact):
        return []
    columns = ("handoff_id", "key", "status", "from_agency", "to_agency", "submitted_on",
               "effective_on", "lossfree_on", "accepted_on")  # fmt: skip
    row = {name: getattr(state, name) for name in columns}
    reason = fact.reason_code.value if isinstance(fact, HandoffRejected) else None
    return [row | {"status": str(state.status), "reason_code": reason}]


def responsibility_rows(fact: Fact, state: Handoff) -> list[dict[str, Any]]:
    """The interval that begins."""
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
    closed = fact if isinstance(fact, CoverageGapClosed) else None
    return [
        {
            "gap_id": f"{state.key}/{fact.from_on.isoformat()}",
            "key": state.key,
            "from_on": fact.from_on,
            "to_on": closed.to_on if closed else None,
            "days": closed.days if closed else None,
            "cause_code": fact.cause_code.value,
        }
    ]
