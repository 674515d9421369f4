"""The command line finds every verb that it offers, and imports none before it is asked for."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from staffel_contracts.cli import all_verbs
from tests.support.cli import whole_command_line


def everything() -> Iterator[tuple[str, ...]]:
    for name, verb in all_verbs().items():
        yield (name,)
        if not isinstance(verb, str):
            yield from ((name, below) for below in verb.verbs)


@pytest.mark.parametrize("words", [*everything()], ids=" ".join)
def test_a_verb_tells_what_it_does(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(whole_command_line(), [*words, "--help"])

    assert shown.exit_code == 0, shown.output
    assert f"Usage: staffel {' '.join(words)} " in shown.output


def test_the_list_of_verbs_says_what_each_is_for() -> None:
    listed = CliRunner().invoke(whole_command_line(), ["--help"]).output
    lines = listed.partition("Commands:")[2].split("\n")
    told = dict(line.split(maxsplit=1) for line in lines if line)

    assert told.keys() == all_verbs().keys()


def test_a_word_that_is_no_verb_is_answered_with_the_nearest() -> None:
    shown = CliRunner().invoke(whole_command_line(), ["audit", "verifi"])

    assert shown.exit_code == 2
    assert "Did you mean 'verify'?" in shown.output


PROGRAM = """
import sys
from typer.testing import CliRunner
from staffel_contracts.cli import all_verbs
from staffel_contracts.cli.verbs import command_line
assert CliRunner().invoke(command_line(all_verbs()), ["--help"]).exit_code == 0
assert sys.modules.keys().isdisjoint({"sqlalchemy", "fastapi", "nats", "services.chassis"})
"""


def test_to_list_the_verbs_imports_no_database_and_no_service() -> None:
    assert subprocess.run([sys.executable, "-c", PROGRAM], check=False).returncode == 0
