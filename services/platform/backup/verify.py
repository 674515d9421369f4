"""Open a backup and check it: files by hash, logs by their tree, data by what leaves commit to."""

import tarfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.platform.backup.create import ENDING, KEYS_ENDING, data_files
from services.platform.backup.manifest import LogHead, Manifest
from services.platform.backup.passing import passing, scratch
from services.platform.backup.rows import ENDING as ROWS
from services.platform.backup.rows import Broken, Progress, read
from staffel_contracts.envelope import Unreadable, read_stored
from staffel_contracts.tlog.tree import Frontier

LATEST = "latest"


class NoBackup(Exception):
    """There is no backup of this name."""


class Unpacked(NamedTuple):
    """A backup, unpacked into a folder that passes: its data, and its keys where they are there."""

    manifest: Manifest
    data: Path
    keys: Path | None


def find(folder: Path, name: str) -> Path:
    """The data file of a backup: ``latest``, its name, or its path.

    Raises:
        NoBackup: there is none.
    """
    if name == LATEST:
        found = data_files(folder)
        if not found:
            raise NoBackup(f"{folder} holds no backup")
        return found[-1]
    for path in (Path(name), folder / name, folder / f"{name}{ENDING}"):
        if path.is_file():
            return path
    raise NoBackup(f"{folder} holds no backup {name}")


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """Unpack a backup and the keys beside it for a while; every file is what was written.

    Raises:
        Broken: one is not.
    """
    keys_path = path.with_name(path.name.removesuffix(ENDING) + KEYS_ENDING)
    with passing(scratch()) as place:
        data, keys = place / "data", place / "keys"
        _extract(path, data)
        manifest = Manifest.read(data)
        if not keys_path.is_file():
            yield Unpacked(manifest, data, None)
            return
        _extract(keys_path, keys)
        if Manifest.read(keys).name != manifest.name:
            raise Broken(f"{keys_path.name} belongs to another backup")
        yield Unpacked(manifest, data, keys)


def faults(backup: Unpacked, told: Progress = lambda _: None) -> Iterator[str]:
    """What is wrong with the logs in a backup: their tree and data are computed again."""
    for name, log in backup.manifest.logs.items():
        for table, count in log.rows.items():
            found = sum(1 for _ in read(backup.data / name / f"{table}{ROWS}")[1])
            told(found)
            if found != count:
                yield f"{name}: table {table} has {found} rows, not {count}"
        if fault := _log_fault(backup.data / name / f"entry{ROWS}", log):
            yield f"{name}: {fault}"
    if backup.keys is None:
        yield "the file with the keys is not beside it"


def _log_fault(path: Path, log: LogHead) -> str | None:
    frontier = Frontier()
    columns, rows = read(path)
    places = [columns.index(name) for name in ("idx", "leaf", "data")]
    for row in rows:
        index, leaf, data = (row[place] for place in places)
        if index != frontier.size:
            return f"entry {frontier.size} is missing"
        stored = b64decode(leaf)
        try:
            read_stored(stored, None if data is None else b64decode(data))
        except Unreadable as error:
            return str(error)
        frontier.append(stored)
    well = frontier.size == log.size and frontier.root().hex() == log.root
    return None if well else "the tree over the entries is not that of the head"


def _extract(path: Path, into: Path) -> None:
    try:
        with tarfile.open(path) as tar:
            tar.extractall(into, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Broken(f"{path.name} cannot be unpacked: {type(error).__name__}") from error
