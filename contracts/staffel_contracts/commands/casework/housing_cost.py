"""What casework is asked about the assurance of housing costs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, RentBand
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Area, Ref


class RequestHousingCostAssurance(CaseCommand):
    """Ask the jobcenter to assure the costs of a flat before the lease is signed."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("housing-cost-assurance-requested",)

    request_ref: Ref
    requested_on: date
    rent_band: RentBand
    area: Area
