"""What casework says: the district's work on the case up to the handoff, and the courses."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import CourseKind, FinalityBasis, SheetField
from staffel_contracts.fact import Digest, Fact, Ref, Text, Weight


class AsylumDecisionFinal(Fact):
    """The recognition can no longer be contested, as of ``finality_on``."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 67 Abs. 1 S. 1 Nr. 6, § 74 Abs. 1 AsylG"
    VALID_ON: ClassVar[str | None] = "finality_on"

    finality_on: date
    basis: FinalityBasis
    asserted_by: Ref


class EntitlementEndComputed(Fact):
    """AsylbLG benefits end on ``end_on``; SGB II starts on ``next_start_on``.

    ``last_lossfree_on`` is the last day on which an application loses no day (§ 37 Abs. 2 SGB II).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "end_on"

    end_on: date
    next_start_on: date
    last_lossfree_on: date
    rule_id: Ref
    rule_version: int
    inputs: dict[str, str]


class EntitlementEndRevised(Fact):
    """A later fact moved the end of AsylbLG benefits; both entries stay visible."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 2, Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "end_on"

    end_on: date
    next_start_on: date
    last_lossfree_on: date
    rule_id: Ref
    rule_version: int
    inputs: dict[str, str]
    replaces_end_on: date


class HandoverSheetCompleted(Fact):
    """The handover sheet is complete; its digest is fixed and binds what the receiver accepts.

    ``fields`` holds the values by field code, the digest is SHA-256 over their canonical JSON.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X, § 18b AZRG"
    VALID_ON: ClassVar[str | None] = "effective_on"

    sheet_ref: Ref
    profile_id: Ref
    from_agency: Ref
    to_agency: Ref
    effective_on: date
    lossfree_on: date
    field_codes: tuple[SheetField, ...]
    withheld_codes: tuple[SheetField, ...] = ()
    digest: Digest
    fields: dict[SheetField, Text]
    replaces_handoff: Ref | None = None
    """The rejected or expired handoff that this sheet is composed again for."""
    supplied_codes: tuple[SheetField, ...] = ()
    """The fields whose values the district gave by hand, in answers or for this sheet."""


class HandoffInformationSupplied(Fact):
    """The sender answered a receiver's question about an open handoff.

    ``fields`` holds the values by field code; they are fetched with the sheet, no feed has them.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "supplied_on"

    handoff_id: Ref
    supplied_on: date
    item_codes: tuple[SheetField, ...]
    fields: dict[SheetField, Text] = Field(default_factory=dict)
    round: int = Field(default=1, ge=1)
    """Which question it answers: the round of the request."""


class CourseEnrolled(Fact):
    """The person registered with a course provider."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 7 IntV"
    VALID_ON: ClassVar[str | None] = "enrolled_on"

    course_ref: Ref
    provider_ref: Ref
    course_kind: CourseKind
    enrolled_on: date
    expected_start_on: date


class CourseStarted(Fact):
    """The course began; it should be within six weeks of registration (§ 7 Abs. 4 IntV)."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 8 Abs. 3 IntV"
    VALID_ON: ClassVar[str | None] = "started_on"

    course_ref: Ref
    started_on: date
    days_waited: int = Field(ge=0)
