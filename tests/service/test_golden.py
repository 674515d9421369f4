"""What released versions have backed up can be restored with this one, on either database.

A golden backup that does not restore any more means that a migration is missing. Only before the
first release may it be made anew: ``python -m tests.support.golden``.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.chassis.keys.master_keys import MasterKeys
from services.chassis.store.database import open_database, reading
from services.chassis.store.log import HEAD
from services.chassis.store.migrate import migrate, pending
from services.intake.tables import PersonRow
from services.platform.backup import making_home
from services.platform.backup.making_home import make_home
from services.platform.backup.restore import restore
from services.platform.backup.rows import Broken, load
from services.platform.backup.sealed import open_secrets
from services.platform.backup.verify import faults, find, unpacked
from services.platform.config import SERVICES
from services.platform.folding import check_service
from services.platform.home import Home, NoHome
from services.platform.installation import KEYRING, Installation
from services.platform.preparing import prepare_databases
from tests.support.golden import FOLDER, PERSONS
from tests.support.postgres import Postgres

VERSIONS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Where databases are: in the home, or on PostgreSQL."""
    if request.param == "sqlite":
        return None
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create_database()


@pytest.mark.parametrize("golden", VERSIONS, ids=lambda path: path.name)
def test_a_backup_of_a_released_version_restores_and_folds(
    golden: Path, url: str | None, tmp_path: Path
) -> None:
    with unpacked(find(golden, "latest")) as backup:
        assert list(faults(backup)) == []
        made = make_home(backup, tmp_path / "home", golden / "master.key")
        at = Installation(Home(made.folder, made.config.model_copy(update={"database": url})))

        done = restore(backup, at, (*SERVICES, KEYRING), alone=True)

        assert done.logs == {name: log.size for name, log in backup.manifest.logs.items()}
    assert [pending(name, at.databases[name]) for name in SERVICES] == [[]] * len(SERVICES)
    person = PersonRow.__table__  # type: ignore[attr-defined]
    with reading(at.databases["intake"]) as conn:
        assert conn.scalar(select(func.count()).select_from(person)) == PERSONS


@pytest.mark.parametrize("golden", VERSIONS, ids=lambda path: path.name)
def test_a_database_of_a_released_version_is_folded_anew_when_it_is_migrated(
    golden: Path, tmp_path: Path
) -> None:
    with unpacked(find(golden, "latest")) as backup:
        home = make_home(backup, tmp_path / "home", golden / "master.key")
        restore(backup, Installation(home), [KEYRING], alone=True)
        for name, log in backup.manifest.logs.items():
            migrate(name, home.database_url(name), log.revision)
            with open_database(home.database_url(name)).begin() as conn:
                load(conn, backup.data / name, lambda _: None)
                conn.execute(HEAD.update().values(holder=None, lease_until=None))

    prepare_databases(home)

    assert [check_service(home, name)[0] for name in SERVICES] == [[]] * len(SERVICES)


def test_a_home_that_was_broken_off_as_it_was_made_is_made_whole_the_next_time(
    tmp_path: Path,
) -> None:
    home, obstacle = tmp_path / "home", tmp_path / "home" / "policy"
    obstacle.mkdir(parents=True)
    with unpacked(find(VERSIONS[-1], "latest")) as backup:
        with pytest.raises(IsADirectoryError):
            make_home(backup, home, VERSIONS[-1] / "master.key")
        assert not (home / "staffel.json").exists()
        obstacle.rmdir()

        made = make_home(backup, home, VERSIONS[-1] / "master.key")

    assert made.policy.read_bytes()
    assert list(made.agencies())
    assert Home.load(home).config == made.config


def test_settings_of_a_newer_version_are_told_and_make_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def newer(keys: Path, master: MasterKeys) -> dict[str, bytes]:
        secrets = open_secrets(keys, master)
        settings = json.loads(secrets["staffel.json"]) | {"not_known_yet": 1}
        return secrets | {"staffel.json": json.dumps(settings).encode()}

    monkeypatch.setattr(making_home, "open_secrets", newer)
    with (
        unpacked(find(VERSIONS[-1], "latest")) as backup,
        pytest.raises(Broken, match=r"not_known_yet.*newer version"),
    ):
        make_home(backup, tmp_path / "home", VERSIONS[-1] / "master.key")

    assert not (tmp_path / "home").exists()


def test_a_home_that_lost_its_databases_is_told_and_restored_into(tmp_path: Path) -> None:
    with unpacked(find(VERSIONS[-1], "latest")) as backup:
        home = make_home(backup, tmp_path / "home", VERSIONS[-1] / "master.key")
        (home.folder / "db").rmdir()
        with pytest.raises(NoHome, match="db is lost"):
            prepare_databases(home)

        again = make_home(backup, tmp_path / "home", VERSIONS[-1] / "master.key")

    prepare_databases(again)
    assert check_service(again, "intake")[0] == []


def test_what_is_still_to_be_migrated_is_told(database: str) -> None:
    steps = pending("casework", database)
    migrate("casework", database)

    assert steps[0] == "0001"
    assert pending("casework", database) == []


def test_there_is_a_golden_backup() -> None:
    assert VERSIONS
