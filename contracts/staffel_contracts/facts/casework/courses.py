"""What casework says about courses."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import CourseKind, Retention
from staffel_contracts.fact import Fact, Ref, Weight


class CourseEnrolled(Fact):
    """The person registered with a course provider."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    RETENTION: ClassVar[Retention] = Retention.COURSE
    BASIS: ClassVar[str] = "§ 7 IntV"
    VALID_ON: ClassVar[str | None] = "enrolled_on"

    course_ref: Ref
    provider_ref: Ref
    course_kind: CourseKind
    enrolled_on: date
    expected_start_on: date


class CourseStarted(Fact):
    """The course began; it should be within six weeks of registration (§ 7 Abs. 4 IntV)."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    RETENTION: ClassVar[Retention] = Retention.COURSE
    BASIS: ClassVar[str] = "§ 8 Abs. 3 IntV"
    VALID_ON: ClassVar[str | None] = "started_on"

    course_ref: Ref
    started_on: date
    days_waited: int = Field(ge=0)
