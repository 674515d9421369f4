"""What is said about reading: who read which part of a record, and what for.

Any service may be where it happens; the entries are kept apart from the cases' own history and for
a short time, so that they do not become a file on the staff.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    AccessPurpose,
    DenialReason,
    EmergencyReason,
    FieldGroup,
    PersonalData,
    Retention,
    Status,
)
from staffel_contracts.fact import Fact, Ref, Weight


class AccessFact(Fact):
    """What every fact about reading a record carries."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    PERSONAL: ClassVar[PersonalData] = PersonalData.WORKER
    RETENTION: ClassVar[Retention] = Retention.RETRIEVAL
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§ 13 AZRG, § 35 SGB I, § 79 Abs. 4 SGB X"

    reader_ref: Ref
    """The agency's own reference of who read, never a name."""
    agency: Ref
    """The agency that the reader works for."""
    purpose: AccessPurpose
    field_groups: tuple[FieldGroup, ...] = Field(min_length=1)


class RecordRead(AccessFact):
    """Somebody read these parts of a person's record."""

    VALID_ON: ClassVar[str | None] = "read_on"

    read_on: date


class RecordAccessDenied(AccessFact):
    """Somebody wanted to read these parts of a person's record and was not shown them."""

    VALID_ON: ClassVar[str | None] = "denied_on"

    denied_on: date
    reason_code: DenialReason


class EmergencyAccessUsed(AccessFact):
    """Somebody read what they otherwise may not, for a stated reason and until ``until``.

    Each use is looked at afterwards by somebody else.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    RETENTION: ClassVar[Retention] = Retention.CASE_FILE
    VALID_ON: ClassVar[str | None] = "used_on"

    used_on: date
    reason_code: EmergencyReason
    until: datetime
    """The moment at which it ends by itself (UTC)."""
