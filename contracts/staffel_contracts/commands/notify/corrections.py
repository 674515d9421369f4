"""What notify is asked about corrections that others have to know of."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from staffel_contracts.access import LEAD, Roles, Scope
from staffel_contracts.codes import AgencyKind, SheetField
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Ref


class PropagateRectification(Command):
    """Tell every agency that received these fields before the correction that they were corrected.

    Where ``correct-person`` corrected them this happens by itself; this is for what was corrected
    in another way, such as by an answer to a question.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    SCOPE: ClassVar[Scope | None] = Scope.CASE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("rectification-propagated",)

    case: Ref
    rectification_ref: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}/[0-9]{1,12}$")]
    """The entry that corrected, such as ``casework/77``."""
    corrected_on: date
    field_codes: tuple[SheetField, ...] = Field(min_length=1)
