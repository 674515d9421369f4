"""What casework is asked about who helps whom."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, DECIDE, Roles
from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class MatchVolunteer(CaseCommand):
    """Bring a volunteer and a person together."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE | COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-matched",)

    volunteer_ref: Ref
    help_field: VolunteerField
    matched_on: date
