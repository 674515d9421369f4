"""What auditing found: kept in files, never rewritten, open until somebody settles it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import Any

from pydantic_core import from_json, to_json

from services.audit.lines import Lines
from services.chassis.store.log import iso


class Code(StrEnum):
    """What was found. The text says what it means for somebody who has to act."""

    FORK = "fork"
    """A signed checkpoint has another root than the archived entries: history was rewritten."""
    ENTRY_CHANGED = "entry-changed"
    """An entry of the log is not the one that was archived; ``index`` is the first such."""
    SHRUNK = "shrunk"
    """The log, or a signed checkpoint, is shorter than what was archived."""
    WITHHELD = "withheld"
    """A checkpoint was signed over entries that the sayer does not give."""
    BROKEN_ENTRY = "broken-entry"
    """The sayer gives an entry that is not whole; nothing after it is archived."""
    BAD_CHECKPOINT = "bad-checkpoint"
    """A checkpoint is unreadable, or not signed with a key that the policy trusts."""
    WITNESS_CONTRADICTS = "witness-contradicts"
    """A witness saw another history of the log, or more of it."""
    QUORUM_MISSING = "quorum-missing"
    """Too few witnesses cosigned; closes by itself once enough did."""
    ARCHIVE_DAMAGED = "archive-damaged"
    """The archive's own files were lost or changed; nothing more is added to that log."""


@dataclass(frozen=True)
class Finding:
    """One finding: what, about which log, when (UTC), at which entry, and what it is seen by."""

    id: int
    code: Code
    log: str
    at: str
    detail: str
    index: int | None = None
    evidence: str | None = None
    """A signed note that proves it, as it came."""

    def as_json(self) -> dict[str, Any]:
        """The finding for machines, without what it does not have."""
        return {name: value for name, value in asdict(self).items() if value is not None}


Heard = Callable[[Finding], None]


class Findings:
    """All findings of an archive. One process writes, any may read."""

    def __init__(self, folder: Path, heard: Heard = lambda _: None) -> None:
        """Read what is there; ``heard`` is told of each new finding."""
        self._lines = Lines(folder)
        self._heard = heard
        self._writing = RLock()
        self._next = 0
        self.open: dict[int, Finding] = {}
        self.settled: dict[int, tuple[Finding, str]] = {}
        """Those that were settled, with the reason."""
        for number in range(self._lines.size()):
            self._take(from_json(self._lines.read(number, 1)[0]))

    def recover(self) -> None:
        """Make ready to write.

        Raises:
            Damaged: a file was lost.
        """
        self._lines.recover(lambda _, line: None if _is_json(line) else "not JSON")

    def add(
        self, code: Code, log: str, detail: str, index: int | None = None, evidence: bytes = b""
    ) -> Finding:
        """Keep a finding, unless one with the same code about the log is open already."""
        with self._writing:
            for known in self.open.values():
                if (known.code, known.log) == (code, log):
                    return known
            note = evidence.decode("utf-8", "replace") or None
            at = iso(datetime.now(UTC))
            found = Finding(self._next, code, log, at, detail, index, note)
            self._write(found.as_json())
        self._heard(found)
        return found

    def settle(self, number: int, reason: str) -> None:
        """Close a finding for a reason; it stays in the files.

        Raises:
            KeyError: no such finding is open.
        """
        with self._writing:
            if number not in self.open:
                raise KeyError(number)
            self._write({"settles": number, "at": iso(datetime.now(UTC)), "reason": reason})

    def settle_all(self, code: Code, log: str, reason: str) -> None:
        """Close the findings of a code about a log, because what they say is over."""
        for found in list(self.open.values()):
            if (found.code, found.log) == (code, log):
                self.settle(found.id, reason)

    def has(self, code: Code, log: str) -> bool:
        """Whether such a finding about a log is open."""
        return any((f.code, f.log) == (code, log) for f in self.open.values())

    def reasons(self) -> list[str]:
        """The open findings, a sentence each."""
        return [
            f"finding {f.id}: {f.code.value} in {f.log}: {f.detail}" for f in self.open.values()
        ]

    def _write(self, members: dict[str, Any]) -> None:
        self._lines.append([to_json(members)])
        self._take(members)

    def _take(self, members: dict[str, Any]) -> None:
        if "settles" in members:
            number = members["settles"]
            self.settled[number] = self.open.pop(number), members["reason"]
            return
        found = Finding(**members | {"code": Code(members["code"])})
        self.open[found.id] = found
        self._next = found.id + 1


def _is_json(line: bytes) -> bool:
    try:
        from_json(line)
    except ValueError:
        return False
    return True
