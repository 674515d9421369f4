"""What casework is asked about projects and their funds."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, Funder
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Cents, Ref


class ApplyForProjectFunding(DistrictCommand):
    """Record an application for a funded project."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-funding-applied",)

    project_ref: Ref
    funder: Funder
    applied_on: date


class ReportEarlyStartApproved(DistrictCommand):
    """Record that a project may begin before the grant."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-early-start-approved",)

    project_ref: Ref
    early_start_on: date


class ReportProjectFundingGranted(DistrictCommand):
    """Record that the funds for a project were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-funding-granted",)

    project_ref: Ref
    granted_on: date
    amount_cents: Cents


class ReportProjectStarted(DistrictCommand):
    """Record that a project began."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-started",)

    project_ref: Ref
    started_on: date
