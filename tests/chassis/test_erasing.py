"""Erasing a person in one service: data and rows go, leaves stay, and the log still folds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from services.chassis.keys.erasures import Erasure
from services.chassis.store.database import scrub
from services.chassis.store.leftovers import ANSWER, Left, leftovers
from services.chassis.store.log import ENTRY, LogSource, read_entries, read_head
from services.chassis.work import ErasureWork
from services.chassis.writing.batch import Batch
from services.chassis.writing.erasing import ERASED
from services.chassis.writing.timers import TIMER
from staffel_contracts.codes import RefusalCode
from staffel_contracts.tlog.tree import Frontier
from tests.support.desk import Toy, body, few_parameters, hear, line, new_toy
from tests.support.toy import PlaceRow, Rumoured, RumourRow, VisitorRow, WordRow


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def erasure(toy: Toy, place: str) -> Erasure:
    key = toy.keyring.keys_of([f"p-{place}"])[f"p-{place}"]
    return Erasure(key.key_id, key.owner, place, decided(place))


def decided(place: str) -> str:
    """What another service said: the toy itself decides about nobody."""
    return line(99, place, Rumoured(words=1).model_dump_json().encode(), None, None).decode()


def look(toy: Toy, one: Erasure) -> Left:
    with toy.engine.connect() as conn:
        return leftovers(conn, {one.key_id: one.case})[one.key_id]


def erase(toy: Toy, one: Erasure) -> None:
    toy.run(ErasureWork(one, look(toy, one)))
    toy.keyring.destroy([one])


def data_of(toy: Toy) -> dict[int, bool]:
    with toy.engine.connect() as conn:
        return {e.index: e.data is not None for e in read_entries(conn, 0, 100)}


@pytest.fixture
def two(toy: Toy) -> Toy:
    """Two places that were visited and rumoured of."""
    toy.run(toy.visit("a"))
    toy.run(toy.visit("b", by="v2"))
    toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b")))
    return toy


def test_data_and_rows_of_one_person_go_and_all_others_stay(two: Toy) -> None:
    one = erasure(two, "a")
    before = {row["idx"]: row["leaf"] for row in two.rows(ENTRY)}

    erase(two, one)

    mine = [i for i, e in enumerate(two.entries()) if e["subject"] == "a"]
    assert {i for i, there in data_of(two).items() if not there} == set(mine)
    assert {row["idx"]: row["leaf"] for row in two.rows(ENTRY)} == before
    tables: list[Any] = [PlaceRow, RumourRow, VisitorRow, WordRow]
    for table in tables:
        assert [row["place"] for row in two.rows(table.__table__)] == ["b"]
    assert [row["key"] for row in two.rows(ANSWER)] == ["district-12069/b-v2"]


def test_the_tree_still_verifies_and_the_log_folds_into_the_same_rows(two: Toy) -> None:
    erase(two, erasure(two, "a"))

    with two.engine.connect() as conn:
        head, frontier = read_head(conn), Frontier()
        for entry in read_entries(conn, 0, head.size):
            frontier.append(entry.leaf)
    assert frontier.to_bytes() == head.frontier.to_bytes()
    lines = [two.gossip(1, "b")]
    found = two.differences([lines[0].replace(b"gossip/1", b"gossip/0"), *lines])
    # Whose numbers go has to say so with a fact of its own, as notify does for the feeds.
    assert {one.table for one in found} == {"sequence"}


def test_what_is_said_about_an_erased_person_is_refused_with_a_code(two: Toy) -> None:
    erase(two, erasure(two, "a"))

    [answer] = two.run(two.visit("a", key="again"))

    assert (answer.status, body(answer)["code"]) == (410, RefusalCode.SUBJECT_ERASED)
    size = len(two.entries())
    two.run(hear(two.gossip(2, "b"), start=2))
    assert len(two.entries()) == size + 1


def test_what_is_heard_of_an_erased_person_is_passed_over(two: Toy) -> None:
    late = two.gossip(2, "a")
    erase(two, erasure(two, "a"))

    two.run(hear(late, start=2))

    assert two.parked() == {}
    assert two.writer.desk.cursors["gossip"] == 3
    assert [row["place"] for row in two.rows(RumourRow.__table__)] == ["b"]  # type: ignore[attr-defined]


def test_erased_twice_is_erased_once(two: Toy) -> None:
    one = erasure(two, "a")
    erase(two, one)
    before = two.rows(ENTRY)

    erase(two, one)

    assert two.rows(ENTRY) == before
    assert [row["key_id"] for row in two.rows(ERASED)] == [one.key_id]


def test_more_is_erased_of_a_person_than_a_statement_takes_parameters(two: Toy) -> None:
    one = erasure(two, "a")
    left, many = look(two, one), range(1000, 71_000)
    left.data += many
    left.answers += [f"district-12069/{n}" for n in many]
    left.parked += [f"gossip/{n}" for n in many]

    with few_parameters(two.engine), two.engine.begin() as conn:
        Batch(two.writer.desk, conn, two.writer.head, two.clock.now()).run([ErasureWork(one, left)])

    assert not look(two, one)
    assert look(two, erasure(two, "b")).data


def test_a_service_that_restarts_knows_whom_it_erased(two: Toy) -> None:
    one = erasure(two, "a")
    erase(two, one)

    again = two.again()

    [answer] = again.run(again.visit("a", key="again"))
    assert body(answer)["code"] == RefusalCode.SUBJECT_ERASED
    assert one.key_id in again.writer.desk.erased
    again.close()


def test_parked_inputs_of_the_person_go_and_their_case_waits_no_more(two: Toy) -> None:
    two.run(hear(two.gossip(2, "a", words=13), two.gossip(3, "a"), two.gossip(4, "b", 13), start=2))
    assert two.parked() == {"gossip/2": "broken", "gossip/3": "waiting", "gossip/4": "broken"}

    erase(two, erasure(two, "a"))

    assert two.parked() == {"gossip/4": "broken"}
    assert two.writer.desk.parked == {"b"}


def test_deadlines_of_the_person_go(two: Toy) -> None:
    erase(two, erasure(two, "a"))

    assert [row["key"] for row in two.rows(TIMER)] == ["b"]


def test_no_file_of_the_database_holds_the_ciphertext_or_the_rows(tmp_path: Path) -> None:
    with new_toy(f"sqlite:///{tmp_path / 'toy.sqlite'}", tmp_path) as toy:
        toy.run(toy.visit("canary-place", by="canary-visitor"))
        with toy.engine.connect() as conn:
            sealed = [bytes(e.data or b"") for e in read_entries(conn, 0, 10)]
        erase(toy, erasure(toy, "canary-place"))

        assert scrub(toy.engine, [])

        held = b"".join(file.read_bytes() for file in tmp_path.glob("toy.sqlite*"))
        assert not [data for data in sealed if data in held]
        assert b"canary-visitor" not in held


def test_leftovers_of_many_persons_are_found_in_one_look(two: Toy) -> None:
    one, other = erasure(two, "a"), erasure(two, "b")

    with two.engine.connect() as conn:
        found = leftovers(conn, {one.key_id: "a", other.key_id: "b", "0" * 24: "c"})

    assert set(found[one.key_id].data).isdisjoint(found[other.key_id].data)
    assert found[one.key_id].answers == ["district-12069/a-v1"]
    assert found[other.key_id].answers == ["district-12069/b-v2"]
    assert not found["0" * 24]
    wires: list[Any] = [from_json(w) for w in LogSource(two.engine).wires(0, 100)]
    assert {wires[i]["sealkey"] for i in found[one.key_id].sealed} == {one.key_id}
