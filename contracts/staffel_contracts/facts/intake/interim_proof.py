"""What intake says about what proves the stay until the title is there."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import InterimProofKind
from staffel_contracts.fact import Fact, Weight


class InterimProofIssued(Fact):
    """The immigration office certified the stay until the title is issued."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 81 Abs. 5 AufenthG"
    VALID_ON: ClassVar[str | None] = "issued_on"
    SINCE: ClassVar[str] = "0.2.0"

    proof_kind: InterimProofKind
    issued_on: date
    valid_to: date
    biometrics_done: bool
