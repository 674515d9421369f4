"""What casework says about closing a case."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import CloseReason, ReopenReason
from staffel_contracts.fact import Fact, Weight


class CaseClosed(Fact):
    """The district has nothing more to do for the person; the file is kept as the law says."""

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
