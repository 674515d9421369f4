"""What casework says about overviews of partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class PartnerOverviewPublished(Fact):
    """An overview of the partners in the labour market was published."""

    BASIS: ClassVar[str] = "§ 18 SGB II"
    VALID_ON: ClassVar[str | None] = "published_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    document_ref: Ref
    published_on: date
