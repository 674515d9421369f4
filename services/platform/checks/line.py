"""What a check says: one line, how bad it is, and the runbook that helps."""

from enum import IntEnum
from typing import NamedTuple


class Level(IntEnum):
    """How bad it is; also the exit code of ``staffel doctor``."""

    OK = 0
    WARN = 1
    FAIL = 2


class Line(NamedTuple):
    """One finding: which check, how bad, one sentence without personal data, and what to do."""

    check: str
    level: Level
    text: str
    runbook: str | None = None
    """The name of a page in ``deploy/runbooks/``, without its ending."""


def ok(check: str, text: str) -> Line:
    """All is well."""
    return Line(check, Level.OK, text)


def warn(check: str, text: str, runbook: str) -> Line:
    """It works, but somebody has to look at it."""
    return Line(check, Level.WARN, text, runbook)


def fail(check: str, text: str, runbook: str) -> Line:
    """It does not work, or will soon not."""
    return Line(check, Level.FAIL, text, runbook)


def by_limits(check: str, text: str, runbook: str, *, failing: bool, warning: bool) -> Line:
    """The line whose level is the worst that holds."""
    if failing:
        return fail(check, text, runbook)
    return warn(check, text, runbook) if warning else ok(check, text)


def worst(lines: list[Line]) -> Level:
    """The worst level among lines."""
    return max((line.level for line in lines), default=Level.OK)
