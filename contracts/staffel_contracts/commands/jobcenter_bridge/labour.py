"""What jobcenter_bridge is asked about the way into work; every reference is the jobcenter's."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import (
    AgencyKind,
    CounsellingTopic,
    HoursBand,
    MeasureKind,
    MeasureOutcome,
    PlacementEndReason,
    PlacementKind,
)
from staffel_contracts.command import JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Ref


class LabourCommand(CaseCommand):
    """What these commands have in common: the jobcenter alone reports."""

    BASE: ClassVar[bool] = True
    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER


class RecordCareerCounselling(LabourCommand):
    """Record that the person was counselled about work or training."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("career-counselling-held",)

    counselling_ref: Ref
    held_on: date
    topic: CounsellingTopic


class RecordPotentialAnalysis(LabourCommand):
    """Record that the analysis was done; never what it found."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("potential-analysed",)

    analysis_ref: Ref
    analysed_on: date


class AgreeCooperationPlan(LabourCommand):
    """Report that a plan was agreed."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("cooperation-plan-agreed",)

    plan_ref: Ref
    agreed_on: date
    next_review_on: date


class ReviewCooperationPlan(LabourCommand):
    """Report that a plan was looked through and goes on."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("cooperation-plan-reviewed",)

    plan_ref: Ref
    reviewed_on: date
    next_review_on: date


class ReportMeasureStart(LabourCommand):
    """Report that a measure began."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("qualification-measure-started",)

    measure_ref: Ref
    measure_kind: MeasureKind
    started_on: date
    expected_end_on: date


class ReportMeasureEnd(LabourCommand):
    """Report that a measure is over."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("qualification-measure-ended",)

    measure_ref: Ref
    ended_on: date
    outcome: MeasureOutcome


class ProposePlacement(LabourCommand):
    """Report a proposal that was made to the person."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("placement-proposed",)

    placement_ref: Ref
    placement_kind: PlacementKind
    proposed_on: date
    employer_ref: Ref
    hours_band: HoursBand


class ReportPlacementStart(LabourCommand):
    """Report that the person began there, whether or not it had been proposed."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("placement-started",)

    placement_ref: Ref
    placement_kind: PlacementKind
    started_on: date
    employer_ref: Ref
    hours_band: HoursBand


class ReportPlacementEnd(LabourCommand):
    """Report that the person is not there any more."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("placement-ended",)

    placement_ref: Ref
    ended_on: date
    reason_code: PlacementEndReason


class ReportPlacementSustained(LabourCommand):
    """Report that the person is still there after this many months."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("placement-sustained",)

    placement_ref: Ref
    sustained_on: date
    months: int = Field(ge=1, le=60)
