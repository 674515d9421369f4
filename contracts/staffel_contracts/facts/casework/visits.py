"""What casework says about visits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention, VisitBody
from staffel_contracts.fact import Fact, Ref


class ExchangeVisitRecorded(Fact):
    """An official body visited the district to learn from it."""

    VALID_ON: ClassVar[str | None] = "on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    visit_ref: Ref
    on: date
    body: VisitBody
