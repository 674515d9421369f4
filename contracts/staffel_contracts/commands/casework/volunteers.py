"""What casework is asked about volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Language, Ref


class RegisterVolunteer(DistrictCommand):
    """Register a volunteer who pledged confidentiality."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-registered",)

    volunteer_ref: Ref
    pledge_on: date
    help_fields: tuple[VolunteerField, ...]
    languages: tuple[Language, ...] = ()


class ReportVolunteerLeft(DistrictCommand):
    """Report that a volunteer does not help any more."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-left",)

    volunteer_ref: Ref
    left_on: date
