"""What casework says about places that are left."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Fact, Ref


class PlaceVacated(Fact):
    """The person left a place in an accommodation."""

    BASIS: ClassVar[str] = "§ 53 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "vacated_on"
    SINCE: ClassVar[str] = "0.2.0"

    accommodation_ref: Ref
    vacated_on: date
