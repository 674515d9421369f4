"""What casework says about the tasks that settling in takes."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import OwnerRole, TaskCancelReason, TaskKind
from staffel_contracts.fact import Fact, Ref


class TaskFact(Fact):
    """What every fact about one task carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 14 SGB I"
    SINCE: ClassVar[str] = "0.2.0"

    task_ref: Ref
    task_kind: TaskKind


class TaskOpened(TaskFact):
    """Something has to be done for the person by ``due_on``, and somebody has it in hand."""

    VALID_ON: ClassVar[str | None] = "opened_on"

    opened_on: date
    due_on: date
    owner_role: OwnerRole


class TaskCompleted(TaskFact):
    """The task is done."""

    VALID_ON: ClassVar[str | None] = "completed_on"

    completed_on: date


class TaskOverdue(TaskFact):
    """The task was not done by ``due_on``; it stays open."""

    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date


class TaskCancelled(TaskFact):
    """The task is not to be done any more."""

    VALID_ON: ClassVar[str | None] = "cancelled_on"

    cancelled_on: date
    reason_code: TaskCancelReason
