"""Lifecycles about the search for a flat."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

FLAT_SEARCH = Lifecycle(
    name="flat-search",
    ref="search_ref",
    steps=(
        Step(commands.StartFlatSearch, facts.FlatSearchStarted, after=(NEW,)),
        Step(
            commands.ReportFlatFound,
            facts.FlatFound,
            after=(facts.FlatSearchStarted, facts.FlatFound),
        ),
    ),
)

HOUSING_COST_REQUEST = Lifecycle(
    name="housing-cost-request",
    ref="request_ref",
    steps=(
        Step(
            commands.RequestHousingCostAssurance, facts.HousingCostAssuranceRequested, after=(NEW,)
        ),
    ),
)

TENANCY = Lifecycle(
    name="tenancy",
    ref="tenancy_ref",
    steps=(Step(commands.ReportTenancySigned, facts.TenancySigned, after=(NEW,), planned=True),),
)

REGISTRATION = Lifecycle(
    name="registration",
    ref="",
    steps=(
        Step(
            commands.ReportResidenceRegistration,
            facts.ResidenceRegistrationDone,
            after=(NEW, facts.ResidenceRegistrationDone),
        ),
    ),
)
