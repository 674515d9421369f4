"""How an invented jobcenter treats a handoff: mostly well, sometimes late, with questions, or not.

Everything here is chance, drawn from the sheet's digest, so that it is the same at every run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from staffel_contracts.codes import CourseKind, RejectReason, SheetField

RETIREMENT_AGE = 66
"""A pretty round age limit (§ 7a SGB II reckons by year of birth)."""

COURSE_AGES = range(16, 65)
_REJECTED = 0.05
_SILENT = 0.03
_ASKED = 0.12
_ASKED_AGAIN = 0.15
_LATE_DECISION = 0.06
_LATE_APPLICATION = 0.04
_COURSE = 0.65
_DELAYED_COURSE = 0.15
_REASONS = (
    RejectReason.INCOMPLETE,
    RejectReason.INCOMPLETE,
    RejectReason.IDENTITY_UNCLEAR,
    RejectReason.NOT_COMPETENT_LOCAL,
    RejectReason.NO_NEED,
)
_ASKABLE = (
    SheetField.TENANCY,
    SheetField.BANK_ACCOUNT_EXISTS,
    SheetField.HEALTH_FUND,
)
_KINDS = {
    CourseKind.INTEGRATION: 60,
    CourseKind.LITERACY: 18,
    CourseKind.INTENSIVE: 7,
    CourseKind.WOMEN: 15,
}
_PROVIDERS = 5
_YEAR = timedelta(days=365.25)

Fields = Mapping[str, str] | Mapping[SheetField, str]
"""The sheet's values by field code, as they came or as codes."""


@dataclass(frozen=True, slots=True)
class Course:
    """A language course: how many days after the takeover, and how many days later it starts."""

    kind: CourseKind
    provider: int
    enrolled_after: int
    expected_after: int
    started_after: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the jobcenter will do with one handoff; all spans are days."""

    silent: bool
    taken_up_after: int
    questions: tuple[tuple[SheetField, ...], ...]
    decided_after: int
    rejected: RejectReason | None
    granted_after: int
    granted_late: bool
    """The decision about benefits comes only after they should have begun."""
    applied_late: bool
    """The application came a month late: benefits begin a month later (§ 37 Abs. 2 SGB II)."""
    course: Course | None


def conduct(seed: int, digest: str, fields: Fields, effective_on: date, *, again: bool) -> Conduct:
    """What happens to the handoff with this sheet; ``again``: it comes for the second time."""
    random = Random(f"{seed}/{digest}/{again}")  # noqa: S311 - repeatable chance is wanted
    age = _age(fields, effective_on)
    return Conduct(
        silent=random.random() < _SILENT and not again,
        taken_up_after=_some_days(random, 1, 3),
        questions=_questions(random, fields),
        decided_after=_some_days(random, 1, 8),
        rejected=_rejection(random, age, again=again),
        granted_after=random.randint(1, 5),
        granted_late=random.random() < _LATE_DECISION,
        applied_late=random.random() < _LATE_APPLICATION,
        course=_course(random) if int(age) in COURSE_AGES else None,
    )


def _age(fields: Fields, on: date) -> float:
    return (on - date.fromisoformat(fields[SheetField.BIRTH_DATE])) / _YEAR


def _some_days(random: Random, low: int, high: int) -> int:
    return int(random.triangular(low, high + 1, low))


def _questions(random: Random, fields: Fields) -> tuple[tuple[SheetField, ...], ...]:
    if random.random() > _ASKED:
        return ()
    missing = [code for code in _ASKABLE if code not in fields] or [SheetField.RESIDENCE_TITLE]
    first = tuple(missing[: random.randint(1, 2)])
    return (first, first[:1]) if random.random() < _ASKED_AGAIN else (first,)


def _rejection(random: Random, age: float, *, again: bool) -> RejectReason | None:
    reason = random.choice(_REASONS)
    if age >= RETIREMENT_AGE:
        return RejectReason.OVER_AGE
    return reason if random.random() < _REJECTED and not again else None


def _course(random: Random) -> Course | None:
    if random.random() > _COURSE:
        return None
    expected = random.randint(14, 42)
    delay = random.randint(7, 30) if random.random() < _DELAYED_COURSE else 0
    return Course(
        kind=random.choices(list(_KINDS), list(_KINDS.values()))[0],
        provider=random.randint(1, _PROVIDERS),
        enrolled_after=random.randint(2, 20),
        expected_after=expected,
        started_after=expected + delay,
    )
