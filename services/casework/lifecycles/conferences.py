"""Lifecycles about case conferences."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

CASE_CONFERENCE = Lifecycle(
    name="case-conference",
    ref="conference_ref",
    steps=(
        Step(
            commands.ScheduleCaseConference,
            facts.CaseConferenceScheduled,
            after=(NEW, facts.CaseConferenceScheduled),
            planned=True,
        ),
        Step(
            commands.ReportCaseConferenceHeld,
            facts.CaseConferenceHeld,
            after=(NEW, facts.CaseConferenceScheduled),
        ),
        Step(
            commands.AgreeCaseConferenceAction,
            facts.CaseConferenceActionAgreed,
            after=(facts.CaseConferenceHeld, facts.CaseConferenceActionAgreed),
        ),
    ),
)
