"""A subscriber to start from: follow the feed, keep a ledger, confirm what was handed over.

It logs in as ``STAFFEL_URL``, ``STAFFEL_AGENCY`` and ``STAFFEL_PASSWORD`` say, with
``STAFFEL_USER`` after a login was exchanged (or ``STAFFEL_CONTEXT``). Its memory is the file
``STAFFEL_LEDGER``, a line per entry it took in; it goes on behind the last line. A real system
keeps it in its database, in the transaction that does the work. To begin again from the first
entry, take the ledger away.
"""

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from staffel_contracts.client import Connection, Disclosed
from staffel_contracts.context import load

STATES: Final = {
    "handed-to-jobcenter": "submitted",
    "handoff-delivered": "delivered",
    "handoff-acknowledged": "acknowledged",
    "handoff-information-requested": "information-requested",
    "handoff-accepted": "accepted",
    "responsibility-changed": "in-effect",
    "handoff-completed": "completed",
    "handoff-rejected": "rejected",
    "handoff-expired": "expired",
}
"""What an entry of a type makes of its case; all others leave it as it is."""

STOPPED: Final = "stopped"
"""An entry of the case was not readable: the case waits for a person, all others go on."""


class Ledger:
    """What was taken in so far, and where each case stands."""

    def __init__(self, path: Path) -> None:
        """Read what an earlier run wrote; a line that it could not end is taken off."""
        self._file = path.open("a+b")
        self._file.seek(0)
        lines = self._file.read().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            self._file.truncate(sum(map(len, lines[:-1])))
            lines.pop()
        rows = [json.loads(line) for line in lines]
        self.next = rows[-1]["index"] + 1 if rows else 0
        self.states = {row["case"]: row["state"] for row in rows}

    def take_in(self, entry: Disclosed) -> None:
        """Write an entry down; it is on the disk when this returns."""
        state = self.states.get(entry.case, "none")
        if state != STOPPED:
            state = STATES.get(entry.type.rpartition(".")[0], state) if entry.readable else STOPPED
        self.states[entry.case] = state
        row = {"index": entry.index, "type": entry.type, "case": entry.case, "state": state}
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


async def run() -> None:
    """Follow the feed until the process is ended."""
    ledger = Ledger(Path(os.environ.get("STAFFEL_LEDGER", "ledger.jsonl")))
    connection = await Connection.of(load())
    async for entry in connection.feed(ledger.next, replay=True, receipts=True):
        ledger.take_in(entry)
        await entry.done()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(run())
