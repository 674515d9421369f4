"""What casework is asked about closing a case."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, CloseReason, ReopenReason
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand


class CloseCase(CaseCommand):
    """Close a case, with a coded reason; as handed over only once somebody took over."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("case-closed",)

    closed_on: date
    reason_code: CloseReason


class ReopenCase(CaseCommand):
    """Take a closed case up again."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("case-reopened",)

    reopened_on: date
    reason_code: ReopenReason


class RecordCircumstances(CaseCommand):
    """Record what decides which agency is competent; what is said again replaces what was."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("circumstances-recorded",)

    recorded_on: date
    in_training: bool = False
    other_means: bool = False
    unaccompanied: bool = False
