"""What casework says about registered residence."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Area, Fact


class ResidenceRegistrationDone(Fact):
    """The residence was registered with the municipality, within two weeks of moving in."""

    BASIS: ClassVar[str] = "§ 17 Abs. 1 BMG"
    VALID_ON: ClassVar[str | None] = "registered_on"
    SINCE: ClassVar[str] = "0.2.0"

    registered_on: date
    area: Area
