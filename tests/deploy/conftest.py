"""One platform in containers for most of the tests, and what was measured, shown after them."""

from collections.abc import Iterator

import pytest

from tests.support.stack import MEASURED, MISSING, Stack, stack


def pytest_configure(config: pytest.Config) -> None:
    """Bear with nats-py, which leaves connections behind that end while they are being made."""
    config.addinivalue_line("filterwarnings", "ignore:unclosed <StreamWriter:ResourceWarning")


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform as `compose.yaml` describes it."""
    with stack(tmp_path_factory.mktemp("compose") / "deploy") as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the times: they are reported, and nothing is judged by them."""
    if MEASURED:
        terminalreporter.section("times")
    for what, seconds in MEASURED:
        terminalreporter.line(f"{what}: {seconds:.1f} s")
    if MISSING:
        terminalreporter.section("NOT BROUGHT UP: no image on this host", sep="!", red=True)
    for what in MISSING:
        terminalreporter.line(f"{what}: its files were read, and not tried")
