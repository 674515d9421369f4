"""What an operator gets wrong is told in one sentence, and leaves everything as it was."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.platform.home import Home
from tests.support.cli import whole_command_line

ADD = "agency add {} --kind jobcenter --district 14713 --name Beispiel"
VERBS = (
    "agency list",
    "agency refresh",
    "agency rotate jobcenter-12069",
    "keys rotate nats casework",
    "keys rotate signing intake",
    "keys rotate master",
    "backup create",
    "backup verify",
    "erase somebody --ground requested",
    "parked list",
    "maintenance on --reason upgrade",
)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return whole_command_line()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that nobody has started yet: there is no database and no server."""
    return Home.create(tmp_path_factory.mktemp("made") / "home", passing=True).folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def kept(folder: Path) -> dict[str, bytes]:
    """All that stands in a folder but locks."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def told(app: typer.Typer, folder: Path, line: str) -> tuple[int, str]:
    """How a command line ends on a home, and what it says; nothing there may have changed."""
    before = kept(folder)

    ran = CliRunner().invoke(app, [*line.split(), "--home", str(folder)])

    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert kept(folder) == before
    return ran.exit_code, ran.stderr


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (ADD.format("a.b"), 2, "'a.b' cannot be an agency's id"),
        (ADD.format("x/../../y"), 2, "cannot be an agency's id"),
        (ADD.format("PLATFORM"), 2, "cannot be an agency's id"),
        (ADD.format("casework"), 2, "no name of a service"),
        (ADD.format("ops"), 2, "no name of a service"),
        (ADD.format("jobcenter-14713") + " --since 2026-99-99", 2, "--since: '2026-99-99'"),
        (ADD.format("jobcenter-14713").replace("14713 ", "147 "), 2, "district: "),
        (ADD.format("jobcenter-12069"), 1, "is there already"),
        ("agency rotate nobody --dry-run", 1, "there is no agency nobody"),
        ("agency disable nobody --dry-run", 1, "there is no agency nobody"),
        ("agency disable nobody", 1, "there is no agency nobody"),
        ("agency rotate jobcenter-12069 --overlap 99999999999999", 2, "--overlap"),
        ("agency rotate jobcenter-12069 --out {home}", 2, "is a directory"),
        ("agency rotate jobcenter-12069 --out {home}/staffel.json/x", 1, "nothing was changed"),
        ("keys rotate master --if-due --within 99999999999999", 2, "--within"),
        ("keys rotate nats nobody", 2, "'nobody' is none of"),
        ("keys rotate certificates", 1, "nothing speaks TLS"),
        ("backup create", 2, "no such database"),
        ("backup verify nothing", 1, "holds no backup nothing"),
        ("erase somebody --ground requested", 1, "no such database"),
        ("parked list", 1, "notify does not answer"),
    ],
)
def test_a_wrong_command_is_told_and_changes_nothing(
    app: typer.Typer, folder: Path, line: str, code: int, says: str
) -> None:
    ended, said = told(app, folder, line.format(home=folder))

    assert ended == code
    assert says in said
    assert code == 2 or len(said.splitlines()) == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (None, "is no home"),
        ("", "damaged or cut short; the last backup holds it"),
        ('{"origin": "staffel.exam', "damaged or cut short"),
        ("newer", "later: Extra inputs are not permitted; is it of a newer version of Staffel?"),
    ],
)
def test_a_home_that_is_none_is_told_by_every_verb(
    app: typer.Typer, folder: Path, verb: str, settings: str | None, says: str
) -> None:
    path = folder / "staffel.json"
    if settings == "newer":
        path.write_text(json.dumps(json.loads(path.read_bytes()) | {"later": 1}))
    elif settings is None:
        path.unlink()
    else:
        path.write_text(settings)

    ended, said = told(app, folder, verb)

    assert ended == 1
    assert says in said
    assert len(said.splitlines()) == 1
