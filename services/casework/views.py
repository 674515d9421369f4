"""Rows for readers, folded from what casework says."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from services.casework.retaining import restrictions
from services.casework.state import Case
from services.casework.tables import RestrictionRow
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoverSheetCompleted,
    ProcessingRestricted,
)

RESTRICTION: Table = RestrictionRow.__table__  # type: ignore[attr-defined]
_COMPUTED = (
    "end_on", "next_start_on", "last_lossfree_on", "rule_id", "rule_version", "inputs",
)  # fmt: skip

_COLUMNS = (
    "sheet_ref", "profile_id", "from_agency", "to_agency", "effective_on", "lossfree_on", "digest",
    "replaces_handoff",
)  # fmt: skip


def restriction_rows(fact: Fact, state: Case) -> list[dict[str, Any]]:
    """The case whose data is only stored, from its first reason's day to its last one's end."""
    if not isinstance(fact, ProcessingRestricted):
        return []
    since, until = zip(*restrictions(state).values(), strict=True)
    last = max(until)
    row = {"restricted_on": min(since), "until": None if last == date.max else last}
    return [{"case_id": state.case_id, **row}]


def restricted(conn: Connection) -> dict[str, date | None]:
    """The cases whose data is only stored, and the last day of that where one is known."""
    return {row.case_id: row.until for row in conn.execute(select(RESTRICTION))}


def computation_rows(fact: Fact, state: Case) -> list[dict[str, Any]]:
    """An end of benefits that was computed, revised or withdrawn; none is ever changed."""
    if not isinstance(
        fact, EntitlementEndComputed | EntitlementEndRevised | EntitlementEndWithdrawn
    ):
        return []
    row: dict[str, Any] = {name: getattr(fact, name, None) for name in _COMPUTED}
    row["replaces_end_on"] = getattr(fact, "replaces_end_on", None)
    number = state.computations
    row |= {"case_id": state.case_id, "number": number}
    return [row | {"computation_id": f"{state.case_id}/{number}"}]


def sheet_rows(fact: Fact, state: Case) -> list[dict[str, Any]]:
    """The sheet that was completed; it is never changed, a new one is a row of its own."""
    if not isinstance(fact, HandoverSheetCompleted):
        return []
    row: dict[str, Any] = {name: getattr(fact, name) for name in _COLUMNS}
    row |= {"case_id": state.case_id, "domain": fact.domain.value}
    row["fields"] = {code.value: value for code, value in fact.fields.items()}
    row["withheld_codes"] = [code.value for code in fact.withheld_codes]
    return [row]
