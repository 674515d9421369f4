"""What casework says about the bank account."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Fact


class BankAccountOpened(Fact):
    """The person has a bank account; its number goes from the person to the jobcenter alone."""

    BASIS: ClassVar[str] = "§ 31 Abs. 1 ZKG"
    VALID_ON: ClassVar[str | None] = "opened_on"
    SINCE: ClassVar[str] = "0.2.0"

    opened_on: date
