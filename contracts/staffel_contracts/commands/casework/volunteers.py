"""What casework is asked about volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, VolunteerField
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Language, Ref


class RegisterVolunteer(Command):
    """Register a volunteer who pledged confidentiality."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-registered",)

    district: District
    volunteer_ref: Ref
    pledge_on: date
    help_fields: tuple[VolunteerField, ...]
    languages: tuple[Language, ...] = ()


class ReportVolunteerLeft(Command):
    """Report that a volunteer does not help any more."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("volunteer-left",)

    district: District
    volunteer_ref: Ref
    left_on: date
