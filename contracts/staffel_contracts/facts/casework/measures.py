"""What casework says about the measures of a plan."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import MeasureStatus, PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class MeasureStatusChanged(Fact):
    """A measure of the plan is further on, done or dropped."""

    VALID_ON: ClassVar[str | None] = "changed_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    measure_ref: Ref
    document_ref: Ref
    measure_status: MeasureStatus
    changed_on: date
