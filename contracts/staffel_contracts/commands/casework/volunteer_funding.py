"""What casework is asked about funds for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, DeclineReason, FundingPurpose
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Cents, Ref


class ApplyForVolunteerFunding(DistrictCommand):
    """Record an application of an initiative for funds."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-applied",)

    funding_ref: Ref
    purpose_code: FundingPurpose
    applied_on: date
    amount_cents: Cents


class GrantVolunteerFunding(DistrictCommand):
    """Record that funds were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-granted",)

    funding_ref: Ref
    granted_on: date
    amount_cents: Cents


class RefuseVolunteerFunding(DistrictCommand):
    """Record that no funds were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-refused",)

    funding_ref: Ref
    refused_on: date
    reason_code: DeclineReason


class AccountVolunteerFunding(DistrictCommand):
    """Record what the funds were used for."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-accounted",)

    funding_ref: Ref
    accounted_on: date
    amount_cents: Cents
