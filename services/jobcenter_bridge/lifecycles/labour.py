"""The way into work: counselling and analysis once each, a plan, measures, placements."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.facts import jobcenter_bridge as facts

_WORKING = (facts.PlacementStarted, facts.PlacementSustained)

COUNSELLING = Lifecycle(
    name="counselling",
    ref="counselling_ref",
    steps=(Step(commands.RecordCareerCounselling, facts.CareerCounsellingHeld, after=(NEW,)),),
)
ANALYSIS = Lifecycle(
    name="analysis",
    ref="analysis_ref",
    steps=(Step(commands.RecordPotentialAnalysis, facts.PotentialAnalysed, after=(NEW,)),),
)
PLAN = Lifecycle(
    name="cooperation-plan",
    ref="plan_ref",
    steps=(
        Step(commands.AgreeCooperationPlan, facts.CooperationPlanAgreed, after=(NEW,)),
        Step(
            commands.ReviewCooperationPlan,
            facts.CooperationPlanReviewed,
            after=(facts.CooperationPlanAgreed, facts.CooperationPlanReviewed),
        ),
    ),
)
MEASURE = Lifecycle(
    name="measure",
    ref="measure_ref",
    steps=(
        Step(commands.ReportMeasureStart, facts.QualificationMeasureStarted, after=(NEW,)),
        Step(
            commands.ReportMeasureEnd,
            facts.QualificationMeasureEnded,
            after=(facts.QualificationMeasureStarted,),
        ),
    ),
)
PLACEMENT = Lifecycle(
    name="placement",
    ref="placement_ref",
    steps=(
        Step(commands.ProposePlacement, facts.PlacementProposed, after=(NEW,)),
        Step(
            commands.ReportPlacementStart,
            facts.PlacementStarted,
            after=(NEW, facts.PlacementProposed),
        ),
        Step(commands.ReportPlacementSustained, facts.PlacementSustained, after=_WORKING),
        Step(commands.ReportPlacementEnd, facts.PlacementEnded, after=_WORKING),
    ),
)
LABOUR = (COUNSELLING, ANALYSIS, PLAN, MEASURE, PLACEMENT)
