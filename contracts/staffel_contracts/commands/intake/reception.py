"""What intake is asked about reception."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand


class SetReceptionQuota(DistrictCommand):
    """Record how many people the district takes in this year (Aufnahmesoll)."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("reception-quota-set",)

    year: int = Field(ge=1990, le=2100)
    persons: int = Field(ge=0, le=1_000_000)
