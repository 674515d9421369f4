"""What notify is asked about reading a record in an emergency."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import DECIDE, Roles, Scope
from staffel_contracts.codes import AccessPurpose, AgencyKind, EmergencyReason, FieldGroup
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import Ref


class UseEmergencyAccess(Command):
    """Read for a short time what one otherwise may not, for a stated reason."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    SCOPE: ClassVar[Scope | None] = Scope.CASE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("emergency-access-used",)
    PLANNED: ClassVar[bool] = True

    case: Ref
    reader_ref: Ref
    purpose: AccessPurpose
    field_groups: tuple[FieldGroup, ...] = Field(min_length=1)
    reason_code: EmergencyReason
