"""What intake says: reception, persons, decisions and titles received."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import CaseReason, ProtectionKind, TitleCode
from staffel_contracts.fact import District, Fact, Ref, Text, Weight


class ReceptionQuotaSet(Fact):
    """The Land fixed how many people the district takes in this year (Aufnahmesoll).

    Said without a person: it is open data.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 50 Abs. 2 AsylG"

    district: District
    year: int = Field(ge=1990, le=2100)
    persons: int = Field(ge=0, le=1_000_000)


class PersonAdmitted(Fact):
    """A person was assigned to the district and taken in; responsibility begins on ``admitted_on``.

    One of the few entries that carry a name: its purpose is identity.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 50 Abs. 4 AsylG"
    VALID_ON: ClassVar[str | None] = "admitted_on"

    case_id: Ref
    """The id of the case that is opened, the subject of every entry about it."""
    person_id: Ref
    """The id of the person, whose key seals what is said about them."""
    file_reference: Ref
    admitted_on: date
    agency: Ref
    """The district's agency, responsible from ``admitted_on`` on."""
    given_name: Text
    family_name: Text
    birth_date: date
    nationality: str = Field(pattern=r"^\d{3}$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    household_ref: Ref | None = None
    source_land: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    address_area: str | None = Field(default=None, pattern=r"^\d{8}$")


class CaseOpened(Fact):
    """The district opened the case of an admitted person."""

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 10 AsylbLG"
    VALID_ON: ClassVar[str | None] = "opened_on"

    opened_on: date
    reason_code: CaseReason


class AsylumRecognised(Fact):
    """The Federal Office granted protection and the notice was served.

    Benefits do not end with it: they end with the month in which it becomes final or a title of
    more than six months is issued (§ 1 Abs. 2, Abs. 3 AsylbLG).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 31 AsylG"
    VALID_ON: ClassVar[str | None] = "served_on"

    protection_kind: ProtectionKind
    decided_on: date
    served_on: date
    received_on: date
    special_period: bool = False
    """The period for court action is one week instead of two (§ 74 Abs. 1 AsylG)."""


class AsylumRefused(Fact):
    """The Federal Office refused protection; nothing is handed over."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 31 AsylG"
    VALID_ON: ClassVar[str | None] = "served_on"

    decided_on: date
    served_on: date
    received_on: date


class ResidenceTitleIssued(Fact):
    """The immigration office issued a residence title; both days of its validity are included."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 26 Abs. 1 AufenthG"
    VALID_ON: ClassVar[str | None] = "valid_from"

    title_code: TitleCode
    issued_on: date
    valid_from: date
    valid_to: date
