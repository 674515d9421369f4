"""``staffel keys``: the operator rotates keys of a home, tries it dry, and is told what is owed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring, create_keyring
from services.chassis.keys.master_keys import load_master_key
from services.platform.home import Home
from tests.support.cli import Ran, clean_environment, staffel


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.create(tmp_path / "home", passing=True)
    create_keyring(home.database_url("keyring"), load_master_key(home.folder / "master.key", None))
    return home


@contextmanager
def ring(home: Home) -> Iterator[Keyring]:
    keyring = Keyring(
        home.database_url("keyring"), load_master_key(home.folder / "master.key", None)
    )
    yield keyring
    keyring.close()


def rotate(home: Home, *words: str, kind: str = "master") -> Ran:
    environment = clean_environment(home.folder)
    return staffel(
        *("keys", "rotate", kind, "--home", str(home.folder)), *words, environment=environment
    )


def test_the_master_key_is_rotated_and_persons_keep_their_keys(home: Home) -> None:
    with ring(home) as keyring:
        key = keyring.keys_of(["p-1"])["p-1"]

    ran = rotate(home)

    assert (ran.code, ran.out) == (0, "epoch 1: 1 keys wrapped anew\n")
    with ring(home) as keyring:
        assert keyring.keys_of(["p-1"])["p-1"] == key


def test_tried_dry_nothing_is_rotated(home: Home) -> None:
    before = (home.folder / "master.key").read_text()

    ran = rotate(home, "--dry-run", "--json")

    assert ran.json == {"rotated": False, "owed_since": None, "would_rotate": True}
    assert (home.folder / "master.key").read_text() == before


def test_a_rotation_that_is_not_due_yet_is_left_for_later(home: Home) -> None:
    with ring(home) as keyring:
        key = keyring.keys_of(["p-1"])["p-1"]
        keyring.destroy([Erasure(key.key_id, "p-1", "c-1", "{}")])

    early, late = rotate(home, "--if-due", "--json"), rotate(home, "--if-due", "--within", "0")

    assert not early.json["rotated"]
    assert early.json["owed_since"]
    assert late.out.startswith("epoch 1")


def test_a_master_key_of_another_keyring_is_refused(home: Home) -> None:
    (home.folder / "master.key").write_text("ab" * 32)

    ran = rotate(home)

    assert ran.code == 1
    assert "does not open this keyring" in ran.err
    assert "ab" * 32 not in ran.err + ran.out
    assert (home.folder / "master.key").read_text() == "ab" * 32


def test_where_nothing_runs_a_new_login_is_there_for_the_next_start(home: Home) -> None:
    ran = rotate(home, "casework", "--json", kind="nats")

    found = Home.load(home.folder)
    assert ran.json == {"exchanged": ["casework"], "behind": []}
    assert found.config.service_passwords["casework"] != home.config.service_passwords["casework"]
    assert found.login_file("casework").read_text() == ":".join(
        found.config.service_login("casework")
    )
    assert len(found.config.service_logins("casework")) == 1


def test_only_a_login_and_a_log_that_there_are_can_be_named(home: Home) -> None:
    strange = [rotate(home, "nobody", kind=kind) for kind in ("nats", "signing")]

    assert [ran.code for ran in strange] == [2, 2]
    assert all("'nobody' is none of" in ran.err for ran in strange)


def test_tried_dry_no_login_and_no_key_is_exchanged(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.folder.rglob("*") if path.is_file()}

    dry = [rotate(home, "--dry-run", kind=kind) for kind in ("nats", "signing")]

    assert [ran.code for ran in dry] == [0, 0]
    assert {p: p.read_bytes() for p in home.folder.rglob("*") if p.is_file()} == before


def test_a_key_of_a_log_can_be_exchanged_while_nothing_runs(home: Home) -> None:
    rotated = rotate(home, "intake", "--json", kind="signing")
    twice = rotate(home, "intake", kind="signing")
    ended = rotate(home, "--end", "--json", kind="signing")

    assert (rotated.json["rotated"], ended.json["ended"]) == (["intake"], ["intake"])
    assert twice.code == 1
    assert "--end" in twice.err


def test_on_one_machine_there_are_no_certificates(home: Home) -> None:
    ran = rotate(home, kind="certificates")

    assert ran.code == 1
    assert "nothing speaks TLS" in ran.err
