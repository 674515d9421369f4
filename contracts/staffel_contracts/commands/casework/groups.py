"""What casework is asked about events for groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, GroupTopic
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import Count, District, Language, Ref


class ScheduleGroupOffer(Command):
    """Plan an information event for a group."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("group-offer-scheduled",)

    district: District
    group_ref: Ref
    topic: GroupTopic
    on: date
    languages: tuple[Language, ...]


class ReportGroupOfferHeld(Command):
    """Report that an event took place, and how many came."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("group-offer-held",)

    district: District
    group_ref: Ref
    topic: GroupTopic
    held_on: date
    attendance: Count
