"""What notify is asked about corrections that others have to know of."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import LEAD, Roles, Scope
from staffel_contracts.codes import AgencyKind, SheetField
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Ref


class PropagateRectification(Command):
    """Tell every agency that received these fields that they were corrected."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    SCOPE: ClassVar[Scope | None] = Scope.CASE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("rectification-propagated",)
    PLANNED: ClassVar[bool] = True

    case: Ref
    rectification_ref: Ref
    corrected_on: date
    field_codes: tuple[SheetField, ...] = Field(min_length=1)
