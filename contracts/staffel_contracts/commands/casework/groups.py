"""What casework is asked about events for groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, GroupTopic
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, DistrictCommand
from staffel_contracts.fact import Count, Language, Ref


class ScheduleGroupOffer(DistrictCommand):
    """Plan an information event for a group."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("group-offer-scheduled",)

    group_ref: Ref
    topic: GroupTopic
    on: date
    languages: tuple[Language, ...]


class ReportGroupOfferHeld(DistrictCommand):
    """Report that an event took place, and how many came."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("group-offer-held",)

    group_ref: Ref
    topic: GroupTopic
    held_on: date
    attendance: Count
