"""What jobcenter_bridge says about health funds."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Fact, Ref, Weight


class HealthInsuranceRegistered(Fact):
    """The jobcenter registered the person with a health fund from the first day of benefits on."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 175 Abs. 3, § 186 Abs. 2a SGB V"
    VALID_ON: ClassVar[str | None] = "from_on"
    SINCE: ClassVar[str] = "0.2.0"

    fund_code: Ref
    from_on: date
