"""The archive keeps logs in files: whole after a crash, provable, and able to forget."""

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from services.audit.archive import Archive, Taken
from services.audit.lines import PER_FILE, Damaged, Lines
from services.audit.log_archive import Contradiction, LogArchive
from services.chassis.transport.wire import leaf_of
from staffel_contracts.tlog.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from tests.support.wires import make_wire, make_wires

LOG = "casework"
MANY = PER_FILE + 700
WIRES = make_wires(LOG, 0, MANY, size=30)
HASHES = [leaf_hash(leaf_of(wire)) for wire in WIRES]


def root_of(hashes: list[bytes]) -> bytes:
    frontier = Frontier()
    for one in hashes:
        frontier.append_hash(one)
    return frontier.root()


@pytest.fixture
def log(tmp_path: Path) -> LogArchive:
    return fresh(tmp_path)


def fresh(folder: Path) -> LogArchive:
    """The archive of a log as a process finds it that just started."""
    archive = Archive(folder).log(LOG)
    archive.open()
    return archive


def filled(log: LogArchive, stop: int = MANY, start: int = 0, step: int = 333) -> LogArchive:
    for at in range(start, stop, step):
        log.append(WIRES[at : min(at + step, stop)])
    return log


def test_what_was_appended_is_read_from_any_index_on(log: LogArchive, tmp_path: Path) -> None:
    filled(log)

    reader = Archive(tmp_path)

    assert reader.logs() == [LOG]
    assert reader.size(LOG) == MANY
    assert reader.wires(LOG, PER_FILE - 2, 5) == WIRES[PER_FILE - 2 : PER_FILE + 3]
    assert reader.wires(LOG, MANY - 1, 10) == WIRES[-1:]
    assert reader.wires(LOG, MANY, 10) == []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 4095, 4096, MANY])
def test_its_tree_is_the_tree_of_its_entries(log: LogArchive, tmp_path: Path, size: int) -> None:
    filled(log, size)

    reader = Archive(tmp_path).log(LOG)

    assert log.frontier.root() == root_of(HASHES[:size])
    assert root_at(reader.node, size) == root_of(HASHES[:size])


def test_any_earlier_tree_is_proven_from_its_tiles(log: LogArchive) -> None:
    filled(log)
    root = root_of(HASHES)

    for size in (1, 200, 256, 4000, PER_FILE, MANY):
        proof = consistency_proof(log.node, size, MANY)
        verify_consistency(size, root_of(HASHES[:size]), MANY, root, proof)
    for index in (0, 255, 256, PER_FILE, MANY - 1):
        proof = inclusion_proof(log.node, index, MANY)
        verify_inclusion(HASHES[index], index, MANY, proof, root)
    with pytest.raises(IndexError):
        log.node(0, MANY)


def test_who_writes_proves_the_newest_trees_without_reading_an_entry(
    log: LogArchive, tmp_path: Path
) -> None:
    filled(log)
    shutil.rmtree(tmp_path / "logs" / LOG / "entries")

    roots = [root_at(log.node, size) for size in range(MANY - 150, MANY + 1)]

    assert roots == [root_of(HASHES[:size]) for size in range(MANY - 150, MANY + 1)]


