"""Epochs of the master key: what was destroyed stays so, in old copies of a keyring too."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from services.chassis.keys import master_keys
from services.chassis.keys.erasures import Erasure, Ledger, UnreadableLedger
from services.chassis.keys.keyring import Keyring, PersonErased, PersonKey, create_keyring
from services.chassis.keys.master_keys import MasterKeys, WrongMasterKey, load_master_key
from services.chassis.keys.rotation import Rotated, Rotating, is_due, owed, rotate, steps
from services.chassis.store.database import open_database


def erasure(key: PersonKey) -> Erasure:
    return Erasure(key.key_id, key.owner, f"c{key.owner[1:]}", "{}")


class Ring:
    """A keyring with a master key file, opened anew by whoever asks."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.file = url, folder / "master.key"
        self.file.write_text(os.urandom(32).hex())
        create_keyring(url, load_master_key(self.file, None))

    def open(self) -> Keyring:
        return Keyring(self.url, load_master_key(self.file, None))

    def key(self, owner: str) -> PersonKey:
        ring = self.open()
        try:
            return ring.keys_of([owner])[owner]
        finally:
            ring.close()

    def destroy(self, key: PersonKey) -> None:
        ring = self.open()
        ring.destroy([erasure(key)])
        ring.close()


@pytest.fixture
def ring(database: str, tmp_path: Path) -> Ring:
    return Ring(database, tmp_path)


@pytest.fixture
def in_files(tmp_path: Path) -> Ring:
    return Ring(f"sqlite:///{tmp_path / 'keyring.sqlite'}", tmp_path)


def test_after_a_rotation_survivors_keep_their_keys_and_the_old_master_is_gone(ring: Ring) -> None:
    keys = {owner: ring.key(owner) for owner in ("p-1", "p-2", "p-3")}
    old = ring.file.read_text()

    rotated = rotate(ring.url, ring.file)

    assert rotated == Rotated(before=0, after=1, keys=3)
    assert {owner: ring.key(owner) for owner in keys} == keys
    assert old not in ring.file.read_text()
    with pytest.raises(WrongMasterKey):
        Keyring(ring.url, bytes.fromhex(old))


def test_an_old_copy_of_the_keyring_does_not_open_after_a_rotation(
    in_files: Ring, tmp_path: Path
) -> None:
    key = in_files.key("p-1")
    shutil.copy(tmp_path / "keyring.sqlite", tmp_path / "old.sqlite")
    in_files.destroy(key)

    rotate(in_files.url, in_files.file)

    with pytest.raises(WrongMasterKey, match="no master key of epoch 0"):
        Keyring(f"sqlite:///{tmp_path / 'old.sqlite'}", load_master_key(in_files.file, None))


def test_a_running_service_notices_a_rotation(ring: Ring) -> None:
    running = ring.open()
    key = running.keys_of(["p-1"])["p-1"]

    rotate(ring.url, ring.file)
    rotate(ring.url, ring.file)

    fresh = running.keys_of(["p-2"])["p-2"]
    running.forget()
    assert running.keys_of(["p-1"])["p-1"] == key
    assert ring.key("p-2") == fresh
    running.close()


def test_a_person_who_was_erased_never_gets_a_key_again(ring: Ring) -> None:
    ring.destroy(ring.key("p-1"))

    with pytest.raises(PersonErased):
        ring.key("p-1")
    rotate(ring.url, ring.file)
    with pytest.raises(PersonErased):
        ring.key("p-1")


def test_what_the_keyring_held_of_a_destroyed_key_is_in_no_file(
    in_files: Ring, tmp_path: Path
) -> None:
    key = in_files.key("p-1")
    engine = open_database(in_files.url)
    with engine.connect() as conn:
        wrapped = conn.scalar(text("SELECT wrapped FROM person_key"))
    engine.dispose()
    assert any(wrapped in file.read_bytes() for file in tmp_path.iterdir())

    in_files.destroy(key)

    assert not any(wrapped in file.read_bytes() for file in tmp_path.iterdir())


def test_a_rotation_is_owed_from_an_erasure_on(ring: Ring) -> None:
    key = ring.key("p-1")
    before = owed(ring.url)

    ring.destroy(key)

    assert before is None
    assert owed(ring.url) is not None
    assert not is_due(ring.url)
    assert is_due(ring.url, within=timedelta(0))
    rotate(ring.url, ring.file)
    assert owed(ring.url) is None


def test_two_rotations_at_once_are_refused(in_files: Ring) -> None:
    from services.chassis.keys.rotation import _alone  # noqa: PLC0415 - what another process would hold

    with _alone(in_files.file), pytest.raises(Rotating):
        rotate(in_files.url, in_files.file)


def test_a_keyring_from_before_there_were_epochs_is_brought_along(in_files: Ring) -> None:
    key = in_files.key("p-1")
    engine = open_database(in_files.url)
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE person_key DROP COLUMN epoch"))
        conn.execute(text("ALTER TABLE master_check DROP COLUMN epoch"))
        conn.execute(text("DROP TABLE destroyed_key"))
    engine.dispose()
    with pytest.raises(WrongMasterKey, match="older version: migrate it"):
        in_files.open()

    create_keyring(in_files.url, load_master_key(in_files.file, None))

    assert in_files.key("p-1") == key


