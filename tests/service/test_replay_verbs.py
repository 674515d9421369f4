"""`staffel audit replay` on a home, as the documentation has it."""

import json
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from services.audit.archive import Archive
from services.platform.home import Home
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
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

    assert (tmp_path / "live").stat().st_mode & 0o777 == 0o600
    rows = (tmp_path / "live").read_bytes()
    assert rows == (tmp_path / "kept").read_bytes()
    assert b'"table":"handoff_record"' in rows


def test_a_case_is_followed_up_to_an_entry_of_one_log(app: typer.Typer, place: Place) -> None:
    command = ("audit", "replay", "--case", place.case, "--follow", "--all", "--json")
    home = ("--home", str(place.folder))
    steps = json.loads(run(app, *command, *home).output)
    entries = [step["entry"] for step in steps]
    last = next(entry for entry in reversed(entries) if entry.startswith("casework/"))
    index = int(last.rpartition("/")[2])

    up_to = run(app, *command, "--service", "casework", "--at", str(index - 1), *home)

    assert up_to.exit_code == 0, up_to.output
    shown = json.loads(up_to.output)
    assert last not in {step["entry"] for step in shown}
    assert 0 < len(shown) < len(steps)
    assert all(last not in step["effects"] for step in shown)


@pytest.fixture(scope="module")
def archived(place: Place) -> Home:
    """The home with an archive of its logs and signed checkpoints."""
    home = Home.load(place.folder)
    policy = b""
    with Archive(home.archive) as archive:
        for name in NAMES:
            wires = place.house.rooms[name].log.wires(0, 1000)
            key, log = new_key(f"test/{name}", Kind.NOTE), archive.log(name)
            log.append(wires)
            checkpoint = Checkpoint(key.name, len(wires), log.frontier.root())
            log.keep(len(wires), sign_checkpoint(checkpoint, key).encode(), "2025-05-01T00:00:00Z")
            policy += f"log {key.verifier.text()}\n".encode()
    home.policy.write_bytes(policy + b"quorum none\n")
    return home


def reads_of(app: typer.Typer, place: Place, what: str) -> Counter[tuple[str, str]]:
    """How often it stands in which service's read log, and what for."""
    seen = run(app, "audit", "who-saw", place.case, "--json", "--home", str(place.folder))
    reads = json.loads(seen.output)["reads"]
    return Counter((read["service"], read["purpose"]) for read in reads if read["what"] == what)


@pytest.mark.parametrize(
    "words",
    [
        "export --out all.bundle",
        "export --out a.bundle --case CASE",
        "table --out all.duckdb",
        "table --ask 'SELECT data FROM entry'",
    ],
)
def test_whoever_takes_the_keys_along_reads_everything(
    app: typer.Typer, place: Place, archived: Home, words: str, tmp_path: Path
) -> None:
    line = words.replace("CASE", place.case).replace("--out ", f"--out {tmp_path}/")
    command = ("audit", *shlex.split(line), "--home", str(archived.folder))
    verb = command[1]
    before = reads_of(app, place, f"audit/{verb}")
    without = run(app, *command)
    unchanged = reads_of(app, place, f"audit/{verb}")

    keyed = run(app, *command, "--force", "--with-keys", "--purpose", "supervision")

    assert (without.exit_code, keyed.exit_code) == (0, 0), keyed.output
    assert unchanged == before
    told = reads_of(app, place, f"audit/{verb}") - before
    assert told == dict.fromkeys(((name, "supervision") for name in NAMES), 1)


@pytest.mark.parametrize(("verb", "out"), [("export", "x.bundle"), ("table", "x.duckdb")])
def test_nothing_is_read_that_cannot_be_recorded(
    app: typer.Typer, archived: Home, verb: str, out: str, tmp_path: Path
) -> None:
    copy = Home.load(Path(shutil.copytree(archived.folder, tmp_path / "home")))
    Path(copy.database_url("notify").removeprefix("sqlite:///")).unlink()
    command = ("audit", verb, "--with-keys", "--home", str(copy.folder), "--out")

    done = run(app, *command, str(tmp_path / out))

    assert done.exit_code == 1, done.output
    assert not (tmp_path / out).exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--follow",), 2, "are about a --case"),
        (("--known-at", "2025-05-10", "--case", "c"), 2, "goes with --valid-on"),
        (("--at", "12"), 2, "name it with --service"),
        (("--at", "yesterday"), 2, "is no moment"),
        (("--at", "99999", "--service", "intake"), 1, "intake has no entry 99999"),
        (
            ("--at", "99999", "--service", "intake", "--case", "c-none", "--follow"),
            1,
            "intake has no entry 99999",
        ),
        (("--at", "²", "--service", "intake"), 2, "'²' is no moment"),
        (("--at", "9999-12-31"), 2, "is no moment"),
        (("--case", "c-none"), 1, "no log has an entry of case c-none"),
        (("--case", "Samira"), 1, "nobody is known as 'Samira'"),
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
