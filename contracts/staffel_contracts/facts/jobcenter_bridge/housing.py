"""What jobcenter_bridge says about the assurance of housing costs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AssuranceRefusalReason, RentBand
from staffel_contracts.fact import Fact, Ref, Weight


class HousingCostAssuranceFact(Fact):
    """What every decision about assured housing costs carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 22 Abs. 4 SGB II"
    SINCE: ClassVar[str] = "0.2.0"

    request_ref: Ref
    decided_on: date


class HousingCostAssuranceGranted(HousingCostAssuranceFact):
    """The jobcenter assures the costs of the flat that it was asked about."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "decided_on"

    rent_band: RentBand


class HousingCostAssuranceRefused(HousingCostAssuranceFact):
    """The jobcenter does not assure the costs of the flat, for a coded reason."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "decided_on"

    reason_code: AssuranceRefusalReason
