"""The archive: every log of the platform in files, each in a folder of its own."""

import fcntl
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Self

from services.audit.kept import Kept
from services.audit.log_archive import LogArchive

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Taken(Exception):
    """Another process writes this archive."""


class Archive:
    """A folder ``logs/<log>/`` per log. Any process may read; one at a time may write."""

    def __init__(self, folder: Path) -> None:
        """Take up a folder, which need not exist yet."""
        self.folder = folder
        self._logs: dict[str, LogArchive] = {}
        self._lock: IO[str] | None = None

    def logs(self) -> list[str]:
        """The logs that are archived, by name; a folder called otherwise was moved aside."""
        folder = self.folder / "logs"
        names = (one.name for one in folder.iterdir()) if folder.is_dir() else ()
        return sorted(filter(_NAME.fullmatch, names))

    def size(self, log: str) -> int:
        """How many entries of a log are archived: the next index wanted."""
        return self.log(log).size()

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` lines from index ``start`` on; leaves alone where data was erased."""
        return self.log(log).wires(start, limit)

    def node(self, log: str, level: int, index: int) -> bytes:
        """The root of the complete subtree over leaves ``index·2^level`` and following.

        Raises:
            IndexError: the tree has no such node.
        """
        return self.log(log).node(level, index)

    def checkpoints(self, log: str) -> Iterator[Kept]:
        """The checkpoints kept of a log, oldest first."""
        return self.log(log).checkpoints()

    def erase(self, key_ids: Collection[str]) -> int:
        """Reduce every entry sealed under one of these keys to its leaf; gives how many there were.

        All proofs still verify. After a crash it is to be asked again: what was done stays done.

        Raises:
            Taken: another process writes the archive; it is to be asked there.
        """
        self.take()
        return sum(self.log(log).erase(key_ids) for log in self.logs())

    def log(self, name: str) -> LogArchive:
        """One log's archive."""
        if not _NAME.fullmatch(name):
            raise ValueError("a log is named by lower-case letters, digits and underscores")
        if name not in self._logs:
            self._logs[name] = LogArchive(self.folder / "logs" / name, name)
        return self._logs[name]

    def take(self) -> None:
        """Become the one that writes, until ``close``; it may be asked again.

        Raises:
            Taken: another process writes the archive.
        """
        if self._lock is not None:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise Taken(f"{self.folder}: another process writes this archive") from error
        self._lock = lock

    def __enter__(self) -> Self:
        """Become the one that writes; see ``take``."""
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        """Let others write."""
        self.close()

    def close(self) -> None:
        """Let others write."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
