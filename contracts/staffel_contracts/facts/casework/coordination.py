"""What casework says about coordination meetings."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import FieldOfAction, PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class CoordinationMeetingHeld(Fact):
    """Agencies coordinated their work; no case was spoken of."""

    VALID_ON: ClassVar[str | None] = "held_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    meeting_ref: Ref
    held_on: date
    topic: FieldOfAction
