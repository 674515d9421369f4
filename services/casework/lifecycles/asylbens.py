"""Lifecycles about benefits under the AsylbLG."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

ASYLBENS = Lifecycle(
    name="asylbens",
    ref="",
    steps=(
        Step(commands.GrantAsylbens, facts.AsylbensGranted, after=(NEW,)),
        Step(
            commands.ChangeAsylbensLevel,
            facts.AsylbensLevelChanged,
            after=(facts.AsylbensGranted, facts.AsylbensLevelChanged),
        ),
    ),
)
