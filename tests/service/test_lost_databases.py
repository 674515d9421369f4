"""A home that lost a part of itself is told so by name; nothing is made anew in its place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.platform.checks import Level, Look, databases, keys, run
from services.platform.home import Home, NoHome
from services.platform.installation import Installation
from services.platform.preparing import prepare_databases
from tests.service.test_replay import a_spring
from tests.support.cli import whole_command_line
from tests.support.homely import NAMES, house_at_home


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived-in") / "home"
    with house_at_home(folder, "2025-01-07") as (home, house):
        a_spring(house)
        for name in NAMES:  # as audit does while the platform runs
            (home.archive / "logs" / name).mkdir(parents=True)
    return folder


@pytest.fixture
def home(lived_in: Path, tmp_path: Path) -> Home:
    return Home.load(Path(shutil.copytree(lived_in, tmp_path / "home")))


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return whole_command_line()


def lose(home: Home, name: str) -> Path:
    """Remove a database; gives where it was."""
    for path in (home.folder / "db").glob(f"{name}.sqlite*"):
        path.unlink()
    return home.folder / "db" / f"{name}.sqlite"


def failing(home: Home) -> Iterator[tuple[str, str, str | None]]:
    """What the doctor says of the databases and the keyring that is not well."""
    for line in run(Look(Installation(home)), (databases.schemas, keys.keyring)):
        if line.level is Level.FAIL:
            yield line.check, line.text, line.runbook


def test_a_whole_home_is_prepared_and_well(home: Home) -> None:
    prepare_databases(home)

    assert [*failing(home)] == []


@pytest.mark.parametrize("name", [*NAMES, "keyring"])
def test_a_lost_database_is_named_and_none_is_made_in_its_place(home: Home, name: str) -> None:
    lost = lose(home, name)

    with pytest.raises(NoHome, match=rf"{lost} is lost.*staffel restore latest --service {name}"):
        prepare_databases(home)

    assert not lost.exists()


@pytest.mark.parametrize("name", ["casework", "keyring"])
def test_the_doctor_names_a_lost_database_and_makes_none(home: Home, name: str) -> None:
    lost = lose(home, name)

    [(check, told, page)] = failing(home)

    assert check.removeprefix("database.") == name
    assert (str(lost) in told, page) == (True, "restore")
    assert not lost.exists()


def test_an_empty_keyring_opens_nothing_and_is_not_taken_for_erasures(home: Home) -> None:
    fresh = Home.create(home.folder.with_name("fresh"), passing=True)
    shutil.copy(home.master_key, fresh.master_key)
    prepare_databases(fresh)
    shutil.copy(fresh.folder / "db" / "keyring.sqlite", lose(home, "keyring"))

    with pytest.raises(NoHome, match=r"keyring\.sqlite is lost"):
        prepare_databases(home)

    assert [(check, page) for check, _, page in failing(home)] == [("keyring", "restore")]


def test_a_home_that_nobody_has_used_yet_is_prepared_however_far_that_came(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", passing=True)
    prepare_databases(home)
    lose(home, "casework")
    lose(home, "keyring")

    prepare_databases(home)

    assert [*failing(home)] == []


@pytest.mark.parametrize(
    ("words", "code"), [(("rebuild", "casework", "--check"), 1), (("upgrade", "check"), 2)]
)
def test_a_verb_that_changes_nothing_makes_no_database(
    app: typer.Typer, home: Home, words: tuple[str, ...], code: int
) -> None:
    lost = lose(home, "casework")

    ran = CliRunner().invoke(app, [*words, "--home", str(home.folder)])

    assert (ran.exit_code, lost.exists()) == (code, False)
    assert str(lost) in ran.output.replace("\n", "")


def test_what_sqlite_cannot_open_is_named(app: typer.Typer, home: Home) -> None:
    place = lose(home, "casework")
    place.mkdir()

    ran = CliRunner().invoke(app, ["rebuild", "casework", "--check", "--home", str(home.folder)])

    assert ran.stderr == f"staffel: database: {place}: unable to open database file\n"
