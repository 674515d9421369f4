"""What casework says about volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention, VolunteerField
from staffel_contracts.fact import Fact, Language, Ref


class VolunteerFact(Fact):
    """What every fact about one volunteer carries: a reference, never a name."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 78 SGB X"
    PERSONAL: ClassVar[PersonalData] = PersonalData.WORKER
    RETENTION: ClassVar[Retention] = Retention.WORKER
    SINCE: ClassVar[str] = "0.2.0"

    volunteer_ref: Ref


class VolunteerRegistered(VolunteerFact):
    """A volunteer pledged confidentiality and helps from now on."""

    VALID_ON: ClassVar[str | None] = "pledge_on"

    pledge_on: date
    help_fields: tuple[VolunteerField, ...]
    languages: tuple[Language, ...] = ()


class VolunteerLeft(VolunteerFact):
    """The volunteer does not help any more; the pledge goes on binding."""

    VALID_ON: ClassVar[str | None] = "left_on"

    left_on: date
