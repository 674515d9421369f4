"""Rows for readers, folded from what casework says."""

from typing import Any

from services.casework.state import Case
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoverSheetCompleted,
)

_COMPUTED = (
    "end_on", "next_start_on", "last_lossfree_on", "rule_id", "rule_version", "inputs",
)  # fmt: skip

_COLUMNS = (
    "sheet_ref", "profile_id", "from_agency", "to_agency", "effective_on", "lossfree_on", "digest",
    "replaces_handoff",
)  # fmt: skip


def computation_rows(fact: Fact, state: Case) -> list[dict[str, Any]]:
    """A computed or revised end of benefits; none is ever changed."""
    if not isinstance(fact, EntitlementEndComputed | EntitlementEndRevised):
        return []
    row: dict[str, Any] = {name: getattr(fact, name) for name in _COMPUTED}
    row["replaces_end_on"] = getattr(fact, "replaces_end_on", None)
    number = state.computations
    row |= {"case_id": state.case_id, "number": number}
    return [row | {"computation_id": f"{state.case_id}/{number}"}]


def sheet_rows(fact: Fact, state: Case) -> list[dict[str, Any]]:
    """The sheet that was completed; it is never changed, a new one is a row of its own."""
    if not isinstance(fact, HandoverSheetCompleted):
        return []
    row: dict[str, Any] = {name: getattr(fact, name) for name in _COLUMNS}
    row["case_id"] = state.case_id
    row["fields"] = {code.value: value for code, value in fact.fields.items()}
    row["withheld_codes"] = [code.value for code in fact.withheld_codes]
    return [row]
