"""The tables of casework."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from services.chassis.store.columns import UtcMoment


def _json() -> Any:
    return Column(JSON, nullable=False)


class CaseRow(SQLModel, table=True):
    """A case as the district works on it."""

    __tablename__ = "case_state"

    case_id: str = Field(primary_key=True)
    finality_on: date | None
    finality_basis: str | None
    finality_served_on: date | None
    finality_before: dict[str, Any] = Field(sa_column=_json())
    contested_on: date | None
    contest_scope: str | None
    finality_variant: str | None
    end_on: date | None
    next_start_on: date | None
    last_lossfree_on: date | None
    rule_id: str | None
    computations: int
    ended_on: date | None
    draft_id: str | None
    draft_to: str | None
    draft_effective_on: date | None
    draft_again_on: date | None
    sheet_ref: str | None
    sheet_replaces: str | None
    sheet_handoff: str | None
    sheet_effective_on: date | None
    sheet_by_law: bool
    claims: dict[str, str] = Field(sa_column=_json())
    norms: dict[str, str] = Field(sa_column=_json())
    supplied: dict[str, str] = Field(sa_column=_json())
    answered_handoff: str | None
    answered_round: int
    courses: dict[str, dict[str, str]] = Field(sa_column=_json())
    records: dict[str, Any] = Field(sa_column=_json())
    retention_due_on: date | None
    erased_on: date | None
    domains: dict[str, Any] = Field(sa_column=_json())


class RestrictionRow(SQLModel, table=True):
    """A case whose data is only stored, until a day where one is known."""

    __tablename__ = "restriction"

    case_id: str = Field(primary_key=True)
    restricted_on: date
    until: date | None


class NetworkRow(SQLModel, table=True):
    """A thing without a person: an offer, a provider, an agreement."""

    __tablename__ = "network"

    key: str = Field(primary_key=True)
    """``<district>/<lifecycle>/<ref>``."""
    record: dict[str, Any] = Field(sa_column=_json())


class PersonCopyRow(SQLModel, table=True):
    """What intake said about the person."""

    __tablename__ = "person_copy"

    case_id: str = Field(primary_key=True)
    person_id: str | None
    district: str
    agency: str | None
    admitted_on: date | None
    opened_on: date | None
    given_name: str | None
    family_name: str | None
    birth_date: date | None
    nationality: str | None
    language: str | None
    household_ref: str | None = Field(index=True)
    address_area: str | None
    protection_kind: str | None
    decided_on: date | None
    served_on: date | None
    special_period: bool
    earlier: list[dict[str, Any]] = Field(sa_column=_json())
    refused_on: date | None
    residence_rule: dict[str, str] = Field(sa_column=_json())
    consents: dict[str, Any] = Field(sa_column=_json())
    titles: list[dict[str, str]] = Field(sa_column=_json())
    temporary_on: date | None
    proofs: list[dict[str, Any]] = Field(sa_column=_json())
    file_reference: str | None
    household_at: int | None
    household_members: list[str] = Field(sa_column=_json())
    households: int
    household_since: datetime | None = Field(sa_column=Column(UtcMoment, nullable=True))


class MembershipRow(SQLModel, table=True):
    """That a person belonged to a household, for as long as the district said so."""

    __tablename__ = "membership"

    membership_id: str = Field(primary_key=True)
    """``<case>/<number>``."""
    case_id: str = Field(index=True)
    household_ref: str = Field(index=True)
    since: datetime = Field(sa_column=Column(UtcMoment, nullable=False))
    """When it was recorded, whatever day it was as of: sheets told of them from then on."""
    until: datetime | None = Field(sa_column=Column(UtcMoment, nullable=True))
    """When it was recorded that they left; None where they belong to it."""


class HandoffCopyRow(SQLModel, table=True):
    """What the bridge said about responsibility and the current handoff."""

    __tablename__ = "handoff_copy"

    case_id: str = Field(primary_key=True)
    person_id: str | None
    district: str
    responsible: str | None
    responsible_since: date | None
    handoff_id: str | None
    from_agency: str | None
    to_agency: str | None
    sheet_ref: str | None
    forwarded_to: str | None
    new_handoff_id: str | None
    status: str
    resubmittable: bool
    reason_code: str | None
    next_step: str | None
    requested_by: str | None
    paid_twice: list[dict[str, str]] = Field(sa_column=_json())
    round: int
    items: list[str] = Field(sa_column=_json())
    benefit_start_on: date | None
    last_district: str | None
    standing: dict[str, Any] = Field(sa_column=_json())
    domains: dict[str, Any] = Field(sa_column=_json())


class ComputationRow(SQLModel, table=True):
    """Every end of benefits that was computed or withdrawn, with the rule and its facts."""

    __tablename__ = "computation"

    computation_id: str = Field(primary_key=True)
    """``<case>/<number>``."""
    case_id: str = Field(index=True)
    number: int
    end_on: date | None
    """None, as all that follows from it, where the end before was withdrawn."""
    next_start_on: date | None
    last_lossfree_on: date | None
    rule_id: str | None
    rule_version: int | None
    inputs: dict[str, str] = Field(sa_column=_json())
    replaces_end_on: date | None


class HandoverSheetRow(SQLModel, table=True):
    """Every sheet that was completed, for the agency that receives it."""

    __tablename__ = "handover_sheet"

    sheet_ref: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    profile_id: str
    from_agency: str
    to_agency: str
    effective_on: date
    lossfree_on: date
    digest: str
    fields: dict[str, str] = Field(sa_column=_json())
    withheld_codes: list[str] = Field(sa_column=_json())
    replaces_handoff: str | None
    domain: str
