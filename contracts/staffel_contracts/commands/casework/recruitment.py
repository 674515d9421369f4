"""What casework is asked about looking for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Area, District, Ref


class OpenVolunteerRecruitment(Command):
    """Begin to look for volunteers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-recruitment-opened",)

    district: District
    recruitment_ref: Ref
    area: Area
    help_field: VolunteerField
    opened_on: date
