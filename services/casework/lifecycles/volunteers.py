"""Lifecycles about volunteers."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

VOLUNTEER = Lifecycle(
    name="volunteer",
    ref="volunteer_ref",
    steps=(
        Step(
            commands.RegisterVolunteer, facts.VolunteerRegistered, after=(NEW, facts.VolunteerLeft)
        ),
        Step(commands.ReportVolunteerLeft, facts.VolunteerLeft, after=(facts.VolunteerRegistered,)),
    ),
)

VOLUNTEER_MATCH = Lifecycle(
    name="volunteer-match",
    ref="volunteer_ref",
    steps=(
        Step(commands.MatchVolunteer, facts.VolunteerMatched, after=(NEW, facts.VolunteerMatched)),
    ),
)

VOLUNTEER_INITIATIVE = Lifecycle(
    name="volunteer-initiative",
    ref="initiative_ref",
    steps=(
        Step(
            commands.RegisterVolunteerInitiative,
            facts.VolunteerInitiativeRegistered,
            after=(NEW, facts.VolunteerInitiativeRegistered),
        ),
    ),
)

VOLUNTEER_RECRUITMENT = Lifecycle(
    name="volunteer-recruitment",
    ref="recruitment_ref",
    steps=(
        Step(commands.OpenVolunteerRecruitment, facts.VolunteerRecruitmentOpened, after=(NEW,)),
    ),
)

HELPER_CIRCLE = Lifecycle(
    name="helper-circle",
    ref="circle_ref",
    steps=(
        Step(
            commands.ReportHelperCircleSupported,
            facts.HelperCircleSupported,
            after=(NEW, facts.HelperCircleSupported),
        ),
    ),
)
