"""``staffel keys``: the operator rotates keys of a home, tries it dry, and is told what is owed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.chassis.erasures import Erasure
from services.chassis.keyring import Keyring, create_keyring, load_master_key
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


def rotate(home: Home, *words: str) -> Ran:
    environment = clean_environment(home.folder)
    return staffel(
        *("keys", "rotate", "master", "--home", str(home.folder)), *words, environment=environment
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
