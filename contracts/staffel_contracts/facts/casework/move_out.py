"""What casework says about moving out of the district's accommodation."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import MoveOutBlocker
from staffel_contracts.fact import Area, Fact, Weight


class MoveOutEligible(Fact):
    """The duty to live in shared accommodation ended; whoever stays may owe a fee."""

    BASIS: ClassVar[str] = "§ 53 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "since"
    SINCE: ClassVar[str] = "0.2.0"

    since: date
    fee_from: date | None = None


class MoveOutPlanned(Fact):
    """A day for moving out was agreed."""

    BASIS: ClassVar[str] = "§ 53 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "target_on"
    SINCE: ClassVar[str] = "0.2.0"

    target_on: date


class MoveOutStalled(Fact):
    """Moving out does not get on, for a coded reason."""

    BASIS: ClassVar[str] = "§ 53 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "stalled_on"
    SINCE: ClassVar[str] = "0.2.0"

    stalled_on: date
    blocker_code: MoveOutBlocker


class MovedOut(Fact):
    """The person moved out of the district's accommodation."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 53 Abs. 2 AsylG"
    VALID_ON: ClassVar[str | None] = "moved_on"
    SINCE: ClassVar[str] = "0.2.0"

    moved_on: date
    area: Area
