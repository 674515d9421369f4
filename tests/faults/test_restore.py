"""Everything is destroyed and restored: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData
from typer.testing import CliRunner

from services.chassis.store.database import open_database
from services.platform.backup.command import backup_app
from services.platform.backup.command import restore as restore_verb
from services.platform.checks import Level, Look, run
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.installation import Installation
from services.platform.up import Platform
from tests.support.cli import typer_app
from tests.support.load import archived, at_rest, audited, faults, loaded, running, watched
from tests.support.postgres import Postgres

RESTORE = typer_app(restore_verb)


def said(*words: str, code: int = 0) -> dict[str, Any]:
    """Run a verb of backups that answers in JSON."""
    app = RESTORE if words[0] == "restore" else backup_app
    words = words[1:] if app is RESTORE else words
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exit_code == code, (words, ran.output, ran.exception)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def each(services: Iterable[str]) -> list[str]:
    """The options that name services."""
    return [word for name in services for word in ("--service", name)]


def refused(*words: str) -> str:
    """Run ``restore``, which must refuse; gives what it said."""
    ran = CliRunner().invoke(RESTORE, list(words))
    assert ran.exit_code == 1, (ran.output, ran.exception)
    return ran.stderr


def destroy(home: Home, *names: str) -> None:
    """Take databases away, as a lost disk does."""
    for name in names:
        engine = open_database(home.database_url(name))
        with engine.begin() as conn:
            metadata = MetaData()
            metadata.reflect(conn)
            metadata.drop_all(conn)
        engine.dispose()
        for path in (home.folder / "db").glob(f"{name}.sqlite*"):
            path.unlink()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Where databases are: in the home, or on PostgreSQL."""
    if request.param == "sqlite":
        return None
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create_database()


