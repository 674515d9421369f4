"""What intake says about temporary protection."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Fact, Weight


class TemporaryProtectionRegistered(Fact):
    """The person was registered for temporary protection.

    From the first title or proof on, another law applies: once biometrics are done, benefits end
    with the month of the interim certificate (§ 1 Abs. 3a AsylbLG).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 24 AufenthG, § 74 SGB II"
    VALID_ON: ClassVar[str | None] = "registered_on"
    SINCE: ClassVar[str] = "0.2.0"

    registered_on: date
    first_title_or_proof_on: date | None = None
