"""What casework is asked about looking for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Area, Ref


class OpenVolunteerRecruitment(DistrictCommand):
    """Begin to look for volunteers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-recruitment-opened",)

    recruitment_ref: Ref
    area: Area
    help_field: VolunteerField
    opened_on: date
