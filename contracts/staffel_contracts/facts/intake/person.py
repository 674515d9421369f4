"""What intake says about persons: who they are."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import CaseReason, PersonalData
from staffel_contracts.fact import Fact, Ref, Text, Weight


class PersonAdmitted(Fact):
    """A person was assigned to the district and taken in; responsibility begins on ``admitted_on``.

    One of the few entries that carry a name: its purpose is identity.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    PERSONAL: ClassVar[PersonalData] = PersonalData.IDENTITY
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


class PersonCorrected(Fact):
    """What was recorded of the person was wrong; these are the right values, the others stand.

    Whoever received a wrong one is told which field it is (``rectification-propagated``).
    """

    PERSONAL: ClassVar[PersonalData] = PersonalData.IDENTITY
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 16 DSGVO, § 84 SGB X"
    VALID_ON: ClassVar[str | None] = "corrected_on"

    corrected_on: date
    given_name: Text | None = None
    family_name: Text | None = None
    birth_date: date | None = None
    nationality: str | None = Field(default=None, pattern=r"^\d{3}$")
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    household_ref: Ref | None = None
    address_area: str | None = Field(default=None, pattern=r"^\d{8}$")


class CaseOpened(Fact):
    """The district opened the case of an admitted person."""

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 10 AsylbLG"
    VALID_ON: ClassVar[str | None] = "opened_on"

    opened_on: date
    reason_code: CaseReason
