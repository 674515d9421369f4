"""What casework is asked about coordination meetings."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, FieldOfAction
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, DistrictCommand
from staffel_contracts.fact import Ref


class ReportCoordinationMeeting(DistrictCommand):
    """Report that agencies coordinated their work."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("coordination-meeting-held",)

    meeting_ref: Ref
    held_on: date
    topic: FieldOfAction