def test_a_keyring_of_a_newer_version_is_refused_and_stays_as_it_is(in_files: Ring) -> None:
    engine = open_database(in_files.url)
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE person_key ADD COLUMN hybrid BLOB"))
    engine.dispose()
    file = Path(in_files.url.removeprefix("sqlite:///"))
    held = file.read_bytes()

    for opening in (in_files.open, lambda: create_keyring(in_files.url, _master(in_files))):
        with pytest.raises(WrongMasterKey, match="newer version: column hybrid of person_key"):
            opening()
    assert file.read_bytes() == held


def test_a_database_without_a_keyring_is_no_keyring(in_files: Ring, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()

    with pytest.raises(WrongMasterKey, match="no keyring here"):
        Keyring(f"sqlite:///{tmp_path / 'empty.sqlite'}", _master(in_files))


def _master(ring: Ring) -> MasterKeys:
    return load_master_key(ring.file, None)


@pytest.mark.parametrize(
    "lines", ["1 xyz", "1 2 " + "a" * 64, "x " + "a" * 64, f"{'a' * 64}\n0 {'b' * 64}", "# none"]
)
def test_a_master_key_file_that_breaks_a_rule_is_refused_without_showing_it(
    tmp_path: Path, lines: str
) -> None:
    file = tmp_path / "master.key"
    file.write_text(lines)

    with pytest.raises(WrongMasterKey) as refused:
        load_master_key(file, None)

    assert "master.key" in str(refused.value)
    assert "aaaa" not in str(refused.value)


def test_only_its_owner_may_read_a_master_key_file_after_a_rotation(in_files: Ring) -> None:
    in_files.file.chmod(0o600)

    rotate(in_files.url, in_files.file)

    assert in_files.file.stat().st_mode & 0o777 == 0o600


def test_the_ledger_forgets_a_line_that_a_crash_cut_off(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "erasures.jsonl")
    one, two = Erasure("k1", "p-1", "c-1", "{}"), Erasure("k2", "p-2", "c-2", "{}")
    ledger.add([one])
    with (tmp_path / "erasures.jsonl").open("a") as file:
        file.write('{"key_id": "k')
    assert ledger.read() == [one]

    ledger.add([one, two])

    assert ledger.read() == [one, two]


def test_a_ledger_that_was_changed_is_refused_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "erasures.jsonl").write_text('{"key_id": "k1"}\n')

    with pytest.raises(UnreadableLedger, match="line 1"):
        Ledger(tmp_path / "erasures.jsonl").read()


class Epochs(RuleBasedStateMachine):
    """Random lives of a keyring: keys made and destroyed, rotations ended and killed half-way."""

    copies = Bundle("copies")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(os.environ["EPOCHS_FOLDER"]) / os.urandom(8).hex()
        self.folder.mkdir()
        self.ring = Ring(f"sqlite:///{self.folder / 'keyring.sqlite'}", self.folder)
        self.running = self.ring.open()
        self.keys: dict[str, PersonKey] = {}
        self.gone: dict[str, PersonKey] = {}

    @rule()
    def admit(self) -> None:
        owner = f"p-{len(self.keys) + len(self.gone)}"
        self.keys[owner] = self.running.keys_of([owner])[owner]

    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        if self.keys:
            owner = data.draw(st.sampled_from(sorted(self.keys)))
            self.gone[owner] = self.keys.pop(owner)
            self.ring.destroy(self.gone[owner])
            self.running.forget()

    @rule()
    def rotate(self) -> None:
        rotate(self.ring.url, self.ring.file)
        assert owed(self.ring.url) is None
        assert len(master_keys.MasterKeys.read(self.ring.file).epochs) == 1

    @rule(done=st.integers(0, 6))
    def rotate_and_be_killed(self, done: int) -> None:
        list(islice(steps(self.ring.url, self.ring.file, at_once=2), done))

    @rule(target=copies)
    def copy(self) -> tuple[Path, frozenset[str]]:
        copy = self.folder / f"copy-{os.urandom(4).hex()}.sqlite"
        for end in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(f"{self.folder / 'keyring.sqlite'}{end}", f"{copy}{end}")
        return copy, frozenset(self.keys)

    @rule(copy=copies)
    def an_old_copy_gives_no_destroyed_key_once_rotated(
        self, copy: tuple[Path, frozenset[str]]
    ) -> None:
        path, owners = copy
        if owed(self.ring.url) is not None or len(load_master_key(self.ring.file, None).epochs) > 1:
            return
        try:
            old = Keyring(f"sqlite:///{path}", load_master_key(self.ring.file, None))
        except WrongMasterKey:
            return
        lost = [self.gone[owner].key_id for owner in owners if owner in self.gone]
        assert not old.keys_by_id(lost)
        old.close()

    @invariant()
    def survivors_open_and_nobody_else(self) -> None:
        ring = self.ring.open()
        for known in (ring, self.running):
            assert known.keys_of(self.keys) == self.keys
        assert ring.keys_by_id(key.key_id for key in self.gone.values()) == {}
        assert {one.person for one in ring.destroyed()} == self.gone.keys()
        ring.close()

    def teardown(self) -> None:
        self.running.close()


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EPOCHS_FOLDER", str(tmp_path))
    yield
    shutil.rmtree(tmp_path)


@pytest.mark.usefixtures("_folder")
def test_no_life_of_a_keyring_loses_a_key_or_brings_one_back() -> None:
    run_state_machine_as_test(
        Epochs, settings=settings(max_examples=8, stateful_step_count=15, deadline=None)
    )
