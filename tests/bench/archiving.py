"""What proving costs: the tree and its signatures beside the writer, and the archive, an entry.

``python -m tests.bench.archiving``. In CPU time, so that a busy machine changes the ratios little.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from services.audit.archive import Archive
from services.audit.verifying import verify
from services.chassis.store.log import read_entries
from services.chassis.writing.writer import MAX_BATCH
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
from staffel_contracts.tlog.tree import Frontier
from tests.bench.load import fresh_bench
from tests.support.wires import make_wires

ENTRIES = 20_000
ROUNDS = 3
_STEP = 1000
_ORIGIN = "bench.example/casework"


def writing() -> dict[str, float]:
    """CPU seconds an entry: the writer, the tree in it, and beside it a signature a batch."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with fresh_bench(f"sqlite:///{folder / 'bench.sqlite'}", folder) as bench:
            bench.ask(0, MAX_BATCH)
            writer = _seconds(lambda: bench.ask(MAX_BATCH, ENTRIES // 2)) / ENTRIES
            with bench.engine.connect() as conn:
                leaves = [e.leaf for e in read_entries(conn, _STEP, _STEP + ENTRIES)]
    tree = _seconds(lambda: _grow(leaves)) / ENTRIES
    return {"writer": writer, "tree": tree, "signing": _signing() / (2 * MAX_BATCH)}


def archiving() -> float:
    """CPU seconds an entry of 420 bytes of data: verified, appended with its tiles, synced."""
    lines = make_wires("casework", 0, ENTRIES, size=420)
    with tempfile.TemporaryDirectory() as folder:
        log = Archive(Path(folder)).log("casework")
        log.open()

        def archive() -> None:
            for start, stop in pairwise(range(0, ENTRIES + 1, _STEP)):
                verify(lines[start:stop], "casework", start, None)
                log.append(lines[start:stop])

        return _seconds(archive) / ENTRIES


def main() -> None:
    """Measure and print."""
    rounds = [writing() for _ in range(ROUNDS)]
    shares = [(one["tree"] + one["signing"]) / one["writer"] for one in rounds]
    for one, share in zip(rounds, shares, strict=True):
        parts = ", ".join(f"{name} {seconds * 1e6:.2f} µs" for name, seconds in one.items())
        sys.stdout.write(f"{parts}: tree and signing are {share:.1%} of the writer\n")
    archive = median(archiving() for _ in range(ROUNDS))
    sys.stdout.write(f"archive: {archive * 1e6:.1f} µs, {1 / archive:,.0f} entries/s of a core\n")


def _grow(leaves: Sequence[bytes]) -> None:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)


def _signing() -> float:
    key, checkpoint = new_key(_ORIGIN, Kind.NOTE), Checkpoint(_ORIGIN, ENTRIES, bytes(32))
    count = 200
    return _seconds(lambda: [sign_checkpoint(checkpoint, key) for _ in range(count)]) / count


def _seconds(work: Callable[[], Any]) -> float:
    began = process_time()
    work()
    return process_time() - began


if __name__ == "__main__":
    main()
