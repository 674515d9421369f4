"""What intake says about persons that may be known already."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import DuplicateOutcome
from staffel_contracts.fact import Count, Fact, Ref


class DuplicateFact(Fact):
    """What every fact about one possible duplicate carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 16 AsylG"
    SINCE: ClassVar[str] = "0.2.0"

    other_case: Ref


class PossibleDuplicateFound(DuplicateFact):
    """Two cases may be about the same person; a person has to look."""

    VALID_ON: ClassVar[str | None] = "found_on"

    found_on: date
    score: Count


class DuplicateResolved(DuplicateFact):
    """Somebody looked and said whether the two cases are about one person."""

    VALID_ON: ClassVar[str | None] = "resolved_on"

    resolved_on: date
    outcome: DuplicateOutcome
