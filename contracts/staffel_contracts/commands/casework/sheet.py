"""What casework is asked about the handover sheet."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import DECIDE, RECORD, Roles
from staffel_contracts.codes import AgencyKind, SheetField
from staffel_contracts.command import TAKES_OVER, WrittenText
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Digest, Ref


class SupplyHandoffInformation(CaseCommand):
    """Answer the receiver's question about an open handoff."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-information-supplied",)

    handoff_id: Ref
    fields: dict[SheetField, WrittenText] = Field(min_length=1)


class ResubmitHandover(CaseCommand):
    """Compose the sheet again for a handoff that nobody took over, with what was missing.

    Where the reason of a rejection leads elsewhere, ``to_agency`` names the other receiver.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handover-sheet-completed",)

    handoff_id: Ref
    """The handoff that is over."""
    to_agency: Ref | None = None
    """Another receiver than before."""
    fields: dict[SheetField, WrittenText] = Field(default_factory=dict)


class RecordSheetPrinted(CaseCommand):
    """Record that a sheet was printed; the platform sends it when it prints."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handover-sheet-printed",)

    sheet_ref: Ref
    pdf_digest: Digest
