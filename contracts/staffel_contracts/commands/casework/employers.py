"""What casework is asked about employers as partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, Sector
from staffel_contracts.command import DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import District, Ref


class AddEmployerPartner(Command):
    """Add an employer that works with the agencies."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("employer-partner-added",)

    district: District
    partner_ref: Ref
    sector: Sector
    added_on: date
