"""What casework says about what comes of a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import CourseResult, InterruptionReason, Retention, Status
from staffel_contracts.fact import Fact, Ref, Weight


class CourseReportFact(Fact):
    """What every report about a course carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 8 Abs. 3 IntV"
    RETENTION: ClassVar[Retention] = Retention.COURSE
    SINCE: ClassVar[str] = "0.2.0"

    course_ref: Ref


class CourseStartDelayed(CourseReportFact):
    """Six weeks after the registration the course has not begun; the Federal Office is told."""

    BASIS: ClassVar[str] = "§ 7 Abs. 4 IntV"
    VALID_ON: ClassVar[str | None] = "due_on"
    STATUS: ClassVar[Status] = Status.PLANNED

    enrolled_on: date
    due_on: date


class CourseAttendanceIrregular(CourseReportFact):
    """The provider reports that the person does not attend as they should."""

    VALID_ON: ClassVar[str | None] = "reported_on"

    reported_on: date


class CourseInterrupted(CourseReportFact):
    """The person interrupted the course, for a coded reason."""

    VALID_ON: ClassVar[str | None] = "interrupted_on"

    interrupted_on: date
    reason_code: InterruptionReason


class CourseCompleted(CourseReportFact):
    """The course is over; the result is told as a level."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 17 IntV"
    VALID_ON: ClassVar[str | None] = "completed_on"

    completed_on: date
    result: CourseResult
