"""Numbered lines in files of a fixed count: appended and synced, cut back to what is whole."""

import os
import re
from collections.abc import Callable, Sequence
from io import RawIOBase
from pathlib import Path

from services.chassis.files import write_whole
from staffel_contracts.files import sync_folder

PER_FILE = 4096
_NAME = re.compile(r"[0-9]{12}\.jsonl")

Flaw = Callable[[int, bytes], str | None]
"""``flaw(number, line)``: why this is not the line with that number, or None if it is."""


class Damaged(Exception):
    """Files of an archive are missing or hold what nobody appended; says which, and no content."""


class Lines:
    """Lines 0, 1, 2, … in files named by their first line. One process appends, any may read."""

    def __init__(self, folder: Path) -> None:
        """Read lines in a folder; ``recover`` before appending."""
        self.folder = folder
        self._size = 0
        self._cached: tuple[tuple[int, ...], list[bytes]] = ((), [])

    def size(self) -> int:
        """How many whole lines there are."""
        firsts = self._firsts()
        return firsts[-1] + len(self.lines_of(firsts[-1])) if firsts else 0

    def read(self, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` lines from number ``start`` on; fewer only where they end.

        Raises:
            Damaged: a file before the last one is missing or has not all of its lines.
        """
        found: list[bytes] = []
        while len(found) < limit:
            first = start - start % PER_FILE
            stop = start - first + limit - len(found)
            lines = self._all_of(first)[start - first : stop]
            if not lines:
                break
            found += lines
            start += len(lines)
        return found

    def _all_of(self, first: int) -> list[bytes]:
        lines = self.lines_of(first)
        if len(lines) != PER_FILE and self._goes_on(first):
            lines = self.lines_of(first)  # it may have been filled in between
            if len(lines) != PER_FILE:
                raise self._not_full(first, len(lines))
        return lines

    def _goes_on(self, first: int) -> bool:
        return any(other > first for other in self._firsts())

    def _not_full(self, first: int, count: int) -> Damaged:
        path = self.path(first)
        return Damaged(f"{path}: {count} lines are there of {PER_FILE}, and it is not the last")

    def lines_of(self, first: int) -> list[bytes]:
        """The whole lines of the file that begins with line ``first``."""
        path = self.path(first)
        try:
            stat = path.stat()
        except FileNotFoundError:
            return []
        known = (first, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if self._cached[0] != known:
            # What follows the last line break is still being written.
            self._cached = known, path.read_bytes().split(b"\n")[:-1]
        return self._cached[1]

    def path(self, first: int) -> Path:
        """The file that begins with line ``first``."""
        return self.folder / f"{first:012d}.jsonl"

    # -- writing -------------------------------------------------------------------------------

    def recover(self, flaw: Flaw) -> int:
        """Cut the last file back to the lines that are whole; gives how many lines there are.

        Raises:
            Damaged: a file before the last one is missing.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in self.folder.glob(".*.fresh"):
            left_over.unlink()
        self._size = 0
        for first in reversed(self._firsts()):
            self._size = first + self._cut(first, flaw)
            if self._size > first:
                break
            self.path(first).unlink()
        expected = list(range(0, self._size, PER_FILE))
        if self._firsts() != expected:
            raise Damaged(f"{self.folder}: a file before the last one is missing")
        return self._size

    def count(self) -> None:
        """Count the lines of all files but the last.

        Raises:
            Damaged: one has not all of its lines, or more.
        """
        for first in self._firsts()[:-1]:
            count = self.path(first).read_bytes().count(b"\n")
            if count != PER_FILE:
                raise self._not_full(first, count)

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines, which then are on disk.

        Raises:
            OSError: they cannot be written; the files are as before.
        """
        while lines:
            first = self._size - self._size % PER_FILE
            room = first + PER_FILE - self._size
            self._write(first, lines[:room])
            self._size += len(lines[:room])
            lines = lines[room:]

    def replace(self, first: int, lines: Sequence[bytes]) -> None:
        """Put lines in place of all of one file: a crash leaves either the old or the new ones."""
        write_whole(self.path(first), b"".join(line + b"\n" for line in lines))

    def firsts(self) -> list[int]:
        """The first numbers of all files."""
        return self._firsts()

    def _firsts(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        names = (entry.name for entry in os.scandir(self.folder))
        return sorted(int(name[:12]) for name in names if _NAME.fullmatch(name))

    def _cut(self, first: int, flaw: Flaw) -> int:
        """Cut a file back; gives how many lines stay."""
        good = size = 0
        for line in self.lines_of(first):
            if flaw(first + good, line):
                break
            good += 1
            size += len(line) + 1
        if size < self.path(first).stat().st_size:
            with self.path(first).open("r+b") as file:
                file.truncate(size)
                os.fsync(file.fileno())
        return good

    def _write(self, first: int, lines: Sequence[bytes]) -> None:
        path = self.path(first)
        # Without a buffer: what did not fit would be written after all when the file is closed.
        with path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                _write_all(file, b"".join(line + b"\n" for line in lines))
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), before)
                raise
        if self._size == first:
            sync_folder(self.folder)


def _write_all(file: RawIOBase, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]
