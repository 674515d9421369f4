"""What intake says about how far the reception quota is filled."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Count, Fact


class ReceptionQuotaProgressReported(Fact):
    """The district says how many people it has taken in of this year's quota (Aufnahmesoll)."""

    BASIS: ClassVar[str] = "§ 50 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "as_of"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    year: int
    as_of: date
    admitted: Count
    outstanding: Count
