"""The tables are a fold of the logs, and whoever touched them is found out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from services.chassis.folding.comparing import differences, side_by_side
from services.chassis.folding.rebuild import Fold, write_anew
from services.chassis.store.database import rows_in_order
from services.chassis.store.spill import Spill
from services.chassis.work import DueWork, Timer
from tests.support.desk import START, Toy, hear, new_toy
from tests.support.toy import STAY, TOY, PlaceRow

PLACE = PlaceRow.__table__  # type: ignore[attr-defined]
Step = tuple[str, int, int]


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def busy(toy: Toy) -> list[bytes]:
    toy.run(*(toy.visit(f"p{n % 3}", f"v{n}") for n in range(9)))
    lines = [toy.gossip(n, f"p{n % 4}", n) for n in range(8)]
    toy.run(hear(*lines))
    toy.run(DueWork([Timer("place", "p0", "leave", START + STAY)]))
    return lines


def test_the_tables_are_the_fold_of_the_logs(toy: Toy) -> None:
    lines = busy(toy)

    assert toy.differences(lines) == []


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(["visit", "hear", "due"]), st.integers(0, 3), st.integers(0, 14)),
        max_size=30,
    )
)
def test_whatever_happens_the_tables_stay_the_fold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    folder = tmp_path_factory.mktemp("toy")
    with new_toy(f"sqlite:///{folder}/toy.sqlite", folder) as toy:
        lines: list[bytes] = []
        for number, (what, place, words) in enumerate(steps):
            if what == "visit":
                toy.run(toy.visit(f"p{place}", f"v{number}"))
            elif what == "hear":
                lines.append(toy.gossip(len(lines), f"p{place}", words))
                toy.run(hear(lines[-1], start=len(lines) - 1))
            else:
                toy.run(DueWork([Timer("place", f"p{place}", "leave", START + STAY)]))

        assert toy.differences(lines) == []
        assert [entry["index"] for entry in toy.entries()] == list(range(len(toy.entries())))


TAMPERINGS = {
    "UPDATE toy_place SET visits = visits + 1 WHERE place = 'p1'": "toy_place p1: column visits",
    "DELETE FROM toy_place WHERE place = 'p2'": "toy_place p2: missing",
    "INSERT INTO toy_place (place, visits) VALUES ('new', 1)": "toy_place new: not in the log",
    "UPDATE toy_rumour SET words = 99 WHERE place = 'p3'": "toy_rumour p3: column words",
    "UPDATE toy_word SET words = 99 WHERE rumour = '5'": "toy_word 5: column words",
    "DELETE FROM toy_word WHERE rumour = '5'": "toy_word 5: missing",
    """UPDATE toy_visitor SET place = 'p9' WHERE "by" = 'v1'""": "toy_visitor v1: column place",
    "DELETE FROM timer WHERE id = 'place/p1/leave'": "timer place/p1/leave: missing",
    'UPDATE sequence SET "next" = 99': "sequence counted.v1/12069: column next",
    "UPDATE head SET frontier = CAST('x' AS {blob})": "head 1: size or Merkle frontier",
}


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_a_touched_row_is_named_with_its_table_and_column(toy: Toy, statement: str) -> None:
    lines = busy(toy)
    blob = "BLOB" if toy.engine.dialect.name == "sqlite" else "BYTEA"
    frontier = "frontier" in statement
    with toy.engine.begin() as conn:
        if frontier:
            swapped = bytes(reversed(toy.writer.head.frontier.to_bytes()))
            sql = f"UPDATE head SET frontier = {_hex(swapped, blob)}"
            conn.exec_driver_sql(sql)
        else:
            conn.exec_driver_sql(statement)

    found = [f"{d.table} {d.key}: {d.what}" for d in toy.differences(lines)]

    assert len(found) == 1
    assert found[0].startswith(TAMPERINGS[statement])


def _hex(data: bytes, blob: str) -> str:
    return f"X'{data.hex()}'" if blob == "BLOB" else f"decode('{data.hex()}', 'hex')"


def test_an_entry_taken_out_of_the_log_is_noticed(toy: Toy) -> None:
    lines = busy(toy)
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM entry WHERE idx = 4")

    found = {f"{d.table}: {d.what}" for d in toy.differences(lines)}

    assert "entry: the index has a hole" in found
    assert "head: size or Merkle frontier differ from the entries" in found


def test_tables_written_anew_are_the_fold_again(toy: Toy) -> None:
    lines = busy(toy)
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM toy_place")
        conn.exec_driver_sql("DELETE FROM timer")

    with toy.engine.begin() as conn:
        fold = Fold(TOY, toy.keyring).run(conn, lambda _, s, n: lines[s : s + n])
        write_anew(TOY, conn, fold)

    assert toy.differences(lines) == []


# -- logs that are larger than memory ------------------------------------------------------------

ODD_KEYS = ["b", "B", "a", "ä", "_", "10", "9", "a b", "a-b", "a/b", "ab", "😀", "\ufffd", "Z"]
"""A database may sort these by a language's rules, as no program that compares in step may."""


