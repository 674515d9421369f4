"""What casework says about the handover sheet."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind, PersonalData, ResponsibilityDomain, SheetField
from staffel_contracts.fact import Digest, Fact, Ref, Text, Weight


class HandoverSheetCompleted(Fact):
    """The handover sheet is complete; its digest is fixed and binds what the receiver accepts.

    ``fields`` holds the values by field code, the digest is SHA-256 over their canonical JSON.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    PERSONAL: ClassVar[PersonalData] = PersonalData.IDENTITY
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
    handoff_id: Ref | None = None
    """The handoff that it is for, as it was drafted."""
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    to_kind: AgencyKind = AgencyKind.JOBCENTER


class HandoffInformationSupplied(Fact):
    """The sender answered a receiver's question about an open handoff.

    ``fields`` holds the values by field code; they are fetched with the sheet, no feed has them.
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    PERSONAL: ClassVar[PersonalData] = PersonalData.IDENTITY
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "supplied_on"

    handoff_id: Ref
    supplied_on: date
    item_codes: tuple[SheetField, ...]
    fields: dict[SheetField, Text] = Field(default_factory=dict)
    round: int = Field(default=1, ge=1)
    """Which question it answers: the round of the request."""
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS


class HandoverSheetPrinted(Fact):
    """A sheet was printed: the hash of the PDF says which bytes went out, to which agency."""

    PERSONAL: ClassVar[PersonalData] = PersonalData.CASE
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "printed_on"
    SINCE: ClassVar[str] = "0.2.0"

    sheet_ref: Ref
    agency: Ref
    """Who printed it."""
    printed_on: date
    pdf_digest: Digest
