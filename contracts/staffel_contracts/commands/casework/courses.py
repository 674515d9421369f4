"""What casework is asked about courses."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, CourseKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class ReportCourseEnrolment(CaseCommand):
    """Report that the person registered with a course provider."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-enrolled",)

    course_ref: Ref
    provider_ref: Ref
    course_kind: CourseKind
    enrolled_on: date
    expected_start_on: date


class ReportCourseStart(CaseCommand):
    """Report that the course began."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-started",)

    course_ref: Ref
    started_on: date
