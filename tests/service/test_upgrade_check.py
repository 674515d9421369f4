"""Before an upgrade it is said whether it may begin, and by what it is blocked; nothing changes."""

import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from packaging.version import Version
from typer.testing import CliRunner

from services.platform import upgrading
from services.platform.checks import Look
from services.platform.home import Home
from services.platform.installation import Installation
from services.platform.support import bundle, clean, settings
from services.platform.upgrading import Verdict, judge, upgrade_app
from tests.support.cli import typer_app
from tests.support.golden import restored

OWN = Version("0.1.0")


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home at rest, made once."""
    return restored(tmp_path_factory.mktemp("golden") / "home").folder


@pytest.fixture
def home(golden: Path, tmp_path: Path) -> Home:
    """A copy of it, to be spoilt."""
    return Home.load(Path(shutil.copytree(golden, tmp_path / "home")))


def judged(home: Home, to: str = "0.1.0") -> Verdict:
    return judge(Look(Installation(home)), OWN, Version(to))


def blockers(verdict: Verdict) -> set[str]:
    return {line.check for line in verdict.lines if line.level}


def test_a_well_kept_installation_may_go_on(home: Home) -> None:
    verdict = judged(home)

    assert (verdict.verdict, verdict.code) == ("ok", 0), verdict.lines


def test_a_version_that_cannot_be_skipped_is_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "STOPS", ("0.0.9", "0.4.0", "0.7.0"))

    assert judged(home, "0.9.0")[:2] == ("via", "0.4.0")
    assert judged(home, "0.3.0")[:2] == ("ok", None)
    assert judged(home, "0.4.0")[:2] == ("ok", None)


def test_going_back_is_no_upgrade(home: Home) -> None:
    verdict = judged(home, "0.0.1")

    assert verdict.verdict == "blocked"
    assert blockers(verdict) == {"version"}


def test_what_is_parked_and_a_database_of_a_newer_version_block(home: Home) -> None:
    with closing(sqlite3.connect(home.folder / "db" / "notify.sqlite")) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    with closing(sqlite3.connect(home.folder / "db" / "casework.sqlite")) as conn, conn:
        row = ("intake/1", 0, "c", "broken", "KeyError", "decider.py:1", 1, b"", 0)
        conn.execute("INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    verdict = judged(home)

    assert verdict.verdict == "blocked"
    assert blockers(verdict) == {"migration.notify", "parked.casework"}


def test_the_verb_says_it_and_what_is_no_version(home: Home) -> None:
    words = ["check", "--home", str(home.folder)]

    well = CliRunner().invoke(upgrade_app, words)
    wrong = CliRunner().invoke(upgrade_app, [*words, "--to", "next"])

    assert well.exit_code == 0, well.output
    assert ": ok" in well.output
    assert wrong.exit_code == 2
    assert "'next' is no version" in wrong.output


def test_the_bundle_for_support_is_listed_first_and_written_only_if_wanted(
    home: Home, tmp_path: Path
) -> None:
    app, out = typer_app(bundle), tmp_path / "support.tar.gz"
    words = ["--out", str(out), "--home", str(home.folder)]

    refused = CliRunner().invoke(app, words, input="n\n")
    assert not out.exists()
    written = CliRunner().invoke(app, [*words, "--yes"])

    assert refused.exit_code == 1
    assert "settings.json" in refused.output
    assert written.exit_code == 0, written.output
    assert out.stat().st_mode & 0o077 == 0
    with tarfile.open(out) as tar:
        assert "staffel-support/doctor.json" in tar.getnames()


def test_secrets_and_addresses_are_taken_out_of_texts(home: Home) -> None:
    word = home.config.service_passwords["ops"]
    url = "postgresql+psycopg://user:hidden@db/staffel"
    told = clean(f"{word} at {url}, mail to it@district.example", home)
    shown = settings(home.config.model_copy(update={"database": url}))

    assert told == "(set) at postgresql+psycopg://user:(set)@db/staffel, mail to (mail)"
    assert shown["database"] == "postgresql+psycopg://user:(set)@db/staffel"
    assert set(shown["agency_passwords"].values()) == {"(set)"}
