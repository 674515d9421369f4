"""Lifecycles about health funds and vocational language courses."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.facts import jobcenter_bridge as facts

HEALTH_INSURANCE = Lifecycle(
    name="health-insurance",
    ref="",
    steps=(
        Step(
            commands.ReportHealthInsuranceRegistered,
            facts.HealthInsuranceRegistered,
            after=(NEW, facts.HealthInsuranceRegistered),
            planned=True,
        ),
    ),
)

VOCATIONAL_COURSE = Lifecycle(
    name="vocational-course",
    ref="course_ref",
    steps=(
        Step(
            commands.ReportVocationalCourseEnrolment,
            facts.VocationalLanguageCourseEnrolled,
            after=(NEW,),
        ),
    ),
)
