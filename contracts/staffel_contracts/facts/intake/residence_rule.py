"""What intake says about residence rules."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ResidenceRuleLevel
from staffel_contracts.fact import Fact, Ref, Weight


class ResidenceRuleRecorded(Fact):
    """The person has to live in a Land or a place, or may not live in one.

    Local competence follows.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 12a AufenthG"
    VALID_ON: ClassVar[str | None] = "recorded_on"
    SINCE: ClassVar[str] = "0.2.0"

    level: ResidenceRuleLevel
    area_key: Ref
    recorded_on: date
    until: date