async def test_a_backup_made_under_load_and_the_stream_give_everything_back(
    tmp_path: Path, url: str | None
) -> None:
    home = tmp_path / "home"
    async with running(tmp_path, url) as platform:
        async with loaded(platform) as load:
            made = await asyncio.to_thread(said, "create", "--home", str(home))
            await load.more()
        await at_rest(platform)
        tried = await asyncio.to_thread(said, "drill", "--home", str(home))
    destroy(platform.home, *SERVICES)
    shutil.rmtree(home / "archive")

    done = await asyncio.to_thread(said, "restore", *each(SERVICES), "--home", str(home))

    assert done["lost"] == []
    assert min(done["filled"].values()) > 0
    assert tried["logs"] == made["logs"]
    async with Platform(platform.home, log_files=True) as again, watched(again):
        await at_rest(again)
        assert await faults(again, load) == {}


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A home at rest with a backup of everything and an older one, and what was acknowledged."""
    return asyncio.run(_two_backups(tmp_path_factory.mktemp("backed-up")))


async def _two_backups(folder: Path) -> tuple[Path, dict[str, list[str]]]:
    async with running(folder) as platform:
        home = str(platform.home.folder)
        async with loaded(platform) as load:
            await asyncio.to_thread(said, "create", "--home", home)
            await load.more()
        await at_rest(platform)
        await archived(platform)
        assert "answers at" in await asyncio.to_thread(_refused_live, platform.home)
        await asyncio.to_thread(said, "create", "--home", home)
    return platform.home.folder, load.answers


def _refused_live(home: Home) -> str:
    """Ask in another folder: here the lock of the platform would refuse already."""
    other = Home(home.folder.parent / "other", home.config)
    shutil.copytree(home.folder / "keys", other.folder / "keys")
    for name in ("staffel.json", "master.key", "agencies.json", "policy"):
        shutil.copy(home.folder / name, other.folder / name)
    return refused("--home", str(other.folder), "--from", str(home.folder / "backups"))


@pytest.fixture
def home(at_home: tuple[Path, dict[str, list[str]]], tmp_path: Path) -> Home:
    """A copy of that home."""
    return Home.load(Path(shutil.copytree(at_home[0], tmp_path / "home")))


def names(home: Home) -> list[str]:
    found = said("list", "--home", str(home.folder))
    return [row["name"] for row in found["backups"]]


async def test_everything_lost_but_backup_and_master_key_comes_back_elsewhere(
    home: Home, at_home: tuple[Path, dict[str, list[str]]], tmp_path: Path
) -> None:
    safe, new = tmp_path / "safe", tmp_path / "new"
    shutil.copytree(home.folder / "backups", safe)
    shutil.copy(home.folder / "master.key", tmp_path / "paper")
    shutil.rmtree(home.folder)
    words = ("--from", str(safe), "--master-key", str(tmp_path / "paper"), "--home", str(new))

    planned = await asyncio.to_thread(said, "restore", *words, "--dry-run")
    assert not new.exists()
    await asyncio.to_thread(said, "restore", *words)

    said_by_intake = {entry for entries in at_home[1].values() for entry in entries}
    assert planned["logs"]["intake"] == len(said_by_intake)
    async with Platform(Home.load(new), log_files=True) as platform:
        await at_rest(platform)
        await audited(platform)
        lines = await asyncio.to_thread(lambda: list(run(Look(Installation(platform.home)))))
    assert [line for line in lines if line.level is Level.FAIL] == []
    assert Home.load(new).config == home.config


def test_a_lost_service_is_filled_up_from_the_stream(home: Home) -> None:
    destroy(home, "casework")

    done = said("restore", names(home)[0], "--service", "casework", "--home", str(home.folder))

    assert done["filled"]["casework"] > 0
    assert done["lost"] == []


def test_and_from_the_archive_where_the_stream_is_lost_as_well(home: Home) -> None:
    destroy(home, "casework")
    shutil.rmtree(home.folder / "nats" / "store")

    done = said("restore", names(home)[0], "--service", "casework", "--home", str(home.folder))

    assert done["filled"]["casework"] > 0


def test_a_log_shorter_than_what_others_heard_is_refused_and_undone(home: Home) -> None:
    destroy(home, "intake")
    shutil.rmtree(home.folder / "nats" / "store")
    shutil.rmtree(home.folder / "archive")
    words = (names(home)[0], "--service", "intake", "--home", str(home.folder))

    told = refused(*words)
    left = list((home.folder / "db").glob("intake*"))
    accepted = said("restore", *words, "--accept-loss")

    assert "intake/" in told
    assert "has heard" in told
    assert left == []
    assert len(accepted["lost"]) == 1
    [line] = [o for o in run(Look(Installation(home))) if o.check == "backup.loss"]
    assert line.level is Level.WARN


def test_persons_whose_key_is_gone_are_a_loss_that_is_named(home: Home) -> None:
    destroy(home, *SERVICES, "keyring")

    told = refused(names(home)[0], "--home", str(home.folder))

    assert "entries of intake from intake/" in told
    assert "their key is gone" in told


def test_a_keyring_alone_that_is_older_than_persons_in_the_logs_is_a_loss_too(home: Home) -> None:
    destroy(home, "keyring")

    told = refused(names(home)[0], "--service", "keyring", "--home", str(home.folder))

    assert "entries of notify from notify/" in told
    assert "their key is gone" in told


def test_another_history_in_the_stream_is_a_fork(home: Home) -> None:
    destroy(home, "casework")
    _forge_last_entry(home, "casework")

    assert "is another entry in the archive" in refused(
        "--service", "casework", "--home", str(home.folder)
    )


def _forge_last_entry(home: Home, log: str) -> None:
    """Change the last line of an archive, as if another history had been archived."""
    shutil.rmtree(home.folder / "nats" / "store")
    path = max((home.folder / "archive" / "logs" / log / "entries").iterdir())
    text = path.read_bytes()
    at = text.rindex(b'"district":"12069"')
    path.write_bytes(text[:at] + b'"district":"12070"' + text[at + 18 :])


def test_nothing_is_written_over(home: Home) -> None:
    told = refused("--home", str(home.folder))

    assert "is not empty: move it away, then restore" in told
    assert (home.folder / "db" / "intake.sqlite").stat().st_size > 0


def test_a_ledger_of_erasures_that_cannot_be_read_is_named_and_nothing_restored(
    home: Home,
) -> None:
    destroy(home, "casework")
    home.erasures.write_text("no erasure\n")

    told = refused("--service", "casework", "--home", str(home.folder))

    assert "line 1: not an erasure" in told
    assert list((home.folder / "db").glob("casework*")) == []


def test_another_master_key_opens_nothing(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("ab" * 32)

    told = refused(
        "--from", str(home.folder / "backups"), "--master-key", str(tmp_path / "other"),
        "--home", str(tmp_path / "new"),
    )  # fmt: skip

    assert "the backup is of another one" in told
    assert not (tmp_path / "new").exists()


def damage(path: Path, at: float) -> None:
    """Flip one bit somewhere in a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_backup_is_noticed_and_not_restored(
    home: Home, tmp_path: Path, at: float
) -> None:
    damage(home.folder / "backups" / f"{names(home)[-1]}.tar", at)

    verified = CliRunner().invoke(backup_app, ["verify", "--home", str(home.folder)])
    told = refused("--home", str(tmp_path / "new"), "--from", str(home.folder / "backups"))

    assert verified.exit_code == 1
    assert told
    assert not (tmp_path / "new").exists()


def test_a_secret_that_is_missing_is_named_and_no_backup_that_holds_it_is_removed(
    home: Home,
) -> None:
    before = names(home)
    home.log_key("casework").unlink()

    made = said("create", "--keep", "1", "--home", str(home.folder), code=1)

    assert made["missing"] == ["keys/casework.key"]
    assert names(home) == [*before, made["name"]]


def test_a_whole_backup_verifies_and_old_ones_are_removed(home: Home) -> None:
    before = names(home)
    well = said("verify", "--home", str(home.folder))
    made = said("create", "--keep", "1", "--home", str(home.folder))

    assert well["well"] is True
    assert made["removed"] == before
    assert names(home) == [made["name"]]
    assert not list((home.folder / "backups").glob(".*"))
