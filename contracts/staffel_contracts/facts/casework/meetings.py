"""What casework says about meetings of the network."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Count, Fact, Ref


class NetworkMeetingHeld(Fact):
    """The network met; the results stand in a document."""

    VALID_ON: ClassVar[str | None] = "held_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    meeting_ref: Ref
    held_on: date
    document_ref: Ref
    attendance: Count
