"""What casework says about the end of AsylbLG benefits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import FinalityBasis
from staffel_contracts.fact import Fact, Ref, Weight


class AsylumDecisionFinal(Fact):
    """The recognition can no longer be contested, as of ``finality_on``.

    ``served_on`` names the recognition, by the day on which it was served.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 67 Abs. 1 S. 1 Nr. 6, § 74 Abs. 1 AsylG"
    VALID_ON: ClassVar[str | None] = "finality_on"

    finality_on: date
    basis: FinalityBasis
    asserted_by: Ref
    served_on: date | None = None


class EntitlementEndComputed(Fact):
    """AsylbLG benefits end on ``end_on``; SGB II starts on ``next_start_on``.

    ``last_lossfree_on`` is the last day on which an application loses no day (§ 37 Abs. 2 SGB II).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "end_on"

    end_on: date
    next_start_on: date
    last_lossfree_on: date
    rule_id: Ref
    rule_version: int
    inputs: dict[str, str]


class EntitlementEndRevised(Fact):
    """A later fact moved the end of AsylbLG benefits; both entries stay visible."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 2, Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "end_on"

    end_on: date
    next_start_on: date
    last_lossfree_on: date
    rule_id: Ref
    rule_version: int
    inputs: dict[str, str]
    replaces_end_on: date


class EntitlementEndWithdrawn(Fact):
    """What was computed as the end of AsylbLG benefits does not follow any more: they go on.

    Such as when court action becomes known after the period for it (§ 74 Abs. 1 AsylG). A new end
    is computed as soon as one follows; all entries stay visible.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 1 Abs. 3 S. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "replaces_end_on"
    SINCE: ClassVar[str] = "0.2.0"

    withdrawn_on: date
    replaces_end_on: date
    inputs: dict[str, str]
