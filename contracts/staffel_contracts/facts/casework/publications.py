"""What casework says about material that was published."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Fact, Language, Ref


class InformationMaterialPublished(Fact):
    """Material that informs people was published, in these languages."""

    BASIS: ClassVar[str] = "§ 13 SGB I"
    VALID_ON: ClassVar[str | None] = "published_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    document_ref: Ref
    languages: tuple[Language, ...]
    published_on: date
