"""What intake says about residence titles that end."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import TitleCode, TitleEndReason
from staffel_contracts.fact import Fact, Weight


class ResidenceTitleEnded(Fact):
    """A residence title ended, by time, by revocation or because another took its place."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 51 Abs. 1 AufenthG"
    VALID_ON: ClassVar[str | None] = "ended_on"
    SINCE: ClassVar[str] = "0.2.0"

    title_code: TitleCode
    ended_on: date
    reason_code: TitleEndReason
