"""What casework says about working groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import FieldOfAction, PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class WorkingGroupFact(Fact):
    """What every fact about one working group carries."""

    BASE: ClassVar[bool] = True
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    working_group_ref: Ref
    field_of_action: FieldOfAction


class WorkingGroupFormed(WorkingGroupFact):
    """Partners of the network work on a field of action."""

    VALID_ON: ClassVar[str | None] = "formed_on"

    formed_on: date


class WorkingGroupResultRecorded(WorkingGroupFact):
    """The working group came to a result, told in a document."""

    VALID_ON: ClassVar[str | None] = "recorded_on"

    recorded_on: date
    document_ref: Ref
