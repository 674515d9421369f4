"""What was measured is shown after the tests: it is reported, and nothing is judged by it."""

import pytest

from tests.support.stack import MEASURED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the times."""
    if MEASURED:
        terminalreporter.section("times")
    for what, seconds in MEASURED:
        terminalreporter.line(f"{what}: {seconds:.1f} s")
