"""Lifecycles about who lives together."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import intake as commands
from staffel_contracts.facts import intake as facts

HOUSEHOLD = Lifecycle(
    name="household",
    ref="household_ref",
    steps=(
        Step(commands.FormHousehold, facts.HouseholdFormed, after=(NEW,)),
        Step(
            commands.ChangeHousehold,
            facts.HouseholdChanged,
            after=(NEW, facts.HouseholdFormed, facts.HouseholdChanged),
        ),
    ),
)

DUPLICATE = Lifecycle(
    name="duplicate",
    ref="other_case",
    steps=(
        Step(commands.ReportPossibleDuplicate, facts.PossibleDuplicateFound, after=(NEW,)),
        Step(
            commands.ResolveDuplicate,
            facts.DuplicateResolved,
            after=(facts.PossibleDuplicateFound,),
        ),
    ),
)

INTERPRETING = Lifecycle(
    name="interpreting",
    ref="",
    steps=(
        Step(
            commands.RecordInterpreterNeed,
            facts.InterpreterNeedRecorded,
            after=(NEW, facts.InterpreterNeedRecorded),
        ),
    ),
)
