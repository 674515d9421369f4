"""What casework says about employers as partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention, Sector
from staffel_contracts.fact import Fact, Ref


class EmployerPartnerAdded(Fact):
    """An employer works with the agencies for the integration into work."""

    BASIS: ClassVar[str] = "§ 18 SGB II"
    VALID_ON: ClassVar[str | None] = "added_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    partner_ref: Ref
    sector: Sector
    added_on: date
