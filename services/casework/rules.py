"""The rules of law that date the change from AsylbLG to SGB II, each with its time of validity."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording of a rule: it governs facts from ``valid_from`` to ``valid_to``, both included.

    ``valid_from`` is at the earliest the day from which rules are kept here.
    """

    rule_id: str
    version: int
    says: str
    norm: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this wording was in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


KEPT_FROM = date(2005, 1, 1)
"""The day the AufenthG came into force; no earlier law is kept here."""

END_OF_OLD_WORDING = date(2019, 8, 20)
"""The last day before the second act on better enforcement of the duty to leave."""

RULES = (
    Rule(
        "R01-old",
        1,
        "benefits end with the month of the recognition as entitled to asylum, final or not",
        "§ 1 Abs. 3 Nr. 2 AsylbLG a.F.",
        KEPT_FROM,
        END_OF_OLD_WORDING,
    ),
    Rule(
        "R01",
        1,
        "benefits end with the month in which their condition falls away",
        "§ 1 Abs. 3 Nr. 1 AsylbLG a.F.",
        KEPT_FROM,
        END_OF_OLD_WORDING,
    ),
    Rule(
        "R01",
        2,
        "benefits end with the month in which their condition falls away",
        "§ 1 Abs. 3 S. 1 AsylbLG",
        date(2019, 8, 21),
    ),
    Rule(
        "R02",
        1,
        "the permission to stay lapses when the decision is final",
        "§ 67 Abs. 1 S. 1 Nr. 6 AsylG",
        KEPT_FROM,
    ),
    Rule(
        "R03",
        1,
        "action is brought within two weeks of service, in special cases within one",
        "§ 74 Abs. 1 AsylG; § 57 Abs. 2 VwGO, § 222 Abs. 2 ZPO",
        KEPT_FROM,
    ),
    Rule(
        "R04",
        1,
        "a title of more than six months in all ends benefits for its time",
        "§ 1 Abs. 2 AsylbLG",
        KEPT_FROM,
    ),
    Rule(
        "R05",
        1,
        "temporary protection: benefits end with the month of the interim certificate",
        "§ 1 Abs. 3a AsylbLG; § 81 Abs. 5, 7 AufenthG",
        date(2022, 6, 1),
    ),
    Rule(
        "R08",
        1,
        "an application reaches back to the first of its month",
        "§ 37 Abs. 2 S. 2 SGB II",
        date(2011, 1, 1),
    ),
    Rule(
        "R09",
        1,
        "an application loses no day until the end of the first month without benefits",
        "§ 37 Abs. 2 S. 2 SGB II",
        date(2011, 1, 1),
    ),
    Rule(
        "R10",
        1,
        "an application counts from its first receipt by any agency",
        "§ 16 Abs. 2 S. 2 SGB I",
        KEPT_FROM,
    ),
)
"""Every rule in every wording."""


def rule_on(rule_id: str, day: date) -> Rule | None:
    """Return the wording of a rule that was in force on ``day``, if there was one."""
    return next((rule for rule in _WORDINGS[rule_id] if rule.holds_on(day)), None)


_WORDINGS = {
    rule_id: [rule for rule in RULES if rule.rule_id == rule_id]
    for rule_id in {rule.rule_id for rule in RULES}
}
