"""What casework says about data protection: a person's rights, holds, erasure, and the rules."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    ErasureBasis,
    HoldReason,
    PersonalData,
    RestrictionReason,
    Retention,
    SheetField,
    Status,
    SubjectAnswer,
    SubjectRequestKind,
    WithholdingRule,
)
from staffel_contracts.fact import Digest, Fact, Ref, Weight


class SubjectRequestFact(Fact):
    """What every fact about one request of a person carries."""

    BASE: ClassVar[bool] = True
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 12 Abs. 3, Art. 15 DSGVO, § 83 SGB X"

    request_ref: Ref
    request_kind: SubjectRequestKind


class SubjectAccessRequested(SubjectRequestFact):
    """The person asks what is held about them, and to whom it was disclosed.

    To be answered by ``due_on``: within a month of receipt, at the latest after two more.
    """

    VALID_ON: ClassVar[str | None] = "requested_on"

    requested_on: date
    due_on: date


class SubjectAccessAnswered(SubjectRequestFact):
    """The person has their answer; every answer names to whom data was disclosed."""

    VALID_ON: ClassVar[str | None] = "answered_on"

    answered_on: date
    answer: SubjectAnswer
    recipients: tuple[Ref, ...] = ()
    """The agencies to which data of the person was disclosed (Art. 15 Abs. 1 lit. c DSGVO)."""


class HouseholdMemberCorrected(Fact):
    """What sheets of this case told of another member of the household was wrong: see its cause.

    Said when a birth date, or who belongs together, is corrected, on the case of each other person
    whose sheets told of it; whoever received one is told (``rectification-propagated``).
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 16, 19 DSGVO"
    VALID_ON: ClassVar[str | None] = "corrected_on"

    corrected_on: date
    sheet_refs: tuple[Ref, ...] = ()
    """The sheets of this case that tell of the household; missing where it was not looked at."""
    told_until: date | None = None
    """The last day on which they told of the member; missing where they do still."""


class LegalHoldSet(Fact):
    """The person's data is kept until ``until``, even where its period is over.

    Data that is needed to establish or to defend claims is not erased (Art. 17 Abs. 3 lit. e
    DSGVO).
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 17 Abs. 3 lit. e DSGVO"
    VALID_ON: ClassVar[str | None] = "set_on"

    hold_ref: Ref
    set_on: date
    until: date
    """The day on which somebody looks at it again."""
    reason_code: HoldReason


class RetentionDue(Fact):
    """The period for which the case is kept is over; it is erased unless a hold stands against it.

    The period is a setting of each controller. ``due_on`` is its last day (§ 188 Abs. 2 BGB), and
    it is said when that is over.
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 17 Abs. 1 DSGVO, § 84 SGB X"
    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date
    retention: Retention
    on_hold: bool


class SubjectErased(Fact):
    """The person's key was destroyed, and what was sealed with it deleted everywhere.

    Said without a person, because nothing about one can be read any more; every proof still holds.
    A backup that is restored has to repeat it before it serves.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.PROOF
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 17 DSGVO, § 84 SGB X"
    VALID_ON: ClassVar[str | None] = "erased_on"

    erased_on: date
    erasure_basis: ErasureBasis
    key_id: Ref
    """The key that is gone; it says nothing about whose it was."""


class ProcessingRestricted(Fact):
    """The person's data may only be stored, until it is clear what becomes of it.

    Each ``reason_code`` stands by itself; the last word on it counts. With an ``until`` that is
    over it was lifted.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 18 Abs. 1 DSGVO, § 84 SGB X"
    VALID_ON: ClassVar[str | None] = "restricted_on"

    restricted_on: date
    reason_code: RestrictionReason
    until: date | None = None
    """Missing where no day is known yet."""
    informed_on: date | None = None
    """When the person was told that it ends sooner than was said before (Art. 18 Abs. 3 DSGVO)."""


class RestrictionEndAnnounced(Fact):
    """The person is told that a restriction is to be lifted: a letter waits at the district.

    It lifts nothing: the data is only stored until ``processing-restricted`` says otherwise.
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 18 Abs. 3 DSGVO"
    VALID_ON: ClassVar[str | None] = "announced_on"

    reason_code: RestrictionReason
    announced_on: date
    ends_on: date
    """The last day on which the data is only stored."""


class SheetFieldWithheld(Fact):
    """A field stayed off a handover sheet, and why: so that nobody takes it for forgotten."""

    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§ 67b SGB X, § 18b AZRG"
    VALID_ON: ClassVar[str | None] = "withheld_on"

    sheet_ref: Ref
    profile_id: Ref
    withheld_on: date
    field_code: SheetField
    rule: WithholdingRule


class RuleSetPublished(Fact):
    """The platform computes by these versions of its rules for dates from ``valid_from`` on.

    Earlier dates keep the rules that were law then; ``source`` names where the law was announced.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 20 Abs. 3 GG"
    VALID_ON: ClassVar[str | None] = "valid_from"

    rule_set_ref: Ref
    rule_ids: tuple[Ref, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None = None
    source: Ref
    """Such as ``BGBl-2025-I-91``."""
    digest: Digest | None = None
    """SHA-256 over the files of the rules."""
