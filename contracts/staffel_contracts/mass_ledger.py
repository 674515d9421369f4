"""The ledger of a mass handoff: the plan's id in its first line, then what became of each case."""

import json
from pathlib import Path
from typing import TextIO


class ForeignLedger(ValueError):
    """A ledger belongs to another plan; says which."""


class Ledger:
    """What became of each case of a plan: appended as it happens, read when it goes on."""

    def __init__(self, path: Path, plan_id: str) -> None:
        """Read what is known of the plan; a last line that was cut off is taken back.

        Raises:
            ForeignLedger: it tells of another plan.
        """
        self.path, self._plan_id = path, plan_id
        self._file: TextIO | None = None
        self.outcomes: dict[str, str] = {}
        if path.exists():
            self._read(path.read_bytes())

    def _read(self, data: bytes) -> None:
        whole = data[: data.rfind(b"\n") + 1]
        head, *rows = map(json.loads, whole.splitlines() or [b"{}"])
        if whole and head.get("plan_id") != self._plan_id:
            msg = f"{self.path} tells of another plan than {self._plan_id}: move it away"
            raise ForeignLedger(msg)
        if whole != data:
            self.path.write_bytes(whole)
        self.outcomes = {row["case"]: row["outcome"] for row in rows}

    def note(self, case: str, outcome: str) -> None:
        """Append one outcome: ``drafted``, or the code of a refusal."""
        self.outcomes[case] = outcome
        self._append({"case": case, "outcome": outcome})

    def _append(self, row: dict[str, str]) -> None:
        if self._file is None:
            self._file = self.path.open("a", buffering=1)
            if self._file.tell() == 0:
                self._append({"plan_id": self._plan_id})
        self._file.write(json.dumps(row) + "\n")

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None
