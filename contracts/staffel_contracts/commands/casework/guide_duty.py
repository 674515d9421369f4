"""What casework is asked about the guides' duty at a desk."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import Count, District, Ref


class PlanGuideDuty(Command):
    """Plan that a guide is at a desk on a day."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-duty-planned",)

    district: District
    duty_ref: Ref
    desk: Ref
    on: date
    slots: Count