def test_a_line_half_written_is_cut_off_and_written_again(log: LogArchive, tmp_path: Path) -> None:
    filled(log)
    last = tmp_path / "logs" / LOG / "entries" / f"{PER_FILE:012d}.jsonl"
    whole = last.read_bytes()
    last.write_bytes(whole[:-100])

    again = fresh(tmp_path)

    assert again.size() == MANY - 1
    again.append(WIRES[-1:])
    assert last.read_bytes() == whole
    assert again.frontier.root() == root_of(HASHES)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """What a process writes beyond is refused, as on a full disk: a write comes out short."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_nothing_of_a_line_that_did_not_fit_is_left(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "lines")
    lines.recover(lambda _, __: None)
    lines.append([b"a" * 9])

    with files_no_longer_than(10 + 60), pytest.raises(OSError, match="too large"):
        lines.append([b"b" * 99])  # the rest of it would fit where its beginning was taken back

    lines.append([b"c" * 9])
    assert (tmp_path / "lines" / f"{0:012d}.jsonl").read_bytes() == b"aaaaaaaaa\nccccccccc\n"


def test_a_checkpoint_that_cannot_be_read_is_damage_and_no_bug(
    log: LogArchive, tmp_path: Path
) -> None:
    log.keep(1, b"note", "2026-11-23T08:00:00.000000Z")
    kept = tmp_path / "logs" / LOG / "checkpoints" / f"{0:012d}.jsonl"
    kept.write_bytes(kept.read_bytes()[9:])

    with pytest.raises(Damaged, match="a checkpoint"):
        Archive(tmp_path).log(LOG).last_checkpoint()


def test_zeros_that_a_power_cut_left_are_cut_off(log: LogArchive, tmp_path: Path) -> None:
    filled(log, 300)
    last = tmp_path / "logs" / LOG / "entries" / f"{0:012d}.jsonl"
    with last.open("ab") as file:
        file.write(bytes(500) + b"\n" + WIRES[300][:40])

    again = fresh(tmp_path)

    assert again.size() == 300
    assert filled(again, 600, start=300).frontier.root() == root_of(HASHES[:600])


def test_tiles_that_were_not_written_before_a_crash_are_added(
    log: LogArchive, tmp_path: Path
) -> None:
    filled(log)
    tiles = tmp_path / "logs" / LOG / "tile" / "0"
    (tiles / "017").unlink()
    (tiles / "016").unlink()

    again = fresh(tmp_path)

    assert (
        sha256((tiles / "016").read_bytes()).digest()
        == sha256(b"".join(HASHES[16 * 256 : 17 * 256])).digest()
    )
    assert again.frontier.root() == root_of(HASHES)


def test_entries_lost_do_not_come_back_as_others(log: LogArchive, tmp_path: Path) -> None:
    filled(log, 600)
    last = tmp_path / "logs" / LOG / "entries" / f"{0:012d}.jsonl"
    last.write_bytes(b"".join(wire + b"\n" for wire in WIRES[:100]))
    again = fresh(tmp_path)

    with pytest.raises(Contradiction) as changed:
        again.append([*WIRES[100:200], make_wire(LOG, 200, size=31), *WIRES[201:600]])

    assert changed.value.index == 200
    assert again.size() == 100
    again.append(WIRES[100:600])
    assert again.frontier.root() == root_of(HASHES[:600])


def test_an_archive_that_lost_a_file_is_not_written_to(log: LogArchive, tmp_path: Path) -> None:
    filled(log)
    (tmp_path / "logs" / LOG / "entries" / f"{0:012d}.jsonl").unlink()

    with pytest.raises(Damaged):
        fresh(tmp_path)

    assert Archive(tmp_path).wires(LOG, PER_FILE, 1) == WIRES[PER_FILE : PER_FILE + 1]


def test_an_entry_changed_in_the_files_is_noticed_at_the_start(
    log: LogArchive, tmp_path: Path
) -> None:
    filled(log, 600)
    file = tmp_path / "logs" / LOG / "entries" / f"{0:012d}.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"actor":"a-17"', b'"actor":"a-18"', 1))

    with pytest.raises(Damaged):
        fresh(tmp_path)


def entries_file(folder: Path, first: int = 0) -> Path:
    return folder / "logs" / LOG / "entries" / f"{first:012d}.jsonl"


def tile_file(folder: Path, level: int = 0) -> Path:
    return folder / "logs" / LOG / "tile" / str(level) / "000"


def test_a_file_cut_short_before_the_last_is_neither_opened_nor_read_over(
    log: LogArchive, tmp_path: Path
) -> None:
    filled(log)
    entries_file(tmp_path).write_bytes(b"".join(wire + b"\n" for wire in WIRES[:3000]))

    with pytest.raises(Damaged, match="3000 lines are there of 4096"):
        fresh(tmp_path)
    with pytest.raises(Damaged, match="3000 lines"):
        Archive(tmp_path).wires(LOG, 2000, 2000)
    with pytest.raises(Damaged, match="3000 lines"):
        Archive(tmp_path).wires(LOG, 3000, 1)


@pytest.mark.parametrize(
    "damage",
    [lambda tile: bytes([tile[0] ^ 1]) + tile[1:], lambda _: b"", lambda tile: tile[:-1]],
    ids=["one bit", "empty", "short"],
)
def test_a_tile_that_is_not_what_it_was_is_noticed_at_the_start(
    log: LogArchive, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    filled(log)
    tile = tile_file(tmp_path)
    tile.write_bytes(damage(tile.read_bytes()))

    with pytest.raises(Damaged, match=r"tile/0/000"):
        fresh(tmp_path)


def test_a_tile_that_lost_its_length_proves_nothing(log: LogArchive, tmp_path: Path) -> None:
    filled(log)
    tile_file(tmp_path).write_bytes(b"")

    with pytest.raises(Damaged, match="8192 bytes, 0 are there"):
        Archive(tmp_path).node(LOG, 0, 3)


FULL = range(256 * 256)
"""Enough entries for a full tile of the level above the first."""


def test_a_tile_above_others_holds_their_roots(tmp_path: Path) -> None:
    leaf = leaf_of(make_wire(LOG, 11, size=30))
    log = fresh(tmp_path)
    log.append([leaf.replace(b"/11", b"/%d" % n).replace(b":11,", b":%d," % n) for n in FULL])
    assert fresh(tmp_path).frontier.root() == log.frontier.root()
    tile = tile_file(tmp_path, level=1)
    tile.write_bytes(tile.read_bytes()[:-1] + b"x")

    with pytest.raises(Damaged, match=r"tile/1/000"):
        fresh(tmp_path)


def test_a_tile_left_over_that_is_none_is_damage_and_no_bug(
    log: LogArchive, tmp_path: Path
) -> None:
    filled(log, 600)
    entries_file(tmp_path).write_bytes(b"".join(wire + b"\n" for wire in WIRES[:100]))
    tile_file(tmp_path).write_bytes(b"short")

    with pytest.raises(Damaged, match="5 are there"):
        fresh(tmp_path)
    entries_file(tmp_path).unlink()
    again = fresh(tmp_path)
    with pytest.raises(Damaged, match="5 are there"):
        again.append(WIRES[:600])


def test_a_start_tells_that_it_goes_on(log: LogArchive, tmp_path: Path) -> None:
    filled(log)
    beats: list[None] = []

    Archive(tmp_path).log(LOG).open(lambda: beats.append(None))

    assert len(beats) == MANY // 256


def keyed(index: int, key_id: str) -> bytes:
    return make_wire(LOG, index, size=30).replace(
        b'"sealkey":"k-1"', f'"sealkey":"{key_id}"'.encode()
    )


def test_what_is_erased_leaves_its_leaf_and_all_proofs(log: LogArchive, tmp_path: Path) -> None:
    wires = [keyed(n, f"k-{n % 7}") for n in range(MANY)]
    log.append(wires)
    root = log.frontier.root()
    (tmp_path / "logs" / LOG / "entries" / ".000000000000.jsonl.fresh").write_bytes(b"of a crash")

    with Archive(tmp_path) as archive:
        erased = archive.erase(["k-3", "k-5", "of-nobody"])

    expected = [leaf_of(w) if n % 7 in {3, 5} else w for n, w in enumerate(wires)]
    assert erased == sum(n % 7 in {3, 5} for n in range(MANY))
    assert Archive(tmp_path).wires(LOG, 0, MANY) == expected
    again = fresh(tmp_path)
    assert again.frontier.root() == root == root_at(again.node, MANY)
    assert again.erase(["k-3", "k-5"]) == 0
    assert not list(tmp_path.rglob("*.fresh"))


def test_what_was_on_its_way_when_its_person_was_erased_is_archived_as_its_leaf(
    log: LogArchive,
) -> None:
    log.append([keyed(0, "k-1")])
    assert log.erase(["k-1"]) == 1

    log.append([keyed(1, "k-1"), keyed(2, "k-2")])

    assert log.wires(0, 3) == [leaf_of(keyed(0, "k-1")), leaf_of(keyed(1, "k-1")), keyed(2, "k-2")]
    assert log.frontier.root() == root_of([leaf_hash(leaf_of(wire)) for wire in log.wires(0, 3)])


def test_checkpoints_are_kept_as_they_were_signed(log: LogArchive, tmp_path: Path) -> None:
    notes = [f"staffel.example/{LOG}\n{n}\nroot\n\n\u2014 x y\n".encode() for n in (1, 5, 5)]
    for size, note in zip((1, 5, 5), notes, strict=True):
        log.keep(size, note, "2026-11-23T08:00:00.000000Z")

    reader = Archive(tmp_path)

    assert [(kept.size, kept.note) for kept in reader.checkpoints(LOG)] == [
        (1, notes[0]), (5, notes[1]), (5, notes[2])
    ]  # fmt: skip
    assert (tmp_path / "logs" / LOG / "checkpoint").read_bytes() == notes[2]


def test_only_one_process_writes_an_archive(tmp_path: Path) -> None:
    second = Archive(tmp_path)
    with Archive(tmp_path), pytest.raises(Taken):
        second.erase(["k-1"])

    with second:
        assert second.erase(["k-1"]) == 0
