"""What intake is asked: admit people, record decisions and titles."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind, CaseReason, ProtectionKind, TitleCode
from staffel_contracts.command import Command
from staffel_contracts.fact import District, Ref, Text

_DISTRICT = frozenset({AgencyKind.DISTRICT})
_DISTRICT_OR_IMMIGRATION = frozenset({AgencyKind.DISTRICT, AgencyKind.IMMIGRATION_OFFICE})


class SetReceptionQuota(Command):
    """Record how many people the district takes in this year (Aufnahmesoll)."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT

    district: District
    year: int = Field(ge=1990, le=2100)
    persons: int = Field(ge=0, le=1_000_000)


class PersonCommand(Command):
    """What every command about a person carries: the district's own file reference."""

    district: District
    file_reference: Ref
    """The district's Aktenzeichen; unique in the district."""


class AdmitPerson(PersonCommand):
    """Take in a person assigned to the district."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT

    admitted_on: date
    given_name: Text
    family_name: Text
    birth_date: date
    nationality: str = Field(pattern=r"^\d{3}$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    household_ref: Ref | None = None
    source_land: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    address_area: str | None = Field(default=None, pattern=r"^\d{8}$")
    reason_code: CaseReason = CaseReason.ASSIGNED


class RecordAsylumRecognition(PersonCommand):
    """Record a served notice of the Federal Office that grants protection."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT_OR_IMMIGRATION

    protection_kind: ProtectionKind
    decided_on: date
    served_on: date
    received_on: date
    special_period: bool = False


class RecordAsylumRefusal(PersonCommand):
    """Record a served notice of the Federal Office that refuses protection."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT_OR_IMMIGRATION

    decided_on: date
    served_on: date
    received_on: date


class RecordResidenceTitle(PersonCommand):
    """Record a residence title that was issued."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT_OR_IMMIGRATION

    title_code: TitleCode
    issued_on: date
    valid_from: date
    valid_to: date
