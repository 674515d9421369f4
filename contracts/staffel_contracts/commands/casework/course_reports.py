"""What casework is asked about what comes of a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, CourseResult, InterruptionReason
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class ReportIrregularAttendance(CaseCommand):
    """Report that a person does not attend a course as they should."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-attendance-irregular",)

    course_ref: Ref
    reported_on: date


class ReportCourseInterrupted(CaseCommand):
    """Report that a person interrupted a course."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-interrupted",)

    course_ref: Ref
    interrupted_on: date
    reason_code: InterruptionReason


class ReportCourseCompleted(CaseCommand):
    """Report that a course is over, and with which result."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-completed",)

    course_ref: Ref
    completed_on: date
    result: CourseResult
