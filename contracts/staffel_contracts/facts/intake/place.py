"""What intake says about the places that people get."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import MatchReason
from staffel_contracts.fact import Fact, Ref


class PlaceAssigned(Fact):
    """The person got a place in an accommodation."""

    BASIS: ClassVar[str] = "§ 53 Abs. 1 AsylG"
    VALID_ON: ClassVar[str | None] = "from_on"
    SINCE: ClassVar[str] = "0.2.0"

    accommodation_ref: Ref
    from_on: date
    match_reason: MatchReason
