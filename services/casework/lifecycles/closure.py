"""Lifecycles about closing a case."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

CLOSURE = Lifecycle(
    name="closure",
    ref="",
    steps=(
        Step(commands.CloseCase, facts.CaseClosed, after=(NEW, facts.CaseReopened)),
        Step(commands.ReopenCase, facts.CaseReopened, after=(facts.CaseClosed,)),
    ),
)

CIRCUMSTANCES = Lifecycle(
    name="circumstances",
    ref="",
    steps=(
        Step(
            commands.RecordCircumstances,
            facts.CircumstancesRecorded,
            after=(NEW, facts.CircumstancesRecorded),
        ),
    ),
)
