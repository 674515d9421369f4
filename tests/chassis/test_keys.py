"""Sealed data and the keys of persons."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from services.chassis.keys import keyring
from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring, create_keyring
from services.chassis.keys.master_keys import WrongMasterKey, load_master_key
from staffel_contracts.sealing import Unsealable, bound, seal, unseal

KEY = b"k" * 32
ASSOCIATED = bound("toy/1", "visited.v1", "a", "key-1")


@given(st.binary(max_size=500))
def test_sealed_data_opens_with_its_key(plaintext: bytes) -> None:
    sealed = seal(KEY, "toy/1", plaintext, ASSOCIATED)

    assert unseal(KEY, "toy/1", sealed.data, ASSOCIATED, sealed.commitment) == plaintext


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    sealed = seal(KEY, "toy/1", b"some data", ASSOCIATED)
    data = bytearray(sealed.data)
    data[place % len(data)] ^= change

    with pytest.raises(Unsealable, match="toy/1: the data was changed"):
        unseal(KEY, "toy/1", bytes(data), ASSOCIATED, sealed.commitment)


@pytest.mark.parametrize(
    ("key", "entry_id", "associated"),
    [
        (b"x" * 32, "toy/1", ASSOCIATED),
        (KEY, "toy/2", ASSOCIATED),
        (KEY, "toy/1", bound("toy/1", "visited.v1", "b", "key-1")),
    ],
)
def test_another_key_entry_or_case_does_not_open_it(
    key: bytes, entry_id: str, associated: bytes
) -> None:
    sealed = seal(KEY, "toy/1", b"some data", ASSOCIATED)

    with pytest.raises(Unsealable):
        unseal(key, entry_id, sealed.data, associated, sealed.commitment)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=80))
def test_an_entrys_key_and_commitment_are_what_a_library_derives(key: bytes, entry_id: str) -> None:
    sealed = seal(key, entry_id, b"some data", ASSOCIATED)

    derived = HKDFExpand(SHA256(), 64, f"staffel/v1/entry/{entry_id}".encode()).derive(key)
    nonce, ciphertext = sealed.data[:12], sealed.data[12:]
    assert AESGCM(derived[:32]).decrypt(nonce, ciphertext, ASSOCIATED) == b"some data"
    assert sealed.commitment == sha256(b"staffel/v1/commitment" + derived[32:]).hexdigest()


def test_too_short_data_is_noticed() -> None:
    sealed = seal(KEY, "toy/1", b"", ASSOCIATED)

    with pytest.raises(Unsealable):
        unseal(KEY, "toy/1", b"short", ASSOCIATED, sealed.commitment)


def test_a_person_keeps_one_key(database: str) -> None:
    create_keyring(database, KEY)
    first, second = Keyring(database, KEY), Keyring(database, KEY)

    key = first.keys_of(["p-1"])["p-1"]

    assert second.keys_of(["p-1", "p-2"])["p-1"] == key
    assert second.keys_by_id([key.key_id])[key.key_id].owner == "p-1"
    first.close()
    second.close()


def test_processes_that_make_keys_at_once_agree(database: str) -> None:
    create_keyring(database, KEY)
    program = (
        "import sys\n"
        "from services.chassis.keys.keyring import Keyring\n"
        f"ring = Keyring({database!r}, {KEY!r})\n"
        "keys = ring.keys_of([f'p-{n}' for n in range(300)])\n"
        "print(sorted(key.key_id for key in keys.values()))\n"
    )

    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(3)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}

    assert len(said) == 1
    assert said != {b""}


def test_keys_are_made_in_one_order_so_that_services_never_wait_for_each_other(
    database: str,
) -> None:
    create_keyring(database, KEY)
    ring = Keyring(database, KEY)
    owners = [f"p-{n:03}" for n in range(50)]
    made: list[str] = []

    def note(*called: Any) -> None:
        if called[2].startswith("INSERT INTO person_key"):
            made.extend(str(row) for row in called[3])

    event.listen(Engine, "before_cursor_execute", note)
    ring.keys_of(owners[::-1])
    event.remove(Engine, "before_cursor_execute", note)
    ring.close()

    seen = [next(owner for owner in owners if owner in row) for row in made]
    assert seen == owners


def test_a_key_that_just_left_the_cache_is_still_given(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "CACHED_KEYS", 2)
    create_keyring(database, KEY)
    ring = Keyring(database, KEY)
    owners = ["p-1", "p-2", "p-3", "p-4"]
    ids = [ring.keys_of([owner])[owner].key_id for owner in owners]

    for owner, key_id in zip(owners, ids, strict=True):
        ring.forget()
        ring.keys_of([owner])
        assert ring.keys_by_id(ids).keys() == set(ids)
        ring.keys_by_id([key_id])
        assert ring.keys_of(owners).keys() == set(owners)
    ring.close()


def test_a_destroyed_key_is_gone(database: str) -> None:
    create_keyring(database, KEY)
    ring = Keyring(database, KEY)
    key = ring.keys_of(["p-1"])["p-1"]

    ring.destroy([Erasure(key.key_id, "p-1", "c-1", "{}")])

    assert ring.keys_by_id([key.key_id]) == {}
    ring.close()


def test_a_wrong_master_key_is_refused_at_once(database: str) -> None:
    create_keyring(database, KEY)

    with pytest.raises(WrongMasterKey, match="does not open this keyring"):
        Keyring(database, b"x" * 32)
    with pytest.raises(WrongMasterKey, match="does not open this keyring"):
        create_keyring(database, b"x" * 32)


def test_a_master_key_comes_from_a_file_or_from_text(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_text(KEY.hex() + "\n")

    assert load_master_key(file, None).key(0) == load_master_key(None, KEY.hex()).key(0) == KEY


@pytest.mark.parametrize("text", [None, "", "abc", "zz" * 32, KEY.hex()[:-2]])
def test_a_bad_master_key_names_where_it_came_from(tmp_path: Path, text: str | None) -> None:
    with pytest.raises(WrongMasterKey, match=r"STAFFEL_MASTER_KEY.*64 hexadecimal digits"):
        load_master_key(None, text)
    with pytest.raises(WrongMasterKey, match=r"missing\.key"):
        load_master_key(tmp_path / "missing.key", None)


def test_no_key_stands_in_the_keyring_in_the_clear(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'keyring.sqlite'}"
    master = os.urandom(32)
    create_keyring(url, master)
    ring = Keyring(url, master)

    key = ring.keys_of(["p-1"])["p-1"].key
    ring.close()

    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert key not in files
    assert master not in files
