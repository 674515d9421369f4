"""Writing: our writer, the raw limit of bulk inserts, and the package ``eventsourcing``."""

import os
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, make_url
from sqlmodel import SQLModel

from services.chassis.folding.rebuild import Fold
from services.chassis.store.database import open_database
from services.chassis.store.tables import EntryRow
from services.chassis.writing.writer import MAX_BATCH
from tests.bench.load import SERVICE, Bench, fresh_bench

ENTRY = EntryRow.__table__  # type: ignore[attr-defined]
EVENTS = 100


def writer(url: str, folder: Path, entries: int) -> float:
    """Entries said a second by commands: decided, sealed, hashed, committed and answered."""
    with fresh_bench(url, folder) as bench:
        bench.ask(0, MAX_BATCH)
        return _rate(entries, lambda: bench.ask(MAX_BATCH, entries // 2))


def hearing(url: str, folder: Path, entries: int) -> float:
    """Entries said a second because of entries heard, which are checked and opened first."""
    with fresh_bench(url, folder) as bench:
        bench.write(bench.heard(0, MAX_BATCH), 0)
        lines = bench.heard(MAX_BATCH, entries)
        return _rate(entries, lambda: bench.write(lines, MAX_BATCH))


def bulk_inserts(url: str, folder: Path, entries: int) -> float:  # noqa: ARG001
    """The raw limit: Core inserts of finished entries, 500 to a commit."""
    engine = open_database(url)
    with engine.begin() as conn:
        SQLModel.metadata.create_all(conn, tables=[ENTRY])
    rows = [{"idx": n, "leaf": os.urandom(520), "data": os.urandom(420)} for n in range(entries)]

    def write() -> None:
        for at in range(0, entries, MAX_BATCH):
            with engine.begin() as conn:
                conn.execute(insert(ENTRY), rows[at : at + MAX_BATCH])

    rate = _rate(entries, write)
    engine.dispose()
    return rate


def rebuild(url: str, folder: Path, entries: int) -> float:
    """Entries folded a second, own and heard ones, into fresh rows."""
    with fresh_bench(url, folder) as bench:
        lines = bench.heard(0, entries)
        bench.write(lines, 0)
        fold = Fold(SERVICE, bench.keyring)
        with bench.engine.connect() as conn:
            return _rate(
                2 * entries,
                lambda: fold.run(conn, lambda _, start, limit: lines[start : start + limit]),
            )


def eventsourcing_package(url: str, folder: Path, entries: int) -> float:  # noqa: ARG001
    """Events appended a second by an aggregate of the package, 100 to a commit."""
    application = import_module("eventsourcing.application").Application(env=_environment(url))
    texts = ["x" * 380] * EVENTS

    def write() -> None:
        for _ in range(entries // EVENTS):
            note = _aggregate()(uuid4().hex)
            for text in texts:
                note.add(text)
            application.save(note)

    rate = _rate(entries, write)
    application.close()
    return rate


def eventsourcing_reading(url: str, folder: Path, entries: int) -> float:  # noqa: ARG001
    """Events of the package read back a second, 500 at once, undecoded."""
    application = import_module("eventsourcing.application").Application(env=_environment(url))
    for _ in range(entries // EVENTS):
        note = _aggregate()(uuid4().hex)
        for _ in range(EVENTS - 1):
            note.add("x" * 380)
        application.save(note)

    def read() -> None:
        for start in range(1, entries + 1, MAX_BATCH):
            application.recorder.select_notifications(start, MAX_BATCH)

    rate = _rate(entries, read)
    application.close()
    return rate


def _environment(url: str) -> dict[str, str]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        file = tempfile.mkdtemp() + "/events.sqlite"
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": file}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.database or "",
        "POSTGRES_HOST": parts.host or "",
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
    }


_NOTE: list[Any] = []


def _aggregate() -> Any:
    if not _NOTE:
        domain: Any = import_module("eventsourcing.domain")

        class BenchNote(domain.Aggregate):
            """An aggregate that keeps texts."""

            @domain.event("Started")
            def __init__(self, name: str) -> None:
                self.name = name
                self.count = 0

            @domain.event("Added")
            def add(self, text: str) -> None:
                self.count += len(text) > 0

        _NOTE.append(BenchNote)
    return _NOTE[0]


def _rate(entries: int, work: Callable[[], Any]) -> float:
    start = perf_counter()
    work()
    return entries / (perf_counter() - start)


def slowdown(url: str, folder: Path, entries: int) -> tuple[float, float]:
    """The writer's rate in an empty log, and in the same log when it holds ``entries``."""
    probe = 10_000
    with fresh_bench(url, folder) as bench:
        bench.ask(0, MAX_BATCH)
        first = median(_probe(bench, MAX_BATCH + n * probe, probe) for n in range(3))
        at = MAX_BATCH + 3 * probe
        bench.ask(at, entries // 2 - at)
        at = entries // 2
        return first, median(_probe(bench, at + n * probe, probe) for n in range(3))


def _probe(bench: Bench, start: int, count: int) -> float:
    return _rate(2 * count, lambda: bench.ask(start, count))
