"""What casework is asked about the tasks that settling in takes."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, OwnerRole, TaskCancelReason, TaskKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class OpenTask(CaseCommand):
    """Open a task; ``task_ref`` is the sender's own reference, unique in the case."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("task-opened",)

    task_ref: Ref
    task_kind: TaskKind
    opened_on: date
    due_on: date
    owner_role: OwnerRole


class CompleteTask(CaseCommand):
    """Report that a task is done."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("task-completed",)

    task_ref: Ref
    completed_on: date


class CancelTask(CaseCommand):
    """Drop a task, with a coded reason."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("task-cancelled",)

    task_ref: Ref
    cancelled_on: date
    reason_code: TaskCancelReason
