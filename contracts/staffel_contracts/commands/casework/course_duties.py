"""What casework is asked about the duty to attend a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, LiftReason, ObligationImposer
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand


class ImposeCourseObligation(CaseCommand):
    """Record that the person must attend an integration course, and who said so."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-obligation-imposed",)

    imposed_by_kind: ObligationImposer
    imposed_on: date


class LiftCourseObligation(CaseCommand):
    """Record that the duty to attend a course was lifted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("course-obligation-lifted",)

    lifted_on: date
    reason_code: LiftReason
