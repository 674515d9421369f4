"""What casework is asked about the search for a flat."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, RentBand
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Area, Count, Ref


class StartFlatSearch(CaseCommand):
    """Begin to look for a flat."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("flat-search-started",)

    search_ref: Ref
    started_on: date
    rooms: Count
    area: Area


class ReportFlatFound(CaseCommand):
    """Report that a flat was found."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("flat-found",)

    search_ref: Ref
    found_on: date
    rent_band: RentBand
