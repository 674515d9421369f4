"""What casework says about the choice of a health fund."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Fact, Ref


class HealthInsuranceChosen(Fact):
    """The person chose a health fund; without a choice within two weeks the jobcenter chooses."""

    BASIS: ClassVar[str] = "§ 175 Abs. 3 SGB V"
    VALID_ON: ClassVar[str | None] = "chosen_on"
    SINCE: ClassVar[str] = "0.2.0"

    fund_code: Ref
    chosen_on: date
