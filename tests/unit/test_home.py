"""A home keeps its secrets to itself, and says what is wrong with its files."""

import json
import os
import resource
from multiprocessing import get_context
from pathlib import Path

import pytest
import typer

from services.chassis.agencies import UnreadableDirectory
from services.chassis.store.database import open_database
from services.platform.config import PROCESSES, SERVICES
from services.platform.home import Home, NoHome
from services.platform.running import take_mail_server
from staffel_contracts.tlog.keys import read_skey
from staffel_contracts.tlog.policy import read_policy


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home")


def settings(home: Home) -> Path:
    return home.folder / "staffel.json"


def test_secrets_are_for_their_owner_alone(home: Home) -> None:
    secrets = [settings(home), home.folder / "master.key", *(home.folder / "keys").iterdir()]

    assert {p.stat().st_mode & 0o777 for p in secrets} == {0o600}
    assert len(secrets) == 2 + len(SERVICES)
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_the_directory_of_agencies_holds_hashes_and_no_token(home: Home) -> None:
    text = (home.folder / "agencies.json").read_text()

    assert not [token for token in home.config.agency_passwords.values() if token in text]


def test_an_agency_is_known_by_its_token(home: Home) -> None:
    token = home.config.agency_passwords["jobcenter-12069"]

    found = home.agencies().by_token(token)

    assert found is not None
    assert found.id == "jobcenter-12069"


def test_a_home_is_opened_as_it_was_made(home: Home) -> None:
    assert Home.open(home.folder, database="postgresql://other").config == home.config


def test_a_home_that_lost_its_settings_keeps_its_master_key(home: Home) -> None:
    key = (home.folder / "master.key").read_text()
    settings(home).unlink()

    Home.open(home.folder)

    assert (home.folder / "master.key").read_text() == key


@pytest.mark.parametrize("left", ["db/intake.sqlite", "archive/logs/intake/checkpoint"])
def test_a_home_in_use_that_lost_its_settings_is_not_made_anew(home: Home, left: str) -> None:
    (home.folder / left).parent.mkdir(parents=True, exist_ok=True)
    (home.folder / left).touch()
    settings(home).unlink()
    home.agencies_file.write_text("[]")

    with pytest.raises(NoHome, match=r"staffel\.json is lost.*deploy/runbooks/restore\.md"):
        Home.open(home.folder)

    assert home.agencies_file.read_text() == "[]"
    assert not settings(home).exists()


def begin_with_little_room(folder: Path, most_bytes: int) -> None:
    """Fail as on a full disk; run in a process of its own, which ends with 3."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))
    try:
        Home.create(folder)
    except OSError:
        os._exit(3)


@pytest.mark.parametrize("most_bytes", [20, 66, 300])
def test_a_home_that_was_begun_on_a_full_disk_is_made_once_there_is_room(
    tmp_path: Path, most_bytes: int
) -> None:
    begun = get_context("fork").Process(target=begin_with_little_room, args=(tmp_path, most_bytes))
    begun.start()
    begun.join()
    assert begun.exitcode == 3

    home = Home.open(tmp_path)

    assert len(bytes.fromhex(home.master_key.read_text())) == 32
    keys = [read_skey(home.log_key(name).read_text().strip()).verifier for name in SERVICES]
    assert read_policy(home.policy.read_bytes()).logs == tuple(keys)


def test_a_folder_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(NoHome, match=r"is no home: no staffel\.json; `staffel up"):
        Home.load(tmp_path)


def test_settings_that_are_no_file_cannot_be_read(home: Home) -> None:
    settings(home).unlink()
    settings(home).mkdir()

    with pytest.raises(NoHome, match=r"staffel\.json cannot be read"):
        Home.load(home.folder)


@pytest.mark.parametrize("field", ["ports", "service_passwords"])
def test_settings_without_a_service_name_it(home: Home, field: str) -> None:
    found = json.loads(settings(home).read_text())
    del found[field]["casework"]
    settings(home).write_text(json.dumps(found))

    with pytest.raises(NoHome, match=rf"staffel\.json: .*{field}: casework missing"):
        Home.load(home.folder)


def test_broken_settings_are_named_without_what_they_hold(home: Home) -> None:
    settings(home).write_text('{"nats_port": "canary", "ports": {')
    with pytest.raises(NoHome, match=r"staffel\.json: ") as no_json:
        Home.load(home.folder)
    settings(home).write_text('{"nats_port": "canary"}')
    with pytest.raises(NoHome, match=r"nats_port: Input should be a valid integer") as wrong:
        Home.load(home.folder)

    assert "canary" not in f"{no_json.value}{wrong.value}"


@pytest.mark.parametrize("text", ["[{", '[{"id": "x"}]', "{}", None])
def test_an_unreadable_directory_of_agencies_is_named(home: Home, text: str | None) -> None:
    path = home.folder / "agencies.json"
    path.unlink()
    if text is not None:
        path.write_text(text)

    with pytest.raises(UnreadableDirectory, match=r"agencies\.json"):
        home.agencies()


def test_every_service_gets_ports_and_databases_of_its_own(home: Home) -> None:
    assert len(set(home.config.ports.values())) == len(PROCESSES)
    assert len({home.database_url(name) for name in (*SERVICES, "keyring")}) == len(SERVICES) + 1


def test_audit_is_given_no_key_and_no_database(home: Home) -> None:
    given = {name for name in home.environment("audit") if name.startswith("STAFFEL_")}

    assert given == {
        f"STAFFEL_{name}" for name in ("ARCHIVE", "POLICY", "NATS_URL", "NATS_LOGIN", "HTTP_PORT")
    }


def test_a_home_trusts_the_keys_that_sign_its_own_logs(home: Home) -> None:
    policy = read_policy(home.policy.read_bytes())

    assert [key.name for key in policy.logs] == [f"staffel.example/{name}" for name in SERVICES]
    assert policy.logs == tuple(
        read_skey(home.log_key(name).read_text()).verifier for name in SERVICES
    )


def test_a_policy_with_witnesses_of_ones_own_is_kept(home: Home) -> None:
    home.policy.write_text("quorum none\n")
    home.log_key("casework").unlink()

    home.make_log_keys()

    assert home.policy.read_text() == "quorum none\n"
    assert home.log_key("casework").exists()


@pytest.mark.parametrize("name", ["Härtefall 100%", "%41", "what?", "no #1"])
def test_a_home_may_be_called_what_its_owner_likes(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    home = Home.create(folder)

    engine = open_database(home.database_url("intake"))
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE there (id INTEGER)")
    engine.dispose()

    assert (folder / "db" / "intake.sqlite").is_file()


def test_a_mail_server_is_taken_by_a_home_that_has_none_and_by_one_that_has(home: Home) -> None:
    take_mail_server(home, "smtp://mail.example:25")
    take_mail_server(home, "smtps://mail.example:465")

    assert Home.load(home.folder).config.smtp_url == "smtps://mail.example:465"


def test_a_mail_server_that_none_can_be_is_refused_and_changes_nothing(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        take_mail_server(home, "mail.example:25")

    assert "smtp://host:port or smtps://user:password@host:port" in capsys.readouterr().err
    assert Home.load(home.folder).config == home.config
