"""What casework says about who helps whom."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import VolunteerField
from staffel_contracts.fact import Fact, Ref


class VolunteerMatched(Fact):
    """A volunteer helps the person with something; nothing on benefits or status is told."""

    BASIS: ClassVar[str] = "§ 78 SGB X"
    VALID_ON: ClassVar[str | None] = "matched_on"
    SINCE: ClassVar[str] = "0.2.0"

    volunteer_ref: Ref
    help_field: VolunteerField
    matched_on: date
