"""What casework is asked about employers as partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, Sector
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, DistrictCommand
from staffel_contracts.fact import Ref


class AddEmployerPartner(DistrictCommand):
    """Add an employer that works with the agencies."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("employer-partner-added",)

    partner_ref: Ref
    sector: Sector
    added_on: date
