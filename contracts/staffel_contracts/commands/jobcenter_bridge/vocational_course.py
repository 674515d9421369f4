"""What jobcenter_bridge is asked about vocational language courses."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, LanguageLevel
from staffel_contracts.command import JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Ref


class ReportVocationalCourseEnrolment(CaseCommand):
    """Report that the person registered for a vocational language course."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("vocational-language-course-enrolled",)

    course_ref: Ref
    enrolled_on: date
    language_level: LanguageLevel
