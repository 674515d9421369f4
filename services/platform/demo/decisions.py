"""What becomes of applications: decisions, when they are served and heard of, and titles."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.chassis.legal_calendar import (
    LAENDER,
    Land,
    add_working_days,
    last_day_of_months,
    next_working_day,
)
from services.platform.demo.origins import REFUSED, TITLES, Origin, Outcome
from staffel_contracts.codes import ProtectionKind, TitleCode

LAND: Land = "BB"
assert LAND in LAENDER  # noqa: S101 - the district of the demonstration lies in Brandenburg

_SPREAD = 0.45
_EARLIEST_DAYS = 10
_SPECIAL_PERIOD = 0.03
_LATE_NEWS = 0.12
_EARLY_TITLE = 0.15
_CARD_MADE = 0.85
_MONTHS = {TitleCode.S25_1: 36, TitleCode.S25_2: 36, TitleCode.S25_3: 12}
_ENDED_BY_FINALITY = frozenset({TitleCode.S25_1, TitleCode.S25_2})
_TEMPORARY_UNTIL = date(2027, 3, 4)


@dataclass(frozen=True, slots=True)
class Decision:
    """A notice: what it grants (nothing if refused), when it was served, when the office knew."""

    outcome: Outcome
    decided_on: date
    served_on: date
    received_on: date
    special_period: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """A residence title, and when the office knew of it."""

    code: TitleCode
    issued_on: date
    valid_to: date
    received_on: date


def decide_household(
    random: Random, origin: Origin, admitted_on: date, last: date
) -> Decision | None:
    """The decision about a household; ``None`` if it falls after ``last`` and so is pending."""
    days = max(_EARLIEST_DAYS, int(random.lognormvariate(0, _SPREAD) * origin.median_days))
    decided_on = next_working_day(admitted_on + timedelta(days=days), LAND)
    if decided_on > last:
        return None
    outcomes = origin.outcomes
    outcome = random.choices(list(outcomes), list(outcomes.values()))[0]
    served_on = add_working_days(decided_on, random.randint(2, 6), LAND)
    return Decision(
        outcome,
        decided_on,
        served_on,
        add_working_days(served_on, _days_of_news(random), LAND),
        random.random() < _SPECIAL_PERIOD,
    )


def other_outcome(random: Random, decision: Decision) -> Decision:
    """A member's own decision that differs from the household's: everybody is decided alone."""
    refused = decision.outcome is REFUSED
    outcome = ProtectionKind.REMOVAL_BAN if refused else ProtectionKind.SUBSIDIARY_S4
    later = add_working_days(decision.served_on, random.randint(1, 15), LAND)
    return Decision(
        outcome, decision.decided_on, later, add_working_days(later, _days_of_news(random), LAND)
    )


def title_after(random: Random, decision: Decision) -> Title | None:
    """The title that follows a recognition, if it is made in good time."""
    if decision.outcome is REFUSED:
        return None
    code = TITLES[decision.outcome]
    if code in _ENDED_BY_FINALITY and random.random() > _CARD_MADE:
        return None
    early = random.random() < _EARLY_TITLE
    days = random.randint(3, 9) if early else random.randint(21, 85)
    issued_on = next_working_day(decision.served_on + timedelta(days=days), LAND)
    known_on = add_working_days(issued_on, random.randint(1, 5), LAND)
    after_decision = add_working_days(decision.received_on, 1, LAND)
    return Title(code, issued_on, _valid_to(code, issued_on), max(known_on, after_decision))


def _valid_to(code: TitleCode, issued_on: date) -> date:
    if code is TitleCode.S24:
        return max(_TEMPORARY_UNTIL, last_day_of_months(issued_on, 12))
    return last_day_of_months(issued_on, _MONTHS[code])


def _days_of_news(random: Random) -> int:
    """Working days until the office hears of it (§ 24 Abs. 3 AsylG: at once): a few, or weeks."""
    return random.randint(15, 40) if random.random() < _LATE_NEWS else random.randint(1, 4)
