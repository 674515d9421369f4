"""``make bench``: measure side by side, in random order, and write the page about it."""

import argparse
import asyncio
import gc
import json
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tests.bench import audit, contracts, hop, memory, page, transport, writing
from tests.support.nats import server_in
from tests.support.postgres import Postgres, postgres_for_tests

Measure = Callable[[str, Path, int], float]

DATABASES: dict[str, tuple[Measure, int]] = {
    "writer": (writing.writer, 20_000),
    "writer, hearing": (writing.hearing, 10_000),
    "bulk Core inserts": (writing.bulk_inserts, 20_000),
    "eventsourcing": (writing.eventsourcing_package, 5_000),
    "eventsourcing, reading": (writing.eventsourcing_reading, 5_000),
    "whole hop": (hop.hop, 20_000),
    "usual hop": (hop.usual, 150),
    "rebuild": (writing.rebuild, 20_000),
}
"""What is measured on each database, and with how many entries."""
KINDS = ("SQLite", "PostgreSQL")


def main() -> None:
    """Measure and write ``docs/performance.md``, or with ``--quick`` only print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="once, fewer entries, no page")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rounds = 1 if options.quick else options.rounds
    with postgres_for_tests() as postgres:
        found = measure(postgres, rounds, 10 if options.quick else 1)
        million = {} if options.quick else {k: _million(k, postgres) for k in KINDS}
    peaks = memory.peaks(200 if options.quick else 2000)
    if options.json:
        figures = {"rates": found, "million": million, "peak_mib": peaks}
        options.json.write_text(json.dumps(figures, indent=2))
    text = page.render(found, million, peaks, rounds)
    sys.stdout.write(text)
    if not options.quick:
        Path("docs/performance.md").write_text(text, encoding="utf-8")


def measure(postgres: Postgres, rounds: int, divide: int) -> dict[str, list[float]]:
    """Every rate of every round, by name; the order is shuffled in each round."""
    found: dict[str, list[float]] = {}
    jobs = [(name, kind) for name in DATABASES for kind in KINDS] + [
        ("transport", ""),
        ("contracts", ""),
        ("audit", ""),
    ]
    for _ in range(rounds):
        random.shuffle(jobs)
        for name, kind in jobs:
            gc.collect()
            gc.freeze()  # what the measurements before left behind slows nobody down
            if name == "transport":
                rates = _transport(50_000 // divide)
            elif name == "audit":
                rates = audit.measure(1_000_000 // divide)
            elif name == "contracts":
                rates = contracts.measure(200_000 // divide)
            else:
                work, entries = DATABASES[name]
                rates = {f"{name}, {kind}": _on(kind, postgres, work, max(100, entries // divide))}
            for label, rate in rates.items():
                found.setdefault(label, []).append(rate)
                sys.stderr.write(f"{label:34} {rate:12,.0f}/s\n")
    return found


def _on(kind: str, postgres: Postgres, work: Measure, entries: int) -> float:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if kind == "SQLite":
            return work(f"sqlite:///{folder / 'bench.sqlite'}", folder, entries)
        return work(stack.enter_context(postgres.fresh_database()), folder, entries)


def _transport(entries: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, server_in(Path(folder)) as server:
        rates = asyncio.run(transport.measure(server, entries))
    return {f"transport {name}": value for name, value in asdict(rates).items()}


def _million(kind: str, postgres: Postgres) -> tuple[float, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if kind == "SQLite":
            return writing.slowdown(f"sqlite:///{folder / 'bench.sqlite'}", folder, 1_000_000)
        return writing.slowdown(stack.enter_context(postgres.fresh_database()), folder, 1_000_000)


if __name__ == "__main__":
    main()
