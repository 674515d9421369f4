"""Replays of a long log: entries a second and memory, of a whole service and of one case.

``python -m tests.bench.replay`` prints its figures; each runs in a process of its own, so that its
peak of memory is its own.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from services.chassis.folding.replay import reach_at, replay
from services.chassis.keys.keyring import Keyring
from services.chassis.store.database import open_database
from services.chassis.store.history import Databases, WireHistory
from services.chassis.writing.writer import MAX_BATCH
from staffel_contracts.envelope import Entry
from tests.bench.load import SERVICE, fresh_bench
from tests.bench.peak import peak_mib

SIZES = (100_000, 1_000_000)
UNDER_WAY = 1000
OWN, HEARD = "jobcenter_bridge", "casework"


class _Heard:
    """Lines of the other log, in a file with one line each: nothing of it stays in memory."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._at, self._file = 0, path.open("rb")

    def size(self, _: str) -> int:
        return self._size

    def wires(self, _: str, start: int, limit: int) -> list[bytes]:
        if start != self._at:
            self._file.seek(start * self._width())
        self._at = start + limit
        return [
            line.rstrip(b" \n") for line in (self._file.readline() for _ in range(limit)) if line
        ]

    def _width(self) -> int:
        return self._path.stat().st_size // self._size


class _Both:
    """The own log in its database, the other one in a file."""

    def __init__(self, own: Databases, heard: WireHistory) -> None:
        self._of: dict[str, Any] = {OWN: own, HEARD: heard}

    def size(self, log: str) -> int:
        return int(self._of[log].size(log))

    def entries(self, log: str, start: int, limit: int) -> list[Entry]:
        found: list[Entry] = self._of[log].entries(log, start, limit)
        return found

    def leaves(self, log: str) -> Iterator[bytes]:
        found: Iterator[bytes] = self._of[log].leaves(log)
        return found

    def of_case(self, log: str, case: str) -> Iterator[Entry]:
        found: Iterator[Entry] = self._of[log].of_case(log, case)
        return found


def by_and_by(number: int) -> str:
    """The case of an entry: 25 entries to a case, a thousand cases under way at a time."""
    turn, place = divmod(number, 25 * UNDER_WAY)
    return f"c-{turn * UNDER_WAY + place % UNDER_WAY:032d}"


def fill(folder: Path, entries: int) -> bytes:
    """A service that heard half of the entries and said half; gives the master key."""
    half = entries // 2
    with fresh_bench(f"sqlite:///{folder / 'own.sqlite'}", folder) as bench:
        bench.case_of = by_and_by
        with (folder / "heard").open("wb") as file:
            for start in range(0, half, MAX_BATCH * 20):
                lines = bench.heard(start, min(MAX_BATCH * 20, half - start))
                bench.write(lines, start)
                file.writelines(line.ljust(1400) + b"\n" for line in lines)
        return bench.master


def measure(folder: Path, entries: int, master: bytes, case: str | None) -> dict[str, float]:
    """Replay to now: entries a second of one core, and the peak of memory."""
    engine = open_database(f"sqlite:///{folder / 'own.sqlite'}", read_only=True)
    (file,) = folder.glob("keyring-*.sqlite")
    keyring = Keyring(f"sqlite:///{file}", master)
    heard = WireHistory(_Heard(folder / "heard", entries // 2))
    history = _Both(Databases({OWN: engine}), heard)
    before, at, cpu = peak_mib(), perf_counter(), process_time()
    reach = reach_at(SERVICE, history, moment=datetime(2100, 1, 1, tzinfo=UTC))
    done = replay(SERVICE, history, keyring, reach, case=case)
    seconds, used = perf_counter() - at, process_time() - cpu
    assert (sum(done.folded.entries.values()), done.erased) == (entries, 0)
    peak = peak_mib()
    keyring.close()
    engine.dispose()
    rates = {"wall": entries / seconds, "core": entries / used, "seconds": seconds}
    return rates | {"peak_mib": peak, "grown_mib": peak - before}


def rates() -> list[dict[str, Any]]:
    """Each replay of each size, measured in a process of its own."""
    found = []
    for entries in SIZES:
        with tempfile.TemporaryDirectory() as name:
            master = fill(Path(name), entries).hex()
            for what, case in (("service", ""), ("case", by_and_by(entries // 4))):
                words = ["-m", "tests.bench.replay", "one", name, str(entries), master, case]
                ran = subprocess.run([sys.executable, *words], check=True, capture_output=True)
                found.append({"what": what, "entries": entries, **json.loads(ran.stdout)})
    return found


def main() -> None:
    """Print what was measured, as JSON lines; ``one …`` is what each process runs."""
    if sys.argv[1:2] == ["one"]:
        folder, size, master, case = sys.argv[2:]
        found = measure(Path(folder), int(size), bytes.fromhex(master), case or None)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    sys.stdout.writelines(json.dumps(row) + "\n" for row in rates())


if __name__ == "__main__":
    main()
