"""The command line finds every verb that it offers, and imports none before it is asked for."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.platform.home import Home
from services.platform.options import plain_errors
from staffel_contracts.cli import all_verbs
from staffel_contracts.cli.verbs import Verbs
from tests.support.cli import STAFFEL, staffel, whole_command_line


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


def test_a_letter_that_the_terminal_cannot_write_is_no_reason_to_end() -> None:
    ran = staffel("catalogue", environment={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert (ran.code, ran.err) == (0, "")


def test_a_disk_that_is_full_under_what_is_told_is_said_in_one_line() -> None:
    words = [STAFFEL, "catalogue", "--json"]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert ran.returncode == 2
    assert ran.stderr == "staffel: what is told cannot be written: No space left on device\n"


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(("word", "code"), [("course-enrolled.v1", 0), ("course-startet", 1)])
def test_what_was_closed_before_is_missed_by_no_verb(number: int, word: str, code: int) -> None:
    shell = f'exec "$@" {number}{"<" if number == 0 else ">"}&-'
    words = ["sh", "-c", shell, "sh", STAFFEL, "catalogue", "--json", word]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)

    assert (ran.returncode, "Traceback" in ran.stderr + ran.stdout) == (code, False)


def test_a_reader_that_has_gone_is_no_trouble_to_be_told() -> None:
    with pytest.raises(BrokenPipeError), plain_errors():
        raise BrokenPipeError(32, "Broken pipe")


def test_the_name_of_an_agency_stays_in_one_piece_however_narrow_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Home.create(tmp_path / "home", passing=True)
    monkeypatch.setenv("COLUMNS", "40")

    shown = CliRunner().invoke(
        whole_command_line(), ["agency", "list", "--home", str(tmp_path / "home")]
    )

    assert "immigration-office-12069" in shown.stdout


def modules(verbs: Verbs) -> Iterator[str]:
    """Where the verbs are written."""
    for verb in verbs.values():
        if isinstance(verb, str):
            yield verb.partition(":")[0]
        else:
            yield from modules(dict(verb.verbs))


def imported(module: str) -> tuple[int, str]:
    """How the import of a module ends in a process that has imported nothing else."""
    words = [sys.executable, "-c", f"import {module}"]
    ran = subprocess.run(words, stderr=subprocess.PIPE, text=True, check=False)
    return ran.returncode, ran.stderr


def test_every_verb_can_be_the_first_to_be_imported() -> None:
    names = sorted(set(modules(all_verbs())))
    with ThreadPoolExecutor(2) as pool:
        ended = dict(zip(names, pool.map(imported, names), strict=True))

    assert {name: how for name, how in ended.items() if how != (0, "")} == {}


WAITING = """
import signal
import time
from staffel_contracts import cli

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has none

def wait() -> None:
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("put away")

cli.all_verbs = lambda: {"wait": "__main__:wait", "other": "__main__:wait"}
cli.main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_verb_that_is_ended_puts_away_what_it_had_begun(number: int, code: int) -> None:
    words = [sys.executable, "-c", WAITING, "wait"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        program.send_signal(number)
        told = program.stdout.read()

    assert (program.returncode, told) == (code, "put away\n")


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
