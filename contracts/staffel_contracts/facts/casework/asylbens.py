"""What casework says about benefits under the AsylbLG."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AsylbensEndReason, AsylbensLevel
from staffel_contracts.fact import Fact, Weight


class AsylbensFact(Fact):
    """What every fact about benefits under the AsylbLG carries: which ones."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 2, § 3 AsylbLG"
    SINCE: ClassVar[str] = "0.2.0"

    level: AsylbensLevel


class AsylbensGranted(AsylbensFact):
    """The district grants benefits under the AsylbLG from a day on."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "from_on"

    from_on: date
    to_on: date | None = None


class AsylbensLevelChanged(AsylbensFact):
    """Basic benefits became analogous ones, or the other way round."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "from_on"

    from_on: date


class AsylbensEnded(Fact):
    """The month in which the condition fell away is over; benefits under the AsylbLG end."""

    SINCE: ClassVar[str] = "0.2.0"
    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "ended_on"

    ended_on: date
    reason_code: AsylbensEndReason
