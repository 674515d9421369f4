"""Every read of personal data is recorded before it is answered, and forgotten after six months."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.access import Turned
from services.chassis.asking.recording import Recorder
from services.chassis.store.tables import ReadHeadRow, ReadRow
from services.chassis.work import Read, ReadWork, Work
from services.chassis.writing.reads import (
    KIND,
    Touched,
    append_reads,
    are_reads_over,
    cases_in,
    check_reads,
    forget_reads_of,
    read_head_of,
    reads_of,
)
from staffel_contracts.codes import AccessPurpose, FieldGroup
from staffel_contracts.facts.notify import RecordRead
from tests.support.desk import START, Toy, few_parameters, new_toy
from tests.support.until import until

READ = ReadRow.__table__  # type: ignore[attr-defined]
READ_HEAD = ReadHeadRow.__table__  # type: ignore[attr-defined]


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def a_read(*cases: str, reader: str = "caseworker-7") -> Read:
    return Read(
        "jobcenter-12069",
        reader,
        "caseworker",
        "handoff",
        "query/handover-sheet",
        cases,
        ("identity",),
    )


def rows(toy: Toy) -> list[dict[str, Any]]:
    return sorted(toy.rows(READ), key=lambda row: int(row["idx"]))


def recorded(toy: Toy, *reads: Read) -> None:
    assert toy.run(ReadWork(list(reads))) == [None]


def kept(toy: Toy, case: str) -> list[Any]:
    with toy.engine.connect() as conn:
        return reads_of(conn, case)


def over(toy: Toy) -> bool:
    with toy.engine.connect() as conn:
        return are_reads_over(conn, toy.clock.now())


def test_a_read_is_found_again_by_each_case_with_who_what_for_and_when(toy: Toy) -> None:
    recorded(toy, a_read("c-1", "c-2"), a_read("c-2", reader="caseworker-8"))

    assert [one.index for one in kept(toy, "c-1")] == [0]
    first, second = kept(toy, "c-2")
    assert (first.read["reader_ref"], second.read["reader_ref"]) == ("caseworker-7", "caseworker-8")
    assert first.read["agency"] == "jobcenter-12069"
    assert (first.read["purpose"], first.read["field_groups"]) == ("handoff", ["identity"])
    assert first.time == "2026-03-02T09:00:00.000000Z"
    assert kept(toy, "c-3") == []


def test_a_read_has_the_shape_that_the_catalogue_says(toy: Toy) -> None:
    recorded(toy, a_read("c-1"))

    (row,) = rows(toy)
    fact = RecordRead.read(bytes(row["data"]))
    assert RecordRead.TYPE == KIND
    assert (fact.purpose, fact.field_groups) == (AccessPurpose.HANDOFF, (FieldGroup.IDENTITY,))


def test_leaves_name_nobody_and_are_in_the_tree(toy: Toy) -> None:
    recorded(toy, *(a_read(f"c-{n}") for n in range(5)))

    leaves = [bytes(row["leaf"]) for row in rows(toy)]
    assert not any(b"c-" in leaf or b"caseworker" in leaf for leaf in leaves)
    with toy.engine.connect() as conn:
        assert check_reads(conn) == 5


def test_reads_and_commands_go_into_one_commit(toy: Toy) -> None:
    before = toy.writer.head.size

    outcomes = toy.run(toy.visit("p1"), ReadWork([a_read("p1")]), ReadWork([a_read("p2")]))

    assert outcomes[0].status == 200
    assert outcomes[1:] == [None, None]
    assert toy.writer.head.size == before + 2
    assert [row["idx"] for row in rows(toy)] == [0, 1]


def test_another_process_may_record_in_between(toy: Toy) -> None:
    recorded(toy, a_read("c-1"))
    with toy.engine.begin() as conn:
        append_reads(conn, [a_read("c-1", reader="auditor")], START, "test/toy")
    recorded(toy, a_read("c-1"))

    assert [one.index for one in kept(toy, "c-1")] == [0, 1, 2]
    with toy.engine.connect() as conn:
        assert check_reads(conn) == 3


def test_after_six_months_the_data_is_gone_and_the_proof_stays(toy: Toy) -> None:
    recorded(toy, a_read("c-1"))
    toy.clock.set(datetime(2026, 6, 1, 9, tzinfo=UTC))
    recorded(toy, a_read("c-1"))
    toy.clock.set(datetime(2026, 9, 2, 21, 59, tzinfo=UTC))
    assert not over(toy)
    recorded(toy)
    assert [one.index for one in kept(toy, "c-1")] == [0, 1]

    toy.clock.set(datetime(2026, 9, 2, 22, 0, tzinfo=UTC))
    assert over(toy)
    recorded(toy)

    assert [one.index for one in kept(toy, "c-1")] == [1]
    old, fresh = rows(toy)
    assert old["data"] is None
    assert fresh["data"] is not None
    with toy.engine.connect() as conn:
        assert check_reads(conn) == 2
        assert read_head_of(conn).kept_from == 1


async def test_what_is_over_is_forgotten_when_the_clock_moves_on_and_nothing_is_written_before(
    toy: Toy,
) -> None:
    recorded(toy, a_read("c-1"))
    given: list[Work] = []

    def submit(work: Work) -> None:
        given.append(work)
        toy.writer.submit(work)

    toy.writer.start()
    recording = asyncio.create_task(Recorder(submit, toy.clock, toy.engine).run())
    try:
        await until(lambda: len(toy.clock._watchers) == 1)  # noqa: SLF001 - it listens
        toy.clock.set(START + timedelta(days=100))
        toy.clock.set(START + timedelta(days=200))
        await until(lambda: kept(toy, "c-1") == [])
    finally:
        recording.cancel()
        await asyncio.gather(recording, return_exceptions=True)
        await asyncio.to_thread(toy.writer.stop)

    assert len(given) == 1


def test_of_an_erased_person_no_read_is_kept(toy: Toy) -> None:
    recorded(toy, a_read("c-1"), a_read("c-2"))

    with toy.engine.begin() as conn:
        assert forget_reads_of(conn, ["c-1"]) == 1

    assert kept(toy, "c-1") == []
    assert len(kept(toy, "c-2")) == 1
    assert [row["data"] is None for row in rows(toy)] == [True, False]


def test_a_case_read_more_often_than_a_statement_takes_parameters_is_erased_too(toy: Toy) -> None:
    recorded(toy, a_read("c-1"), a_read("c-2"))
    with toy.engine.begin() as conn:
        conn.exec_driver_sql(f"{MANY} INSERT INTO read_of SELECT 'c-1', n FROM many")
        copy = "SELECT n, at, leaf, data FROM read_entry, many WHERE idx = 0"
        conn.exec_driver_sql(f"{MANY} INSERT INTO read_entry {copy}")

    with few_parameters(toy.engine), toy.engine.begin() as conn:
        gone = forget_reads_of(conn, ["c-1"])

    assert gone == 70_000
    assert kept(toy, "c-1") == []
    assert len(kept(toy, "c-2")) == 1


MANY = "WITH RECURSIVE many(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM many WHERE n < 70000)"
FIRST = "(SELECT {} FROM read_entry WHERE idx = 0)"
TOUCHES = {
    "DELETE FROM read_entry WHERE idx = 1": "read 1 is missing",
    f"UPDATE read_entry SET data = {FIRST.format('data')} WHERE idx = 1": "read 1: its data is not",
    f"UPDATE read_entry SET leaf = {FIRST.format('leaf')}, data = NULL WHERE idx = 1;"
    "DELETE FROM read_of WHERE idx = 1": "the root",
    "DELETE FROM read_entry WHERE idx = 2": "the root over 2 reads is another",
    "DELETE FROM read_of WHERE idx = 1": "read 1 is not found under its case",
    "UPDATE read_of SET case_id = 'c-9' WHERE idx = 1": "read 1 is not found under its case",
    "UPDATE read_entry SET data = NULL WHERE idx = 1": "read 1 is not found under its case",
    "UPDATE read_head SET kept_from = 1": "read 0: its time is over, and its data is still there",
}


@pytest.mark.parametrize("statement", TOUCHES)
def test_who_touches_the_read_log_is_found_out(toy: Toy, statement: str) -> None:
    recorded(toy, *(a_read(f"c-{n}") for n in range(3)))
    with toy.engine.begin() as conn:
        for one in statement.split(";"):
            conn.exec_driver_sql(one)

    with toy.engine.connect() as conn, pytest.raises(Touched, match=TOUCHES[statement]):
        check_reads(conn)


def test_what_cannot_be_recorded_is_not_to_be_answered(toy: Toy) -> None:
    toy.writer.start()
    recorder = Recorder(toy.writer.submit, toy.clock, toy.engine)
    recorder.record(a_read("c-1"))
    toy.writer.stop()

    with pytest.raises(Turned) as turned:
        recorder.record(a_read("c-1"))

    assert turned.value.answer.status == 503
    assert len(kept(toy, "c-1")) == 1


def test_many_readers_at_once_share_commits(toy: Toy) -> None:
    toy.writer.start()
    recorder = Recorder(toy.writer.submit, toy.clock, toy.engine)
    threads = [
        threading.Thread(target=recorder.record, args=(a_read(f"c-{n}"),)) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    toy.writer.stop()

    with toy.engine.connect() as conn:
        assert check_reads(conn) == 20


def test_the_cases_of_an_answer_are_found_wherever_they_stand() -> None:
    answer = {
        "case": "c-1",
        "rows": [{"case_id": "c-2", "other": 1}, {"event": {"subject": "c-3"}}],
        "told": ({"case": None},),
    }

    assert list(cases_in(answer)) == ["c-1", "c-2", "c-3"]
    assert list(cases_in({"size": 3})) == []


def test_time_never_goes_back_in_the_read_log(toy: Toy) -> None:
    toy.clock.set(START + timedelta(hours=1))
    recorded(toy, a_read("c-1"))
    with toy.engine.begin() as conn:
        append_reads(conn, [a_read("c-1")], START, "test/toy")

    assert {one.time for one in kept(toy, "c-1")} == {"2026-03-02T10:00:00.000000Z"}
