"""What casework says about circles of helpers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import OfferTopic, PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class HelperCircleSupported(Fact):
    """A circle of helpers was advised or trained."""

    BASIS: ClassVar[str] = "§ 17 Abs. 3 SGB I"
    VALID_ON: ClassVar[str | None] = "supported_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    circle_ref: Ref
    topic: OfferTopic
    supported_on: date
