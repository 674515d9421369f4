"""Lifecycles about the guides of a case."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

GUIDE = Lifecycle(
    name="guide",
    ref="",
    steps=(
        Step(commands.AssignGuide, facts.GuideAssigned, after=(NEW,)),
        Step(
            commands.ChangeGuide,
            facts.GuideChanged,
            after=(facts.GuideAssigned, facts.GuideChanged),
        ),
    ),
)

GUIDE_DUTY = Lifecycle(
    name="guide-duty",
    ref="duty_ref",
    steps=(
        Step(
            commands.PlanGuideDuty,
            facts.GuideDutyPlanned,
            after=(NEW, facts.GuideDutyPlanned),
            planned=True,
        ),
    ),
)

GUIDE_POST = Lifecycle(
    name="guide-post",
    ref="post_ref",
    steps=(Step(commands.ReportGuidePostApproved, facts.GuidePostApproved, after=(NEW,)),),
)

CONSULTATION = Lifecycle(
    name="consultation",
    ref="consultation_ref",
    steps=(
        Step(commands.BookConsultation, facts.ConsultationBooked, after=(NEW,), planned=True),
        Step(
            commands.ReportConsultationHeld,
            facts.ConsultationHeld,
            after=(NEW, facts.ConsultationBooked),
        ),
    ),
)
