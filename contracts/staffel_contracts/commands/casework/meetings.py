"""What casework is asked about meetings of the network."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Count, District, Ref


class ReportNetworkMeeting(Command):
    """Report that the network met."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("network-meeting-held",)

    district: District
    meeting_ref: Ref
    held_on: date
    document_ref: Ref
    attendance: Count
