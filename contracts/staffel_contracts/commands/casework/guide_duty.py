"""What casework is asked about the guides' duty at a desk."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, DistrictCommand
from staffel_contracts.fact import Count, Ref


class PlanGuideDuty(DistrictCommand):
    """Plan that a guide is at a desk on a day."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-duty-planned",)

    duty_ref: Ref
    desk: Ref
    on: date
    slots: Count
