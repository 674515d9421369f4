"""What casework is asked about initiatives of volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class RegisterVolunteerInitiative(Command):
    """Register an initiative of volunteers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-initiative-registered",)

    district: District
    initiative_ref: Ref
    help_fields: tuple[VolunteerField, ...]
    registered_on: date
