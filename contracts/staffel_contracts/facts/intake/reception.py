"""What intake says about reception: quotas."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import District, Fact, Weight


class ReceptionQuotaSet(Fact):
    """The Land fixed how many people the district takes in this year (Aufnahmesoll).

    Said without a person: it is open data.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    BASIS: ClassVar[str] = "§ 50 Abs. 2 AsylG"

    district: District
    year: int = Field(ge=1990, le=2100)
    persons: int = Field(ge=0, le=1_000_000)
