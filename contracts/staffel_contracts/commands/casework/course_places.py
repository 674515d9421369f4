"""What casework is asked about asking for a place in a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, LanguageLevel
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Area, Ref


class RequestCoursePlace(CaseCommand):
    """Ask for a place in a course."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-place-requested",)

    request_ref: Ref
    requested_on: date
    area: Area
    language_level: LanguageLevel
