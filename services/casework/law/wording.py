"""How a rule of law is written down: its wordings, and the dates and guards that each gives.

A file holds ``[[rule]]`` tables with their ``[[rule.wording]]``. What a wording computes is a list
of ``gives``: a date that follows from another one by steps, where conditions hold; of several ways
that lead to one date the earliest counts. A wording governs what happens while it is in force: the
day that a date starts from decides.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.chassis.legal_calendar import (
    Land,
    add_months,
    add_weeks,
    add_working_days,
    first_of_month,
    first_of_next_month,
    last_day_of_months,
    last_of_month,
    roll_over,
)

Step = Callable[[date, Land], date]
_COUNTED = re.compile(r"([+-])(\d+) (day|week|month|year|working day)s?")
_PERIOD = re.compile(r"period (\d+) months")
_NAMED: dict[str, Step] = {
    "last of month": lambda day, _: last_of_month(day),
    "first of month": lambda day, _: first_of_month(day),
    "first of next month": lambda day, _: first_of_next_month(day),
    "roll over": roll_over,
}
_UNITS: dict[str, Callable[[date, int, Land], date]] = {
    "day": lambda day, number, _: day + timedelta(days=number),
    "week": lambda day, number, _: add_weeks(day, number),
    "month": lambda day, number, _: add_months(day, number),
    "year": lambda day, number, _: add_months(day, 12 * number),
    "working day": add_working_days,
}


def step_named(text: str) -> Step:
    """Read a step.

    ``+2 weeks`` (or days, months, years, working days; ``-`` goes back), ``last of month``, ``first
    of month``, ``first of next month``, ``roll over`` (to the next working day of the Land) and
    ``period 6 months`` (the last day of so many months that begin with the day).

    Raises:
        ValueError: it is none of these.
    """
    if text in _NAMED:
        return _NAMED[text]
    if found := _COUNTED.fullmatch(text):
        number, move = int(found[1] + found[2]), _UNITS[found[3]]
        return lambda day, land: move(day, number, land)
    if found := _PERIOD.fullmatch(text):
        months = int(found[1])
        return lambda day, _: last_day_of_months(day, months)
    msg = f"{text!r} is no step"
    raise ValueError(msg)


class Op(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is not"
    IN = "in"
    NOT_IN = "not in"
    AFTER = "after"
    ON_OR_AFTER = "on or after"
    BEFORE = "before"
    ON_OR_BEFORE = "on or before"
    KNOWN = "known"
    UNKNOWN = "unknown"


_OPS = sorted(Op, key=lambda op: -len(op.value))
_DAYS = frozenset({Op.AFTER, Op.ON_OR_AFTER, Op.BEFORE, Op.ON_OR_BEFORE})


class Condition(NamedTuple):
    """A condition: ``served_on known``, ``decision in a b``, ``valid_to after valid_from +1 year``.

    ``lenient``: its name ends with ``?``, and it holds where the other fact is not known.
    """

    name: str
    op: Op
    words: tuple[str, ...] = ()
    step: Step | None = None
    lenient: bool = False


def condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        ValueError: it is none.
    """
    for op in _OPS:
        name, found, rest = text.partition(f" {op.value}")
        if not found or (rest and not rest.startswith(" ")):
            continue
        if op not in _DAYS:
            return Condition(name, op, tuple(rest.split()))
        other, _, steps = rest.strip().partition(" ")
        lenient = other.endswith("?")
        step = step_named(steps) if steps else None
        return Condition(name, op, (other.rstrip("?"),), step, lenient)
    msg = f"{text!r} is no condition"
    raise ValueError(msg)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Gives(_Strict):
    """One way to a date: which day it starts from, where which conditions hold, by which steps."""

    date: str
    of: tuple[str, ...] = Field(min_length=1)
    """The facts or dates that it starts from; of several the latest, all must be known."""
    each: str | None = None
    """A list of facts, such as ``titles``: the way is tried for each."""
    when: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    basis: str | None = None
    """A code that says which way it was."""
    cites: str | None = None
    """The rule that is named for this way, where it is another one."""

    @field_validator("of", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("when")
    @classmethod
    def _conditions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            condition(text)
        return value

    @field_validator("steps")
    @classmethod
    def _steps(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            step_named(text)
        return value


class Guard(_Strict):
    """A condition of the law that holds or not, once its facts are known."""

    guard: str
    when: tuple[str, ...] = Field(min_length=1)
    each: str | None = None
    """It holds where one of a list fulfils the conditions."""

    @field_validator("when")
    @classmethod
    def _conditions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            condition(text)
        return value


class Wording(_Strict):
    """One wording of a rule, in force from ``valid_from`` to ``valid_to``, both included."""

    version: int = Field(ge=1)
    says: str = Field(min_length=10)
    norm: str = Field(min_length=3)
    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=3)
    status: Literal["law", "inferred", "press", "bill", "memory"]
    active: bool = True
    """``False``: shipped, and switched off until somebody has read the promulgated text."""
    gives: tuple[Gives, ...] = ()
    guards: tuple[Guard, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether this wording was in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Rule(_Strict):
    """A rule in all its wordings; C computes, G guards, S is a service level, L a lapse."""

    id: str = Field(pattern=r"^R\d\d[a-z-]*$")
    kind: Literal["C", "G", "S", "L"]
    wording: tuple[Wording, ...] = Field(min_length=1)
