"""What casework says about court actions, titles that run out and residence rules that end."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import (
    ContestScope,
    FinalityVariant,
    ResidenceRuleEnd,
    Status,
    TitleCode,
)
from staffel_contracts.fact import Fact, Weight


class AsylumDecisionContested(Fact):
    """Court action was brought, so the decision does not become final as to what is contested.

    Of an action for more protection ``finality_variant`` says which view of finality is applied.
    ``served_on`` names the decision, by the day on which it was served; ``reinstated_on`` is the
    day on which a court granted reinstatement, where the period was missed (§ 60 VwGO).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 74 Abs. 1 AsylG"
    VALID_ON: ClassVar[str | None] = "contested_on"
    SINCE: ClassVar[str] = "0.2.0"

    contested_on: date
    scope: ContestScope
    finality_variant: FinalityVariant | None = None
    served_on: date | None = None
    reinstated_on: date | None = None


class ResidenceTitleExpiring(Fact):
    """A residence title ends in 90 days, and none follows it yet."""

    BASIS: ClassVar[str] = "§ 26 Abs. 1 AufenthG"
    VALID_ON: ClassVar[str | None] = "due_on"
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"

    title_code: TitleCode
    due_on: date


class ResidenceRuleLifted(Fact):
    """The residence rule was lifted on application; local competence is computed anew."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 12a Abs. 5 AufenthG"
    VALID_ON: ClassVar[str | None] = "lifted_on"
    SINCE: ClassVar[str] = "0.2.0"

    lifted_on: date
    reason_code: ResidenceRuleEnd


class ResidenceRuleLapsed(Fact):
    """The residence rule ended by itself; local competence is computed anew."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 12a Abs. 1 AufenthG"
    VALID_ON: ClassVar[str | None] = "lapsed_on"
    SINCE: ClassVar[str] = "0.2.0"

    lapsed_on: date
    reason_code: ResidenceRuleEnd
