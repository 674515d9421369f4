"""Lifecycles about funds for volunteers."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

VOLUNTEER_FUNDING = Lifecycle(
    name="volunteer-funding",
    ref="funding_ref",
    steps=(
        Step(commands.ApplyForVolunteerFunding, facts.VolunteerFundingApplied, after=(NEW,)),
        Step(
            commands.GrantVolunteerFunding,
            facts.VolunteerFundingGranted,
            after=(facts.VolunteerFundingApplied,),
        ),
        Step(
            commands.RefuseVolunteerFunding,
            facts.VolunteerFundingRefused,
            after=(facts.VolunteerFundingApplied,),
        ),
        Step(
            commands.AccountVolunteerFunding,
            facts.VolunteerFundingAccounted,
            after=(facts.VolunteerFundingGranted,),
        ),
    ),
)

PROJECT = Lifecycle(
    name="project",
    ref="project_ref",
    steps=(
        Step(commands.ApplyForProjectFunding, facts.ProjectFundingApplied, after=(NEW,)),
        Step(
            commands.ReportEarlyStartApproved,
            facts.ProjectEarlyStartApproved,
            after=(facts.ProjectFundingApplied,),
            planned=True,
        ),
        Step(
            commands.ReportProjectFundingGranted,
            facts.ProjectFundingGranted,
            after=(
                facts.ProjectFundingApplied,
                facts.ProjectEarlyStartApproved,
                facts.ProjectStarted,
            ),
        ),
        Step(
            commands.ReportProjectStarted,
            facts.ProjectStarted,
            after=(facts.ProjectEarlyStartApproved, facts.ProjectFundingGranted),
        ),
    ),
)
