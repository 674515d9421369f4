"""What casework is asked about initiatives of volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class RegisterVolunteerInitiative(DistrictCommand):
    """Register an initiative of volunteers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-initiative-registered",)

    initiative_ref: Ref
    help_fields: tuple[VolunteerField, ...]
    registered_on: date
