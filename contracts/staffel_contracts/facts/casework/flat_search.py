"""What casework says about the search for a flat."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import RentBand
from staffel_contracts.fact import Area, Count, Fact, Ref


class FlatSearchFact(Fact):
    """What every fact about one search for a flat carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 22 SGB II"
    SINCE: ClassVar[str] = "0.2.0"

    search_ref: Ref


class FlatSearchStarted(FlatSearchFact):
    """Somebody looks for a flat with or for the person."""

    VALID_ON: ClassVar[str | None] = "started_on"

    started_on: date
    rooms: Count
    area: Area


class FlatFound(FlatSearchFact):
    """A flat was found; the rent is told as a band."""

    VALID_ON: ClassVar[str | None] = "found_on"

    found_on: date
    rent_band: RentBand
