"""What casework is asked about meetings of the network."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Count, Ref


class ReportNetworkMeeting(DistrictCommand):
    """Report that the network met."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("network-meeting-held",)

    meeting_ref: Ref
    held_on: date
    document_ref: Ref
    attendance: Count
