"""What casework is asked about the handover sheet."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind, SheetField
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref, Text


class SupplyHandoffInformation(CaseCommand):
    """Answer the receiver's question about an open handoff."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-information-supplied",)

    handoff_id: Ref
    fields: dict[SheetField, Text] = Field(min_length=1)


class ResubmitHandover(CaseCommand):
    """Compose the sheet again after a rejection or an expiry, with what was missing."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handover-sheet-completed",)

    handoff_id: Ref
    """The rejected or expired handoff."""
    fields: dict[SheetField, Text] = Field(default_factory=dict)
