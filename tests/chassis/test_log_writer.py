"""The writer: group commit, answers, isolation of what fails, and how much a batch costs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from services.chassis.store.database import open_database
from services.chassis.store.log import read_head
from services.chassis.work import DueWork, Timer
from services.chassis.writing import writer as writing
from services.chassis.writing.batch import Batch
from staffel_contracts.tlog.tree import Frontier
from tests.support.desk import Toy, ask, body, hear, new_toy
from tests.support.postgres import Postgres, PostgresServer
from tests.support.toy import Break, PlaceRow, Visit
from tests.support.until import DEADLINE_SECONDS, until


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def statements(toy: Toy) -> list[str]:
    """Collect the first words of every statement from now on, and every commit."""
    seen: list[str] = []

    def on_statement(*args: Any) -> None:
        seen.append(" ".join(args[2].split()[:3]))

    event.listen(toy.engine, "before_cursor_execute", on_statement)
    event.listen(toy.engine, "commit", lambda _: seen.append("COMMIT"))
    return seen


def test_a_log_has_no_gaps_and_its_head_is_its_entries(toy: Toy) -> None:
    toy.run(*(toy.visit(f"pl-{n % 7}", f"v{n}") for n in range(40)))
    toy.run(*(toy.visit(f"pl-{n % 5}", f"w{n}") for n in range(25)))

    entries = toy.entries()
    assert [entry["index"] for entry in entries] == list(range(130))
    with toy.engine.connect() as conn:
        head = read_head(conn)
        leaves = conn.exec_driver_sql("SELECT leaf FROM entry ORDER BY idx").scalars()
        frontier = Frontier()
        for leaf in leaves:
            frontier.append(bytes(leaf))
    assert (head.size, head.frontier.root()) == (130, frontier.root())


def test_a_batch_is_one_commit_and_a_handful_of_statements(toy: Toy) -> None:
    toy.run(toy.visit("warm"))
    seen = statements(toy)

    toy.run(*(toy.visit(f"pl-{n}", f"v{n}") for n in range(200)))

    assert seen.count("COMMIT") == 1
    selects = [s for s in seen if s.startswith("SELECT")]
    writes = [s for s in seen if s.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(selects) == 3  # answers, places, rumours
    assert len(writes) == 7  # head, entries, places, timers, visitors, answers, sequence
    assert len(seen) <= 12  # and BEGIN IMMEDIATE on SQLite


def test_every_commit_is_on_disk_before_it_is_told(toy: Toy) -> None:
    sqlite = toy.engine.dialect.name == "sqlite"
    question = "PRAGMA synchronous" if sqlite else "SHOW synchronous_commit"

    with toy.engine.connect() as conn:
        assert conn.exec_driver_sql(question).scalar() == (2 if sqlite else "on")


def test_an_input_that_is_refused_or_breaks_leaves_the_others_untouched(toy: Toy) -> None:
    good, refused, broken, other = toy.run(
        toy.visit("a"), toy.visit("b", "nobody"), ask(Break(place="c"), "k"), toy.visit("d")
    )

    assert (good.status, refused.status, broken.status, other.status) == (200, 404, 500, 200)
    assert body(refused)["field"] == "by"
    assert body(good)["entries"] == ["toy/0", "toy/1"]
    assert body(other)["entries"] == ["toy/2", "toy/3"]
    assert {row["place"] for row in toy.rows(PlaceRow.__table__)} == {"a", "d"}  # type: ignore[attr-defined]
    assert toy.bugs[0][1] == "our bug: ZeroDivisionError"


def test_a_value_that_the_database_refuses_stops_only_its_own_input(toy: Toy) -> None:
    bad = toy.visit("b", "v2")
    bad.command.__dict__["by"] = "lone \ud800 surrogate"

    outcomes = toy.run(toy.visit("a", "v1"), bad, toy.visit("c", "v3"))

    assert [outcome.status for outcome in outcomes] == [200, 500, 200]
    assert [entry["index"] for entry in toy.entries()] == [0, 1, 2, 3]


def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(toy: Toy) -> None:
    (first,) = toy.run(toy.visit("a", "v1", "key"))
    toy = toy.again()

    same, other, elsewhere = toy.run(
        toy.visit("a", "v1", "key"),
        toy.visit("a", "v2", "key"),
        ask(Visit(place="a", by="v3"), "key", "district-14612"),
    )

    assert same == first._replace(repeated=True)
    assert body(other)["code"] == "key-reused"
    assert body(elsewhere)["entries"] == ["toy/2", "toy/3"]
    toy.close()


def test_the_same_key_twice_in_one_batch_is_carried_out_once(toy: Toy) -> None:
    first, second = toy.run(toy.visit("a", "v1", "key"), toy.visit("a", "v1", "key"))

    assert second == first._replace(repeated=True)
    assert len(toy.entries()) == 2


def test_a_refusal_is_the_first_answer_too(toy: Toy) -> None:
    (first,) = toy.run(toy.visit("a", "nobody", "key"))

    (second,) = toy.run(toy.visit("a", "nobody", "key"))

    assert second == first._replace(repeated=True)


def test_numbers_of_a_sequence_have_no_gap_over_batches_and_restarts(toy: Toy) -> None:
    toy.run(toy.visit("a"), toy.visit("b", "nobody"), toy.visit("c"))
    toy = toy.again()
    toy.run(toy.visit("d"))

    with toy.engine.connect() as conn:
        assert conn.exec_driver_sql('SELECT "next" FROM sequence').scalar() == 3
    assert toy.differences() == []
    toy.close()


def test_recorded_time_never_goes_back(toy: Toy) -> None:
    toy.run(toy.visit("a"))
    late = toy.clock.now()
    toy.clock._moment = late - timedelta(hours=1)  # noqa: SLF001 - a clock that jumps back

    toy.run(toy.visit("b"))

    times = [entry["time"] for entry in toy.entries()]
    assert times == sorted(times)


def test_data_about_a_person_is_sealed_and_the_leaf_commits_to_it(toy: Toy) -> None:
    toy.run(toy.visit("a", "canary-name"))

    entry = toy.entries()[0]
    assert "data" not in entry
    assert {"sealkey", "keycommitment", "datahash"} <= entry.keys()
    assert "canary-name" not in str(entry)


def test_entries_heard_before_are_passed_over_and_a_hole_is_refused(toy: Toy) -> None:
    lines = [toy.gossip(n, "a") for n in range(3)]
    toy.run(hear(*lines[:2]))

    toy.run(hear(*lines))
    (outcome,) = toy.run(hear(toy.gossip(9, "a"), start=9))

    assert type(outcome).__name__ == "OutOfOrder"
    assert len(toy.entries()) == 3
    assert toy.writer.desk.cursors == {"gossip": 3}
    assert toy.differences(lines) == []


def test_callers_are_answered_by_the_thread_after_the_commit(toy: Toy) -> None:
    sizes: list[int] = []
    works = [toy.visit(f"p{n}") for n in range(50)]
    for work in works:
        work.settle = lambda _: sizes.append(toy.writer.head.size)

    toy.writer.start()
    for work in works:
        toy.writer.submit(work)
    toy.writer.stop()

    assert len(sizes) == 50
    assert min(sizes) >= 2
    assert toy.writer.head.size == 100


async def test_a_writer_at_rest_outlives_its_database_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "RENEW_EVERY", 0.0)
    with PostgresServer() as postgres, new_toy(postgres.create_database(), tmp_path) as toy:
        toy.writer.start()
        postgres.kill()
        turned = toy.writer.heartbeat
        await until(lambda: toy.writer.heartbeat > turned + 1, "it tried to renew its lease twice")
        postgres.start()
        toy.writer.submit(toy.visit("a"))
        toy.writer.stop()

        assert toy.writer.stopped_by is None
        assert [entry["subject"] for entry in toy.entries()] == ["a", "a"]


def test_a_connection_ended_while_idle_is_nobodys_fault(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.fresh_database() as url, new_toy(url, tmp_path) as toy:
        watching = open_database(url, read_only=True)

        def end(conn: Connection) -> None:
            pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 1")
            assert wait_for(lambda: is_gone(watching, pid))

        with beginning_with(toy, end, times=2):
            outcomes = toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b")))

        assert outcomes == [None]
        assert toy.parked() == {}
        assert len(toy.entries()) == 2
        watching.dispose()


def test_a_server_that_only_reads_is_waited_for_and_left(
    postgres: Postgres, tmp_path: Path
) -> None:
    connections: set[int] = set()

    def demote(conn: Connection) -> None:
        connections.add(conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        conn.exec_driver_sql("SET TRANSACTION READ ONLY")

    with postgres.fresh_database() as url, new_toy(url, tmp_path) as toy:
        with beginning_with(toy, demote, times=2):
            outcomes = toy.run(toy.visit("a"), hear(toy.gossip(0, "b")))

        assert (outcomes[0].status, outcomes[1]) == (200, None)
        assert toy.parked() == {}
        assert len(connections) == 2  # the next one may lead to another server


def test_what_cannot_even_be_set_aside_is_given_back(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise LookupError

    monkeypatch.setitem(toy.writer.desk.shelves["place"].__dict__, "load", broken)
    monkeypatch.setattr(Batch, "_park", broken)

    heard = toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b")))
    due = toy.run(DueWork([Timer("place", place, "leave", toy.clock.now()) for place in "ab"]))

    assert [type(outcome) for outcome in (*heard, *due)] == [LookupError, LookupError]
    assert toy.writer.desk.cursors == {"gossip": 0}


@contextmanager
def beginning_with(toy: Toy, act: Callable[[Connection], None], times: int) -> Iterator[None]:
    """Do something with the writer's connection at the beginning of the next transactions."""
    left = list(range(times))

    def begun(conn: Connection) -> None:
        if left:
            left.pop()
            act(conn)

    event.listen(toy.engine, "begin", begun)
    yield
    event.remove(toy.engine, "begin", begun)


def is_gone(engine: Engine, pid: int) -> bool:
    with engine.connect() as conn:
        found = conn.exec_driver_sql(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid:d}")
        return int(found.scalar_one()) == 0


def wait_for(condition: Callable[[], bool]) -> bool:
    """Look until it holds, in the writer's own thread; false after a minute."""
    end = monotonic() + DEADLINE_SECONDS
    while not (held := condition()) and monotonic() < end:
        pass
    return held
