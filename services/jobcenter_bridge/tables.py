"""The tables of jobcenter_bridge."""

from datetime import date

from sqlmodel import Field, SQLModel


class HandoffRow(SQLModel, table=True):
    """One person in one domain: who is responsible, and the current handoff."""

    __tablename__ = "handoff"

    key: str = Field(primary_key=True)
    responsible: str | None
    responsible_since: date | None
    status: str
    handoff_id: str | None
    from_agency: str | None
    to_agency: str | None
    submitted_on: date | None
    effective_on: date | None
    lossfree_on: date | None
    sheet_digest: str | None
    expires_on: date | None
    round: int
    accepted_on: date | None
    takes_over_on: date | None
    benefit_start_on: date | None
    gap_from: date | None
    gap_cause: str | None
    gap_over: bool


class AdmissionRow(SQLModel, table=True):
    """What intake said about the person."""

    __tablename__ = "admission"

    key: str = Field(primary_key=True)
    case_id: str | None
    person_id: str | None
    district: str


class BenefitsRow(SQLModel, table=True):
    """What casework said about the end of benefits and the questions answered."""

    __tablename__ = "benefits"

    key: str = Field(primary_key=True)
    end_on: date | None
    next_start_on: date | None
    answered: str | None
    answers: int


class HandoffRecordRow(SQLModel, table=True):
    """Every handoff there was, for readers; ``key`` is ``<case>/<domain>``."""

    __tablename__ = "handoff_record"

    handoff_id: str = Field(primary_key=True)
    key: str = Field(index=True)
    status: str
    from_agency: str
    to_agency: str
    submitted_on: date | None
    effective_on: date | None
    lossfree_on: date | None
    accepted_on: date | None
    reason_code: str | None


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
    """Days that no reported benefit covers; open until ``to_on`` is known."""

    __tablename__ = "coverage_gap"

    gap_id: str = Field(primary_key=True)
    """``<case>/<domain>/<from>``."""
    key: str = Field(index=True)
    from_on: date
    to_on: date | None
    days: int | None
    cause_code: str
