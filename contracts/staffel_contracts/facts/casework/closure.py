"""What casework says about circumstances of a case, and about closing it."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import CloseReason, ReopenReason
from staffel_contracts.fact import Fact, Weight


class CaseClosed(Fact):
    """The district has nothing more to do for the person; the file is kept as the law says.

    Where another agency is responsible, it stays so: handoffs, deadlines and days without benefits
    go on, unless the person left, died or was entered in error.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 84 SGB X"
    VALID_ON: ClassVar[str | None] = "closed_on"
    SINCE: ClassVar[str] = "0.2.0"

    closed_on: date
    reason_code: CloseReason


class CaseReopened(Fact):
    """A closed case is taken up again."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 84 SGB X"
    VALID_ON: ClassVar[str | None] = "reopened_on"
    SINCE: ClassVar[str] = "0.2.0"

    reopened_on: date
    reason_code: ReopenReason


class CircumstancesRecorded(Fact):
    """What decides which agency is competent, as the district knows it; nothing about health."""

    BASIS: ClassVar[str] = "§ 7 Abs. 5, § 9 SGB II, § 42 SGB VIII"
    VALID_ON: ClassVar[str | None] = "recorded_on"
    SINCE: ClassVar[str] = "0.2.0"

    recorded_on: date
    in_training: bool = False
    """In a training or a study that excludes from SGB II (§ 7 Abs. 5 SGB II)."""
    other_means: bool = False
    """Income or assets cover the need (§ 9 SGB II)."""
    unaccompanied: bool = False
    """A minor without parents or guardians here (§ 42 SGB VIII)."""
