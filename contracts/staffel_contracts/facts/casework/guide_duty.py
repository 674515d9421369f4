"""What casework says about the guides' duty at a desk."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Count, Fact, Ref


class GuideDutyPlanned(Fact):
    """A guide will be at a desk on a day, for so many appointments."""

    BASIS: ClassVar[str] = "§ 17 Abs. 1 SGB I"
    VALID_ON: ClassVar[str | None] = "on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    duty_ref: Ref
    desk: Ref
    on: date
    slots: Count
