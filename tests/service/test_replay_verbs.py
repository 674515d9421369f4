"""`staffel audit replay` on a home, as the documentation has it."""

import json
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
import typer
from typer.testing import CliRunner

from services.audit.archive import Archive
from services.platform.home import Home
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
from staffel_contracts.tlog.tree import root_at
from tests.service.test_replay import a_spring
from tests.support.cli import whole_command_line
from tests.support.homely import NAMES, archive_at_home, house_at_home
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
    archive_at_home(home, place.house)
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

    assert done.exit_code == 2, done.output
    assert not (tmp_path / out).exists()


@pytest.mark.parametrize("there", ["nothing", "another platform's"])
def test_an_archive_that_is_not_this_platform_s_is_no_answer(
    app: typer.Typer, archived: Home, there: str, tmp_path: Path
) -> None:
    if there != "nothing":
        with house_at_home(tmp_path, "2025-01-07") as (other, house):
            a_spring(house)
            archive_at_home(other, house)

    archive = ("--archive", str(tmp_path / "archive"), "--home", str(archived.folder))
    result = run(app, "audit", "replay", "--at", "2025-04-07", *archive)

    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path / "archive") in result.stderr


def test_what_an_auditor_holds_is_proven_to_be_continued(
    app: typer.Typer, place: Place, archived: Home, tmp_path: Path
) -> None:
    export = ("audit", "export", "--home", str(archived.folder), "--out")
    assert run(app, *export, str(tmp_path / "held")).exit_code == 0

    more = ("--case", place.case, "--since", str(tmp_path / "held"))
    done = run(app, *export, str(tmp_path / "new"), *more)

    assert done.exit_code == 0, done.output
    with ZipFile(tmp_path / "new") as bundle:
        assert {f"log/{name}/consistency" for name in NAMES} <= set(bundle.namelist())


@pytest.mark.parametrize(
    ("origin", "more", "told"),
    [
        ("other.example/intake", 0, "no log other.example/intake is archived here"),
        ("test/intake", 1, "entries of test/intake were seen before, and only"),
        ("test/intake", -1, "are not those seen before"),
    ],
)
def test_what_is_none_of_this_archive_is_not_passed_over(
    archived: Home, tmp_path: Path, origin: str, more: int, told: str
) -> None:
    log = Archive(archived.archive).log("intake")
    held = Checkpoint(origin, log.size() + more, root_at(log.node, log.size()))
    (tmp_path / "held").write_bytes(sign_checkpoint(held, new_key(origin, Kind.NOTE)).encode())

    words = ("--since", str(tmp_path / "held"), "--home", str(archived.folder))
    done = run(whole_command_line(), "audit", "export", "--out", str(tmp_path / "new"), *words)

    assert (done.exit_code, told in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--follow",), 2, "are about a --case"),
        (("--known-at", "2025-05-10", "--case", "c"), 2, "goes with --valid-on"),
        (("--at", "12"), 2, "name it with --service"),
        (("--at", "yesterday"), 2, "is no moment"),
        (("--at", "99999", "--service", "intake"), 2, "intake has no entry 99999"),
        (
            ("--at", "99999", "--service", "intake", "--case", "c-none", "--follow"),
            2,
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
