"""Tasks: opened, done or dropped, and overdue the day after they were due."""

from services.chassis.lifecycle import NEW, Deadline, Lifecycle, Step, said_day
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

_OPEN = (facts.TaskOpened, facts.TaskOverdue)

TASK = Lifecycle(
    name="task",
    ref="task_ref",
    steps=(
        Step(commands.OpenTask, facts.TaskOpened, after=(NEW,)),
        Step(commands.CompleteTask, facts.TaskCompleted, after=_OPEN),
        Step(commands.CancelTask, facts.TaskCancelled, after=_OPEN),
    ),
    deadlines=(
        Deadline(facts.TaskOverdue, after=(facts.TaskOpened,), on=said_day("due_on"), overdue=True),
    ),
)
