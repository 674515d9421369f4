"""What intake is asked about reception."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District


class SetReceptionQuota(Command):
    """Record how many people the district takes in this year (Aufnahmesoll)."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("reception-quota-set",)

    district: District
    year: int = Field(ge=1990, le=2100)
    persons: int = Field(ge=0, le=1_000_000)
