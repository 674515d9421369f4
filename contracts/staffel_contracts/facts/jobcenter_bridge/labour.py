"""What jobcenter_bridge says about the way into work: counselling, plan, measures, placements.

Dates and codes only: what was said in counselling, what an analysis found and why somebody was
not taken stays with the jobcenter.
"""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    CounsellingTopic,
    HoursBand,
    MeasureKind,
    MeasureOutcome,
    PlacementEndReason,
    PlacementKind,
)
from staffel_contracts.fact import Fact, Ref, Weight


class LabourFact(Fact):
    """What these facts have in common."""

    BASE: ClassVar[bool] = True
    SINCE: ClassVar[str] = "0.2.0"


class CareerCounsellingHeld(LabourFact):
    """The person was counselled about work or training."""

    BASIS: ClassVar[str] = "§ 14 Abs. 2 SGB II"
    VALID_ON: ClassVar[str | None] = "held_on"

    counselling_ref: Ref
    held_on: date
    topic: CounsellingTopic


class PotentialAnalysed(LabourFact):
    """The jobcenter examined what the person can do and what helps or hinders (Potenzialanalyse).

    That it was done, never what it found.
    """

    BASIS: ClassVar[str] = "§ 15 Abs. 1 SGB II"
    VALID_ON: ClassVar[str | None] = "analysed_on"

    analysis_ref: Ref
    analysed_on: date


class PlanFact(LabourFact):
    """What every fact about one cooperation plan carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 15 SGB II"

    plan_ref: Ref
    next_review_on: date
    """At the latest six months later."""


class CooperationPlanAgreed(PlanFact):
    """Jobcenter and person agreed in a plan on the next steps into work (Kooperationsplan)."""

    VALID_ON: ClassVar[str | None] = "agreed_on"

    agreed_on: date


class CooperationPlanReviewed(PlanFact):
    """The plan was looked through together and goes on."""

    VALID_ON: ClassVar[str | None] = "reviewed_on"

    reviewed_on: date


class MeasureFact(LabourFact):
    """What every fact about one measure carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 16 SGB II"

    measure_ref: Ref
    measure_kind: MeasureKind


class QualificationMeasureStarted(MeasureFact):
    """A measure that leads to work began."""

    VALID_ON: ClassVar[str | None] = "started_on"

    started_on: date
    expected_end_on: date


class QualificationMeasureEnded(MeasureFact):
    """The measure is over."""

    VALID_ON: ClassVar[str | None] = "ended_on"

    ended_on: date
    outcome: MeasureOutcome


class PlacementFact(LabourFact):
    """What every fact about one placement carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 16 Abs. 1 SGB II, § 35 SGB III"

    placement_ref: Ref
    placement_kind: PlacementKind


class PlacementProposed(PlacementFact):
    """The jobcenter proposed an internship, a training place or a job to the person."""

    VALID_ON: ClassVar[str | None] = "proposed_on"

    proposed_on: date
    employer_ref: Ref
    hours_band: HoursBand


class PlacementStarted(PlacementFact):
    """The person began to work or to train there.

    A job of 15 hours a week or more may lift the residence rule (§ 12a Abs. 1 S. 2 AufenthG).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "started_on"

    started_on: date
    employer_ref: Ref
    hours_band: HoursBand


class PlacementEnded(PlacementFact):
    """The person does not work or train there any more."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "ended_on"

    ended_on: date
    reason_code: PlacementEndReason


class PlacementSustained(PlacementFact):
    """The person is still there after ``months`` months; it lasts."""

    VALID_ON: ClassVar[str | None] = "sustained_on"

    sustained_on: date
    months: int = Field(ge=1, le=60)
