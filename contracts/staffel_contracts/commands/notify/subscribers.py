"""What notify is asked about programs that an agency has called back by HTTP."""

from typing import ClassVar

from staffel_contracts.access import LEAD, Roles, Scope
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import Ref


class RegisterSubscriber(Command):
    """Have these types of the own feed sent to a program; its address is a setting."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = LEAD
    SCOPE: ClassVar[Scope | None] = Scope.OWN
    LEADS_TO: ClassVar[tuple[str, ...]] = ("subscriber-registered",)
    PLANNED: ClassVar[bool] = True

    subscriber: Ref
    event_types: tuple[Ref, ...] = ()
    """Types without version; empty means all."""
