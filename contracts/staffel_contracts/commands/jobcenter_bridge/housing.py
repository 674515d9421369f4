"""What jobcenter_bridge is asked about the assurance of housing costs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, AssuranceRefusalReason, RentBand
from staffel_contracts.command import JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Ref


class GrantHousingCostAssurance(CaseCommand):
    """Assure the costs of a flat."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("housing-cost-assurance-granted",)

    request_ref: Ref
    decided_on: date
    rent_band: RentBand


class RefuseHousingCostAssurance(CaseCommand):
    """Refuse to assure the costs of a flat."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("housing-cost-assurance-refused",)

    request_ref: Ref
    decided_on: date
    reason_code: AssuranceRefusalReason
