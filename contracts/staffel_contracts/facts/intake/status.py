"""What intake says about notices of the Federal Office that came in."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AsylumDecision, Status
from staffel_contracts.fact import Fact, Weight


class AsylumDecisionReceived(Fact):
    """The notice of the Federal Office reached the district or the immigration office."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 24 Abs. 3 AsylG"
    VALID_ON: ClassVar[str | None] = "received_on"
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"

    decision_code: AsylumDecision
    served_on: date
    received_on: date
