"""What casework is asked about projects and their funds."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, Funder
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Cents, District, Ref


class ApplyForProjectFunding(Command):
    """Record an application for a funded project."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-funding-applied",)

    district: District
    project_ref: Ref
    funder: Funder
    applied_on: date


class ReportEarlyStartApproved(Command):
    """Record that a project may begin before the grant."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-early-start-approved",)

    district: District
    project_ref: Ref
    early_start_on: date


class ReportProjectFundingGranted(Command):
    """Record that the funds for a project were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-funding-granted",)

    district: District
    project_ref: Ref
    granted_on: date
    amount_cents: Cents


class ReportProjectStarted(Command):
    """Record that a project began."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("project-started",)

    district: District
    project_ref: Ref
    started_on: date
