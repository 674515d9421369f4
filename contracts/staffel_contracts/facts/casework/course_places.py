"""What casework says about asking for a place in a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import LanguageLevel, Retention
from staffel_contracts.fact import Area, Fact, Ref


class CoursePlaceRequested(Fact):
    """A place in a course is asked for, near by, at a level."""

    BASIS: ClassVar[str] = "§ 5 IntV"
    VALID_ON: ClassVar[str | None] = "requested_on"
    RETENTION: ClassVar[Retention] = Retention.COURSE
    SINCE: ClassVar[str] = "0.2.0"

    request_ref: Ref
    requested_on: date
    area: Area
    language_level: LanguageLevel
