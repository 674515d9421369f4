"""Which persons were erased: the ledger that no restored backup of one store can roll back.

Three places know of an erasure: the log of the service that decided it, the keyring, and a small
file beside the home that no backup holds. What one of them knows, the others learn again at every
start of a service, and on its clock (``services.chassis.running.eraser``).
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

ERASED_SUBJECT = "erased"
"""On this subject all services are told that somebody was erased; the message is empty."""


class Erasure(NamedTuple):
    """A person who was erased: the key that is gone, whose it was, and the entry that says so.

    ``entry`` is the wire line of the fact that decided it; none of it is personal data but the
    pseudonyms of person and case.
    """

    key_id: str
    person: str
    case: str
    entry: str


class Erased(NamedTuple):
    """A person whom the writer has erased, and the cases that are closed to all input now."""

    erasure: Erasure
    cases: frozenset[str]


class UnreadableLedger(Exception):
    """The file of erasures holds a line that is none; says which."""


class Ledger:
    """The file of erasures: one JSON line each, only ever added to."""

    def __init__(self, path: Path) -> None:
        """Use the file at ``path``; it is made with the first erasure."""
        self._path = path

    def read(self) -> list[Erasure]:
        """Every erasure in the file.

        A last line without an end is one that a crash cut off: it is not there yet.

        Raises:
            UnreadableLedger: a line is no erasure.
        """
        if not self._path.exists():
            return []
        with self._path.open(encoding="ascii") as file:
            return list(self._lines(file))

    def add(self, erasures: Iterable[Erasure]) -> None:
        """Add those that are not in the file yet; on disk when this returns."""
        with self._locked() as file:
            known = {erasure.key_id for erasure in self._lines(file)}
            file.seek(0)
            whole = file.read().rpartition("\n")[0]
            file.truncate(len(whole) + bool(whole))
            file.seek(0, os.SEEK_END)
            for erasure in erasures:
                if erasure.key_id not in known:
                    file.write(json.dumps(erasure._asdict()) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(number, "r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _lines(self, file: IO[str]) -> Iterator[Erasure]:
        for number, line in enumerate(file, start=1):
            if not line.endswith("\n"):
                return
            try:
                yield Erasure(**json.loads(line))
            except (ValueError, TypeError):
                msg = f"{self._path}, line {number}: not an erasure"
                raise UnreadableLedger(msg) from None
