"""What casework says about the assurance of housing costs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import RentBand
from staffel_contracts.fact import Area, Fact, Ref


class HousingCostAssuranceRequested(Fact):
    """Before a lease is signed the jobcenter is asked to assure the costs."""

    BASIS: ClassVar[str] = "§ 22 Abs. 4 SGB II"
    VALID_ON: ClassVar[str | None] = "requested_on"
    SINCE: ClassVar[str] = "0.2.0"

    request_ref: Ref
    requested_on: date
    rent_band: RentBand
    area: Area
