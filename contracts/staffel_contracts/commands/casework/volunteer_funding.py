"""What casework is asked about funds for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, DeclineReason, FundingPurpose
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Cents, District, Ref


class ApplyForVolunteerFunding(Command):
    """Record an application of an initiative for funds."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-applied",)

    district: District
    funding_ref: Ref
    purpose_code: FundingPurpose
    applied_on: date
    amount_cents: Cents


class GrantVolunteerFunding(Command):
    """Record that funds were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-granted",)

    district: District
    funding_ref: Ref
    granted_on: date
    amount_cents: Cents


class RefuseVolunteerFunding(Command):
    """Record that no funds were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-refused",)

    district: District
    funding_ref: Ref
    refused_on: date
    reason_code: DeclineReason


class AccountVolunteerFunding(Command):
    """Record what the funds were used for."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-funding-accounted",)

    district: District
    funding_ref: Ref
    accounted_on: date
    amount_cents: Cents
