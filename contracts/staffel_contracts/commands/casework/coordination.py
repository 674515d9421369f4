"""What casework is asked about coordination meetings."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, FieldOfAction
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import District, Ref


class ReportCoordinationMeeting(Command):
    """Report that agencies coordinated their work."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("coordination-meeting-held",)

    district: District
    meeting_ref: Ref
    held_on: date
    topic: FieldOfAction
