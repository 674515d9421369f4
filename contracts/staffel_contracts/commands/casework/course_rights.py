"""What casework is asked about the right and the duty to attend a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, CourseRightBasis, LapseReason
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand


class RecordCourseEntitlement(CaseCommand):
    """Record a right to attend an integration course, and the day on which it lapses."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-entitlement-issued",)

    right_basis: CourseRightBasis
    issued_on: date
    lapse_on: date


class ReportCourseEntitlementLapsed(CaseCommand):
    """Report that the right to attend a course lapsed."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-entitlement-lapsed",)

    lapsed_on: date
    reason_code: LapseReason
