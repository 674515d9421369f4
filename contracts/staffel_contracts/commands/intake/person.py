"""What intake is asked about persons."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, CaseReason
from staffel_contracts.command import DISTRICT, DistrictCommand, WrittenText
from staffel_contracts.fact import Ref


class PersonCommand(DistrictCommand):
    """What every command about a person carries: the district's own file reference."""

    BASE: ClassVar[bool] = True
    file_reference: Ref
    """The district's Aktenzeichen; unique in the district."""


class AdmitPerson(PersonCommand):
    """Take in a person assigned to the district."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("person-admitted", "case-opened")

    admitted_on: date
    given_name: WrittenText
    family_name: WrittenText
    birth_date: date
    nationality: str = Field(pattern=r"^[0-9]{3}$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    household_ref: Ref | None = None
    source_land: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    address_area: str | None = Field(default=None, pattern=r"^[0-9]{8}$")
    reason_code: CaseReason = CaseReason.ASSIGNED


class CorrectPerson(PersonCommand):
    """Correct what was recorded wrongly; at least one value (Art. 16 DSGVO).

    What was said before stays in the log; every agency that received a wrong value is told.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("person-corrected",)

    corrected_on: date
    given_name: WrittenText | None = None
    family_name: WrittenText | None = None
    birth_date: date | None = None
    nationality: str | None = Field(default=None, pattern=r"^[0-9]{3}$")
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    household_ref: Ref | None = None
    address_area: str | None = Field(default=None, pattern=r"^[0-9]{8}$")
