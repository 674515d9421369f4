"""What jobcenter_bridge says about vocational language courses."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import LanguageLevel, Retention
from staffel_contracts.fact import Fact, Ref


class VocationalLanguageCourseEnrolled(Fact):
    """The person registered for a vocational language course (DeuFöV)."""

    BASIS: ClassVar[str] = "§ 45a AufenthG"
    VALID_ON: ClassVar[str | None] = "enrolled_on"
    RETENTION: ClassVar[Retention] = Retention.COURSE
    SINCE: ClassVar[str] = "0.2.0"

    course_ref: Ref
    enrolled_on: date
    language_level: LanguageLevel
