"""The tables of jobcenter_bridge; a ``key`` is ``<case>/<domain>``."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


def _json() -> Any:
    return Column(JSON, nullable=False)


class HandoffRow(SQLModel, table=True):
    """One person in one domain: who is responsible, the current handoff, which days are covered."""

    __tablename__ = "handoff"

    key: str = Field(primary_key=True)
    responsible: str | None = Field(index=True)
    responsible_since: date | None
    last_district: str | None
    status: str
    handoff_id: str | None
    from_agency: str | None = Field(index=True)
    to_agency: str | None = Field(index=True)
    to_kind: str | None
    sheet_ref: str | None
    sheet_digest: str | None
    submitted_sheet: str | None
    submitted_on: date | None
    effective_on: date | None
    lossfree_on: date | None
    replaces_handoff: str | None
    first_received_on: date | None
    chain: list[str] = Field(sa_column=_json())
    first_asked: str | None
    ladder: dict[str, Any] = Field(sa_column=_json())
    rungs: list[str] = Field(sa_column=_json())
    attempts: int
    delivered_on: date | None
    acknowledged_on: date | None
    acknowledge_by: date | None
    expires_on: date | None
    unit_ref: str | None
    decide_by: date | None
    round: int
    information_due_on: date | None
    accepted_on: date | None
    ended_on: date | None
    reason_code: str | None
    next_step: str | None
    new_handoff_id: str | None
    benefit_start_on: date | None
    completed_on: date | None
    standing: dict[str, Any] = Field(sa_column=_json())
    request: dict[str, str] = Field(sa_column=_json())
    application: dict[str, str] = Field(sa_column=_json())
    later_applications: list[dict[str, str]] = Field(sa_column=_json())
    answered_on: date | None
    coverage: list[dict[str, Any]] = Field(sa_column=_json())
    left_district_on: date | None
    asylbens_to: date | None
    bridging: dict[str, Any] = Field(sa_column=_json())
    gaps: dict[str, Any] = Field(sa_column=_json())
    overlaps: dict[str, str] = Field(sa_column=_json())
    records: dict[str, Any] = Field(sa_column=_json())


class AdmissionRow(SQLModel, table=True):
    """What intake said about the person."""

    __tablename__ = "admission"

    key: str = Field(primary_key=True)
    person_id: str | None
    district: str
    agency: str | None
    admitted_on: date | None
    consents: dict[str, Any] = Field(sa_column=_json())


class BenefitsRow(SQLModel, table=True):
    """What casework said about the end of benefits, the last sheet and the last answer."""

    __tablename__ = "benefits"

    key: str = Field(primary_key=True)
    person_id: str | None
    district: str
    end_on: date | None
    next_start_on: date | None
    last_lossfree_on: date | None
    sheet_ref: str | None
    sheet_digest: str | None
    from_agency: str | None
    to_agency: str | None
    effective_on: date | None
    lossfree_on: date | None
    replaces_handoff: str | None
    answered_handoff: str | None
    answered_round: int
    sheet_domain: str
    to_kind: str
    sheet_handoff: str | None
    draft_id: str | None
    draft_to: str | None
    drafted_on: date | None
    draft_effective_on: date | None
    closed_on: date | None
    close_reason: str | None
    draft_submit_days: int | None


class HandoffRecordRow(SQLModel, table=True):
    """Every handoff there was, for readers."""

    __tablename__ = "handoff_record"

    handoff_id: str = Field(primary_key=True)
    key: str = Field(index=True)
    status: str
    from_agency: str = Field(index=True)
    to_agency: str = Field(index=True)
    to_kind: str
    sheet_ref: str
    sheet_digest: str
    submitted_on: date
    effective_on: date
    lossfree_on: date
    replaces_handoff: str | None
    first_received_on: date | None
    delivered_on: date | None
    acknowledged_on: date | None
    acknowledge_by: date | None
    expires_on: date | None
    unit_ref: str | None
    decide_by: date | None
    round: int
    information_due_on: date | None
    accepted_on: date | None
    ended_on: date | None
    reason_code: str | None
    next_step: str | None
    new_handoff_id: str | None
    benefit_start_on: date | None
    completed_on: date | None


class ResponsibilityRow(SQLModel, table=True):
    """Who is responsible from a day on, until the next interval of the same key begins."""

    __tablename__ = "responsibility"

    interval_id: str = Field(primary_key=True)
    """``<case>/<domain>/<valid from>/<agency>``."""
    key: str = Field(index=True)
    agency: str
    valid_from: date
    handoff_id: str | None


class CoverageGapRow(SQLModel, table=True):
    """Days that no reported benefit covers, as last known; open until ``to_on`` is."""

    __tablename__ = "coverage_gap"

    gap_id: str = Field(primary_key=True)
    """``<case>/<domain>/<first day>``; what is reported later corrects the row."""
    key: str = Field(index=True)
    from_on: date
    detected_on: date | None
    to_on: date | None
    days: int | None
    cause_code: str