class Row(dict[str, Any]):
    """A row of which one can see whether somebody holds it still."""


class Watched(Spill):
    """Keeps next to nothing in memory, and counts what was held of the rows that it gave."""

    most = 0

    def __init__(self) -> None:
        super().__init__(kept=2)
        self._given: WeakValueDictionary[str, Row] = WeakValueDictionary()

    def rows(self) -> Iterator[tuple[Any, Any]]:
        for key, value in super().rows():
            if not isinstance(value, dict):
                yield key, value
                continue
            row = self._given[key] = Row(value)
            Watched.most = max(Watched.most, len(self._given))
            yield key, row
            del row


def test_comparing_holds_two_rows_of_what_was_folded_however_many_there_are(toy: Toy) -> None:
    toy.run(*(toy.visit(f"p{n}", f"v{n}") for n in range(60)))
    Watched.most = 0

    with toy.engine.connect() as conn:
        folded = Fold(TOY, toy.keyring, room=Watched).run(conn, lambda *_: [])
        found = list(differences(TOY, conn, folded))

    assert found == []
    assert sum(len(rows) for rows in folded.rows.values()) > 100
    assert 0 < Watched.most <= 2


def test_two_sides_are_walked_in_step_and_every_key_is_told_once() -> None:
    ahead = {"left": 0, "right": 0}

    def walked(side: str, keys: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for key in keys:
            ahead[side] += 1
            yield key, {"side": side}

    told = []
    for key, left, right in side_by_side(walked("left", "abdefh"), walked("right", "bcdghij")):
        told.append(key + "l" * bool(left) + "r" * bool(right))
        assert ahead["left"] <= sum("l" in t for t in told) + 1
        assert ahead["right"] <= sum("r" in t for t in told) + 1

    assert told == ["al", "blr", "cr", "dlr", "el", "fl", "gr", "hlr", "ir", "jr"]


def test_a_database_gives_rows_in_the_order_in_which_they_were_folded(toy: Toy) -> None:
    spill = Spill(kept=3)
    with toy.engine.begin() as conn:
        for key in ODD_KEYS:
            spill[key] = {}
            conn.execute(PLACE.insert().values(place=key, visits=1))

    asked: list[str] = []
    with toy.engine.connect() as conn:
        event.listen(conn, "before_cursor_execute", lambda *said: asked.append(said[2]))
        live = [row["place"] for row in rows_in_order(conn, PLACE, 4)]

    # The tests' PostgreSQL knows no language; an operator's sorts by one unless it is told not to.
    assert ('COLLATE "C"' in asked[-1]) == (toy.engine.dialect.name == "postgresql")
    assert live == list(spill) == [key for key, _ in spill.items()] == sorted(ODD_KEYS)
