"""What casework says about initiatives of volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention, VolunteerField
from staffel_contracts.fact import Fact, Ref


class VolunteerInitiativeRegistered(Fact):
    """An initiative of volunteers takes part in the network."""

    BASIS: ClassVar[str] = "§ 17 Abs. 3 SGB I"
    VALID_ON: ClassVar[str | None] = "registered_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    initiative_ref: Ref
    help_fields: tuple[VolunteerField, ...]
    registered_on: date
