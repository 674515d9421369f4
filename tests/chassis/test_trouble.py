"""What the database says no to: it is away, full, locked or damaged; or what was asked is wrong."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Connection, event

from services.chassis.store.database import open_database
from services.chassis.work import Work
from tests.support.desk import Toy, few_parameters, hear, new_toy
from tests.support.postgres import Postgres
from tests.support.until import DEADLINE_SECONDS


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Toy]:
    with new_toy(f"sqlite:///{tmp_path / 'staffel.db'}", tmp_path) as toy:
        yield toy


@pytest.mark.parametrize(
    ("lose", "bring_back", "said"),
    [
        (
            "ALTER TABLE toy_place RENAME TO away",
            "ALTER TABLE away RENAME TO toy_place",
            "the table toy_place is missing",
        ),
        (
            "ALTER TABLE timer RENAME COLUMN moment TO away",
            "ALTER TABLE timer RENAME COLUMN away TO moment",
            "the column timer.moment is missing",
        ),
    ],
)
def test_what_is_missing_in_the_database_is_told_and_costs_no_input(
    toy: Toy, lose: str, bring_back: str, said: str
) -> None:
    change(toy, lose)

    with running(toy, toy.visit("a"), hear(toy.gossip(0, "b"))) as outcomes:
        assert said in waits(toy)
        change(toy, bring_back)

    assert (outcomes[0].status, outcomes[1]) == (200, None)
    assert toy.parked() == {}
    assert toy.writer.trouble is None


def test_what_is_missing_in_the_keyring_costs_no_input_either(toy: Toy) -> None:
    keyring, line = open_database(toy.keyring_url), toy.gossip(0, "b")
    toy.keyring.forget()
    with keyring.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE person_key RENAME TO away")

    with running(toy, toy.visit("a"), hear(line)) as outcomes:
        assert "the table person_key is missing" in waits(toy)
        with keyring.begin() as conn:
            conn.exec_driver_sql("ALTER TABLE away RENAME TO person_key")

    assert (outcomes[0].status, outcomes[1]) == (200, None)
    assert toy.parked() == {}
    keyring.dispose()


def test_an_input_that_asks_for_too_much_stops_no_other(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = toy.writer.desk.shelves["place"].load

    def greedy(conn: Connection, keys: set[str]) -> Any:
        if "many" in keys:
            mark = "?" if conn.dialect.name == "sqlite" else "%s"
            marks = ", ".join([mark] * 70_000)
            conn.exec_driver_sql(f"SELECT 1 WHERE 1 IN ({marks})", (0,) * 70_000)
        return load(conn, keys)

    monkeypatch.setitem(toy.writer.desk.shelves["place"].__dict__, "load", greedy)
    with few_parameters(toy.engine):
        outcomes = toy.run(toy.visit("a"), toy.visit("many"), hear(toy.gossip(0, "many")))

    assert [outcome.status for outcome in outcomes[:2]] == [200, 500]
    assert toy.parked() == {"gossip/0": "broken"}
    assert [reason for _, reason, _ in toy.bugs] == ["our bug: ProgrammingError"]


def test_a_value_too_long_for_an_index_stops_only_its_own_input(
    postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.fresh_database() as url, new_toy(url, tmp_path) as toy:
        bad = toy.visit("b")
        bad.command.__dict__["place"] = "".join(chr(200 + n * n % 40_000) for n in range(9_000))

        outcomes = toy.run(toy.visit("a"), bad, toy.visit("c"))

        assert [outcome.status for outcome in outcomes] == [200, 500, 200]


@pytest.mark.parametrize(
    ("pragma", "undo", "said"),
    [
        ("query_only = 1", "query_only = 0", "can only be read (SQLITE_READONLY)"),
        ("max_page_count = 1", "max_page_count = 100000", "the disk is full (SQLITE_FULL)"),
        ("busy_timeout = 0", "busy_timeout = 10000", "is locked (SQLITE_BUSY)"),
    ],
)
def test_a_file_that_takes_nothing_just_now_is_waited_for_and_told(
    file: Toy, pragma: str, undo: str, said: str
) -> None:
    works = [file.visit(f"{n:050}") for n in range(200)]
    with (
        pragmas(file, pragma) as now,
        locked(file.url, really="busy" in pragma) as free,
        running(file, *works) as outcomes,
    ):
        assert said in waits(file)
        free()
        now[:] = [undo]

    assert {outcome.status for outcome in outcomes} == {200}
    assert file.writer.trouble is None


def test_a_damaged_file_is_nobodys_fault_and_told(file: Toy) -> None:
    file.run(*(file.visit(f"place-{n}") for n in range(100)))
    was = damage(file, "toy_place")

    with running(file, file.visit("place-7", "again"), hear(file.gossip(0, "b"))) as outcomes:
        assert "is damaged (SQLITE_CORRUPT): deploy/runbooks/restore.md" in waits(file)
        was()

    assert (outcomes[0].status, outcomes[1]) == (200, None)
    assert file.parked() == {}


def test_a_writer_that_is_told_to_stop_does_not_wait_for_its_database(toy: Toy) -> None:
    change(toy, "ALTER TABLE toy_place RENAME TO away")
    toy.writer.start()
    answers: list[Any] = []
    for place in "ab":
        visit = toy.visit(place)
        visit.settle = answers.append
        toy.writer.submit(visit)
    waits(toy)
    toy.writer.stop()

    assert [answer.status for answer in answers] == [503, 503]
    assert toy.writer.stopped_by is None
    change(toy, "ALTER TABLE away RENAME TO toy_place")


@contextmanager
def running(toy: Toy, *works: Work) -> Iterator[list[Any]]:
    """Have works run in a thread of their own; they are done when the block has ended."""
    outcomes: list[Any] = []
    thread = Thread(target=lambda: outcomes.extend(toy.run(*works)), daemon=True)
    thread.start()
    yield outcomes
    thread.join(DEADLINE_SECONDS)
    assert not thread.is_alive(), toy.writer.trouble


def waits(toy: Toy) -> str:
    """What the writer says that it waits for."""
    end = monotonic() + DEADLINE_SECONDS
    while (trouble := toy.writer.trouble) is None:
        assert monotonic() < end
        sleep(0.01)
    return trouble


def change(toy: Toy, statement: str) -> None:
    """Change the database behind the writer's back."""
    engine = open_database(toy.url)
    with engine.begin() as conn:
        conn.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def pragmas(toy: Toy, *first: str) -> Iterator[list[str]]:
    """Set pragmas on the writer's connection whenever it is taken: those that are in the list."""
    now = list(first)

    def taken(connection: sqlite3.Connection, *_: Any) -> None:
        for pragma in now:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(toy.engine, "checkout", taken)
    yield now
    event.remove(toy.engine, "checkout", taken)


@contextmanager
def locked(url: str, *, really: bool) -> Iterator[Any]:
    """Hold a file locked until told otherwise."""
    other = sqlite3.connect(
        url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    if really:
        other.execute("BEGIN IMMEDIATE")
    yield lambda: other.in_transaction and other.execute("ROLLBACK")
    other.close()


def damage(toy: Toy, table: str) -> Any:
    """Overwrite a table's pages in the file; gives how to put them back."""
    path = Path(toy.url.removeprefix("sqlite:///"))
    with toy.engine.connect() as conn:
        find = f"SELECT rootpage FROM sqlite_master WHERE tbl_name = '{table}'"
        roots = [row[0] for row in conn.exec_driver_sql(find)]
        size = conn.exec_driver_sql("PRAGMA page_size").scalar_one()
    toy.engine.dispose()
    good = path.read_bytes()

    def write(page: Callable[[int], bytes]) -> None:
        with path.open("r+b") as file:
            for begin in ((root - 1) * size for root in roots):
                file.seek(begin)
                file.write(page(begin))

    write(lambda _: b"\xff" * size)
    return lambda: write(lambda begin: good[begin : begin + size])
