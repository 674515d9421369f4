"""What casework says about looking for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention, VolunteerField
from staffel_contracts.fact import Area, Fact, Ref


class VolunteerRecruitmentOpened(Fact):
    """Volunteers are looked for, in a place and for a field."""

    BASIS: ClassVar[str] = "§ 17 Abs. 3 SGB I"
    VALID_ON: ClassVar[str | None] = "opened_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    recruitment_ref: Ref
    area: Area
    help_field: VolunteerField
    opened_on: date
