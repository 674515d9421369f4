"""`staffel audit replay` on a home, as the documentation has it."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from services.audit.archive import Archive
from tests.service.test_replay import a_spring
from tests.support.cli import whole_command_line
from tests.support.homely import NAMES, house_at_home
from tests.support.house import House

DOCS = Path(__file__).parents[2] / "docs" / "replay.md"


class Place(NamedTuple):
    """A home with one case."""

    folder: Path
    case: str
    house: House


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("home")
    with house_at_home(folder, "2025-01-07") as (_, house):
        case, _ = a_spring(house)
        yield Place(folder, case, house)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return whole_command_line()


def run(app: typer.Typer, *words: str) -> Any:
    return CliRunner().invoke(app, words, env={"COLUMNS": "250"})


def commands() -> list[list[str]]:
    lines = [line for line in DOCS.read_text().splitlines() if line.startswith(".venv/bin/staffel")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_the_commands_of_the_page_run(
    app: typer.Typer, place: Place, words: list[str], tmp_path: Path
) -> None:
    known = {"HOME_DIR": str(place.folder), "CASE": place.case, "1042": "1"}

    known["answer.pdf"] = str(tmp_path / "answer.pdf")

    result = run(app, *(known.get(word, word) for word in words))

    assert result.exit_code == 0, result.output
    assert result.output or (tmp_path / "answer.pdf").exists()


def test_a_touched_row_is_a_difference_and_an_exit_code(app: typer.Typer, place: Place) -> None:
    engine = place.house.rooms["jobcenter_bridge"].engine
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE handoff SET attempts = attempts + 7")

    result = run(app, "audit", "replay", "--diff", "--json", "--home", str(place.folder))

    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE handoff SET attempts = attempts - 7")
    (found,) = json.loads(result.output)
    assert (found["table"], found["column"]) == ("handoff", "attempts")
    assert found["now"] == found["then"] + 7
    assert result.exit_code == 1


def test_an_archive_gives_the_same_rows_as_the_databases(
    app: typer.Typer, place: Place, tmp_path: Path
) -> None:
    with Archive(tmp_path / "archive") as archive:
        for name in NAMES:
            archive.log(name).append(place.house.rooms[name].log.wires(0, 1000))
    at = ("--at", "2025-04-07", "--home", str(place.folder))

    for file, more in (("live", ()), ("kept", ("--archive", str(tmp_path / "archive")))):
        result = run(app, "audit", "replay", *at, "--rows", str(tmp_path / file), *more)
        assert result.exit_code == 0, result.output

    rows = (tmp_path / "live").read_bytes()
    assert rows == (tmp_path / "kept").read_bytes()
    assert b'"table":"handoff_record"' in rows


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--follow",), 2, "are about a --case"),
        (("--known-at", "2025-05-10", "--case", "c"), 2, "goes with --valid-on"),
        (("--at", "12"), 2, "name it with --service"),
        (("--at", "yesterday"), 2, "is no moment"),
        (("--at", "99999", "--service", "intake"), 1, "intake has no entry 99999"),
        (("--case", "c-none"), 1, "no log has an entry of case c-none"),
        (("--case", "c-none", "--follow"), 1, "no log has an entry of case c-none"),
        (("--diff", "--archive", "x"), 2, "an archive has none"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_help(
    app: typer.Typer, place: Place, words: tuple[str, ...], code: int, told: str
) -> None:
    result = run(app, "audit", "replay", "--home", str(place.folder), *words)

    assert told in result.stderr
    assert result.exit_code == code
