"""Lifecycles about the assurance of housing costs."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.facts import jobcenter_bridge as facts

HOUSING_COST_ASSURANCE = Lifecycle(
    name="housing-cost-assurance",
    ref="request_ref",
    steps=(
        Step(
            commands.GrantHousingCostAssurance,
            facts.HousingCostAssuranceGranted,
            after=(NEW, facts.HousingCostAssuranceRefused),
        ),
        Step(
            commands.RefuseHousingCostAssurance,
            facts.HousingCostAssuranceRefused,
            after=(NEW, facts.HousingCostAssuranceRefused),
        ),
    ),
)
