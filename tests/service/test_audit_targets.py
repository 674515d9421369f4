"""Where the auditor's verbs write: whole or not at all, over nothing, and with the place named."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from services.chassis.store.database import open_database
from services.chassis.writing.reads import check_reads
from services.platform.audit import subject_access
from tests.service.test_replay import a_spring
from tests.support.cli import STAFFEL, whole_command_line
from tests.support.homely import NAMES, archive_at_home, house_at_home
from tests.support.house import House
from tests.support.small_disk import SmallDisk, small_disk

OUT = "OUT"
VERBS = (
    "audit export --with-keys --out OUT.bundle",
    "audit table --with-keys --out OUT.parquet",
    "audit table --with-keys --out OUT.duckdb",
    "audit replay --at 2025-04-07 --rows OUT.jsonl",
    "subject-access CASE --out OUT.md",
    "subject-access CASE --out OUT.pdf",
)
PROVE = "audit prove BUNDLE intake/0 --out OUT.tlog-proof"
TROUBLE = 2


class Place(NamedTuple):
    """A home with one case and an archive, and a bundle of it."""

    folder: Path
    case: str
    house: House

    def words(self, verb: str, folder: Path) -> list[str]:
        """The words of a verb that writes into a folder."""
        known = {"CASE": self.case, "BUNDLE": str(self.folder / "a.bundle")}
        words = [known.get(word, word) for word in shlex.split(verb)]
        words = [str(folder / word) if word.startswith(OUT) else word for word in words]
        return words if "prove" in words else [*words, "--home", str(self.folder)]

    def reads(self) -> dict[str, int]:
        """How many reads each service's read log holds."""
        found = {}
        for name in NAMES:
            engine = open_database(str(self.house.rooms[name].engine.url), read_only=True)
            with engine.connect() as conn:
                found[name] = check_reads(conn)
            engine.dispose()
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("home")
    with house_at_home(folder, "2025-01-07") as (home, house):
        case, _ = a_spring(house)
        archive_at_home(home, house)
        words = ("audit", "export", "--out", str(folder / "a.bundle"), "--home", str(folder))
        assert CliRunner().invoke(whole_command_line(), words).exit_code == 0
        yield Place(folder, case, house)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return whole_command_line()


def target(verb: str, folder: Path) -> Path:
    (name,) = (word for word in verb.split() if word.startswith(OUT))
    return folder / name


def run(app: typer.Typer, words: list[str]) -> Any:
    return CliRunner().invoke(app, words, env={"COLUMNS": "250"})


def kept(folder: Path) -> dict[str, bytes | str]:
    return {
        path.name: str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.iterdir()
        if not path.is_dir()
    }


@pytest.mark.parametrize("verb", [*VERBS, PROVE])
@pytest.mark.parametrize("there", ["file", "dangling link", "folder", "nowhere"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(
    app: typer.Typer, place: Place, verb: str, there: str, tmp_path: Path
) -> None:
    folder = tmp_path / "no/folder" if there == "nowhere" else tmp_path
    out = target(verb, folder)
    if there == "file":
        out.write_bytes(b"kept")
    elif there == "dangling link":
        out.symlink_to("nobody")
    elif there == "folder":
        out.mkdir()
    before, reads = kept(tmp_path), place.reads()

    words = place.words(verb, folder)
    done = run(app, words if there in {"file", "dangling link"} else [*words, "--force"])

    assert done.exit_code == TROUBLE, done.output
    assert str(folder) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (kept(tmp_path), place.reads()) == (before, reads)


@pytest.mark.parametrize("verb", [*VERBS, PROVE])
def test_what_is_there_is_replaced_where_that_is_said(
    app: typer.Typer, place: Place, verb: str, tmp_path: Path
) -> None:
    out = target(verb, tmp_path)
    (tmp_path / "other").write_bytes(b"kept")
    out.symlink_to("other")

    done = run(app, [*place.words(verb, tmp_path), "--force"])

    assert done.exit_code == 0, done.output
    assert sorted(kept(tmp_path)) == sorted([out.name, "other"])
    assert (tmp_path / "other").read_bytes() == b"kept"
    assert not out.is_symlink()


@pytest.fixture
def full(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk on which the names of files have room, and a kilobyte of one."""
    with small_disk(tmp_path / "disk", 1) as disk:
        disk.fill(leaving_kib=4)
        yield disk


def ended(disk: SmallDisk, words: list[str]) -> tuple[int, str]:
    ran = subprocess.run(disk.within(STAFFEL, *words), capture_output=True, text=True, check=False)
    return ran.returncode, ran.stderr


def names(disk: SmallDisk) -> list[str]:
    listed = subprocess.run(
        disk.within("ls", "-A", str(disk.folder)), capture_output=True, text=True, check=True
    )
    return listed.stdout.split()


def test_on_a_full_disk_the_place_is_named_and_nothing_half_written_stays(
    place: Place, full: SmallDisk
) -> None:
    for verb in VERBS:
        code, said = ended(full, place.words(verb, full.folder))

        assert code == TROUBLE, said
        assert str(target(verb, full.folder)) in said
        assert "No space left on device" in said
        assert len(said.splitlines()) == 1
        assert names(full) == ["ballast"]


@pytest.mark.parametrize("kibibytes", [4, 200, 400])
def test_a_backup_that_does_not_fit_names_its_folder_and_leaves_nothing(
    place: Place, kibibytes: int, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        disk.fill(leaving_kib=kibibytes)

        words = ("backup", "create", "--out", str(disk.folder), "--home", str(place.folder))
        code, said = ended(disk, [*words])

        assert (code, said) == (TROUBLE, f"staffel: {disk.folder}: No space left on device\n")
        assert names(disk) == ["ballast"]


def test_a_proof_that_does_not_fit_leaves_the_older_one(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        words = place.words(PROVE, disk.folder)
        assert ended(disk, words)[0] == 0
        disk.fill(leaving_kib=0)

        code, said = ended(disk, [*words, "--force"])

        assert (code, str(target(PROVE, disk.folder)) in said) == (TROUBLE, True)
        assert names(disk) == ["OUT.tlog-proof", "ballast"]
        held = subprocess.run(
            disk.within("wc", "-c", str(target(PROVE, disk.folder))),
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(held.stdout.split()[0]) > 100


def test_a_disk_that_only_reads_is_told_before_anything_is_read(
    place: Place, full: SmallDisk
) -> None:
    remount = ["mount", "-o", "remount,ro", str(full.folder)]
    subprocess.run(full.within(*remount), check=True)
    reads = place.reads()

    for verb in (*VERBS[:2], VERBS[3], VERBS[4], PROVE):
        code, said = ended(full, place.words(verb, full.folder))

        assert (code, said) == (TROUBLE, f"staffel: {full.folder} cannot be written to\n")
    assert place.reads() == reads


def test_a_request_that_was_answered_is_told_before_anything_is_written(
    app: typer.Typer, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(subject_access, "refuse_absent", lambda _: None)
    monkeypatch.setattr(subject_access, "_send", lambda *_: sent.append("sent"))
    words = place.words("subject-access CASE --out OUT.md", tmp_path)

    wrong = run(app, [*words, "--record", "no request"])

    assert (wrong.exit_code, "--record" in wrong.stderr) == (TROUBLE, True)
    assert list(tmp_path.iterdir()) == []
    assert run(app, [*words, "--record", "r-1"]).exit_code == 0
    assert sent == ["sent", "sent"]
