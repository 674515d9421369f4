"""One set of checks, for ``doctor``, the upgrade check, and where readiness asks the same."""

from services.platform.checks.line import Level, Line, worst
from services.platform.checks.look import Look
from services.platform.checks.running import ALL, run

__all__ = ["ALL", "Level", "Line", "Look", "run", "worst"]
