"""A service can be folded to any moment, and is then what its tables were at that moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.folding.rebuild import Fold, Folded, folded_tables
from services.chassis.folding.replay import Ears, Reach, _pieces, reach_at, reach_now, replay
from services.chassis.service import Route
from services.chassis.store.history import Databases, WireHistory, causes, first_after
from services.chassis.store.spill import Spill
from services.chassis.store.tables import TimerRow
from services.chassis.work import DueWork, Timer
from staffel_contracts.envelope import Entry, Leaf, Unreadable, data_hash, leaf_bytes, wire
from tests.support.desk import START, Toy, hear, new_toy
from tests.support.erasing import destroy
from tests.support.toy import PLACE, STAY, TOY, Rumoured

HOUR = timedelta(hours=1)
Rows = dict[str, dict[Any, dict[str, Any]]]


@dataclass
class Kept:
    """Logs as wire lines in memory."""

    logs: dict[str, list[bytes]]

    def size(self, log: str) -> int:
        return len(self.logs[log])

    def wires(self, log: str, start: int, limit: int) -> list[bytes]:
        return self.logs[log][start : start + limit]


class Both:
    """The toy's own log in its database, what it heard in memory."""

    def __init__(self, toy: Toy, gossip: list[bytes]) -> None:
        self._of = {"toy": Databases({"toy": toy.engine})}
        self._of |= {"gossip": WireHistory(Kept({"gossip": gossip}))}  # type: ignore[dict-item]

    def size(self, log: str) -> int:
        return self._of[log].size(log)

    def entries(self, log: str, start: int, limit: int) -> list[Entry]:
        return self._of[log].entries(log, start, limit)

    def leaves(self, log: str) -> Iterator[bytes]:
        return self._of[log].leaves(log)

    def of_case(self, log: str, case: str) -> Iterator[Entry]:
        return self._of[log].of_case(log, case)


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def rows_of(folded: Folded) -> Rows:
    return {t.name: dict(folded.table(t).items()) for t in folded_tables(TOY)}


def live(toy: Toy) -> Rows:
    found: Rows = {}
    for table in folded_tables(TOY):
        (key,) = table.primary_key.columns
        found[table.name] = {row[key.name]: row for row in toy.rows(table)}
    return found


def at_hour(line: bytes, hour: int) -> bytes:
    """The same gossip, recorded at another hour of the day."""
    return line.replace(b"T09:00:00.000000Z", b"T%02d:00:00.000000Z" % hour)


def busy(toy: Toy) -> tuple[list[bytes], dict[int, Rows]]:
    """A morning: what was heard, and the live tables at the end of each hour."""
    lines: list[bytes] = []
    seen = {}
    for hour in range(9, 15):
        toy.clock.set(START + (hour - 9) * HOUR)
        toy.run(*(toy.visit(f"p{n}", f"v{hour}-{n}") for n in range(hour % 3 + 1)))
        fresh = [at_hour(toy.gossip(len(lines) + n, f"p{n}", n), hour) for n in range(3)]
        toy.run(hear(*fresh, start=len(lines)))
        lines += fresh
        seen[hour] = live(toy)
    return lines, seen


def test_a_replay_to_a_moment_gives_the_tables_of_that_moment(toy: Toy) -> None:
    lines, seen = busy(toy)
    history = Both(toy, lines)

    for hour, rows in seen.items():
        moment = START + (hour - 9) * HOUR + timedelta(minutes=59)
        done = replay(TOY, history, toy.keyring, reach_at(TOY, history, moment=moment))
        assert rows_of(done.folded) == rows


def test_a_replay_to_an_index_stops_right_behind_it(toy: Toy) -> None:
    lines, _ = busy(toy)
    history = Both(toy, lines)

    done = replay(TOY, history, toy.keyring, reach_at(TOY, history, index=2))

    assert done.reach.own == 3
    assert done.folded.entries["toy"] == 3


def test_a_replay_of_everything_gives_the_live_tables(toy: Toy) -> None:
    lines, _ = busy(toy)
    toy.run(DueWork([Timer("place", "p0", "leave", START + STAY)]))
    history = Both(toy, lines)

    with toy.engine.connect() as conn:
        reach = reach_now(TOY, history, conn)
    done = replay(TOY, history, toy.keyring, reach, room=lambda: Spill(kept=2))

    assert rows_of(done.folded) == live(toy)


def test_what_caused_an_entry_is_read_from_its_leaf_alone() -> None:
    leaf = b'{"id":"toy/0","index":0,"cause":"gossip/17","datahash":"x","data":{"cause":"a"}}'

    (caused,) = causes([leaf, leaf.replace(b"gossip/17", b"toy/3")], ["gossip"])

    assert caused == (0, "gossip", 17)


def test_what_was_heard_and_goes_into_no_copy_is_not_opened(toy: Toy) -> None:
    forgetful = Route(replace(PLACE, copies=()), lambda heard: str(heard.case))
    bare = replace(TOY, hears={"gossip": {Rumoured: forgetful}})

    assert Fold(TOY, toy.keyring).kept("gossip") == {"rumoured"}
    assert Fold(bare, toy.keyring).kept("gossip") == set()


def test_what_is_still_set_aside_was_heard_at_no_moment(toy: Toy) -> None:
    lines = [toy.gossip(0, "a", 13), toy.gossip(1, "a", 2), toy.gossip(2, "b", 3)]
    toy.run(hear(*lines))  # thirteen words break the decider: that case waits
    history = Both(toy, lines)

    with toy.engine.connect() as conn:
        reach = reach_at(TOY, history, moment=START + 9 * HOUR, conn=conn)

    done = replay(TOY, history, toy.keyring, reach)
    assert reach.aside == {"gossip/0", "gossip/1"}
    assert rows_of(done.folded) == live(toy)


def test_a_case_is_replayed_from_its_own_entries_alone(toy: Toy) -> None:
    lines, seen = busy(toy)
    history = Both(toy, lines)

    moment = START + 2 * HOUR + timedelta(minutes=30)
    reach = reach_at(TOY, history, moment=moment)
    done = replay(TOY, history, toy.keyring, reach, case="p1")

    assert done.folded.problems == []
    assert rows_of(done.folded)["toy_place"] == {"p1": seen[11]["toy_place"]["p1"]}
    assert rows_of(done.folded)["toy_rumour"] == {"p1": seen[11]["toy_rumour"]["p1"]}


def test_an_erased_case_is_counted_and_folded_as_nothing(toy: Toy) -> None:
    lines, _ = busy(toy)
    destroy(toy.keyring, "p-p1", "p1")
    history = Both(toy, lines)

    reach = reach_at(TOY, history, moment=START + STAY)
    done = replay(TOY, history, toy.keyring, reach, case="p1")

    assert done.erased > 0
    assert rows_of(done.folded)["toy_place"] == {}
    assert rows_of(done.folded)[TimerRow.__tablename__] == {}


# -- how much was heard --------------------------------------------------------------------------


def entry(log: str, index: int, hour: int, cause: str = "x", case: str = "c") -> bytes:
    leaf = Leaf(
        f"{log}/{index}", "t", "rumoured.v1", case, f"2026-03-02T{hour:02d}:00:00.000000Z", None,
        index, "12069", "a", "r", cause, "", None, None, data_hash(b"{}"),
    )  # fmt: skip
    return wire(leaf_bytes(leaf), b"{}", sealed=False)


def reached(own: list[bytes], gossip: list[bytes], hour: int) -> Reach:
    history = WireHistory(Kept({"toy": own, "gossip": gossip}))
    return reach_at(TOY, history, moment=START.replace(hour=hour))


GOSSIP = [entry("gossip", n, 9 + n) for n in range(6)]
"""One at each full hour from nine on."""


def test_what_was_recorded_until_then_counts_as_heard() -> None:
    reach = reached([entry("toy", 0, 10)], GOSSIP, 11)

    assert reach.heard["gossip"] == Ears(sure=0, counted=3, most=3)


def test_what_caused_an_entry_before_was_heard_whatever_the_clocks_say() -> None:
    reach = reached([entry("toy", 0, 10, "gossip/3")], GOSSIP, 11)

    assert reach.heard["gossip"] == Ears(sure=4, counted=4, most=4)


def test_what_caused_an_entry_only_afterwards_was_not_heard_yet() -> None:
    own = [entry("toy", 0, 9, "gossip/0"), entry("toy", 1, 12, "gossip/1")]

    reach = reached(own, GOSSIP, 11)

    assert reach.heard["gossip"] == Ears(sure=1, counted=1, most=1)


def test_what_was_set_aside_and_taken_up_later_is_left_out_with_what_its_case_said_then() -> None:
    own = [
        entry("toy", 0, 10, "gossip/2"),
        entry("toy", 1, 13, "gossip/0", case="whom it concerns"),
        entry("toy", 2, 13, "gossip/3"),
    ]

    reach = reached(own, [entry("gossip", 0, 9, case="late"), *GOSSIP[1:]], 11)

    assert reach.heard["gossip"].counted == 3
    assert not reach.has("gossip", 0, "late")
    assert not reach.has("gossip", 1, "late")
    assert reach.has("gossip", 1, "c")
    assert reach.has("gossip", 1, "whom it concerns")
    assert not reach.has("gossip", 3, "c")


@pytest.mark.parametrize(("hour", "count"), [(8, 0), (9, 1), (11, 3), (23, 6)])
def test_a_moment_is_found_in_a_log_by_halving(hour: int, count: int) -> None:
    history = WireHistory(Kept({"gossip": GOSSIP}))

    assert first_after(history, "gossip", f"2026-03-02T{hour:02d}:30:00.000000Z") == count


def test_a_history_that_ends_too_early_is_not_taken_for_a_short_one() -> None:
    class Short(Kept):
        def size(self, log: str) -> int:
            return super().size(log) + 1

    history = WireHistory(Short({"toy": [], "gossip": GOSSIP}))
    with pytest.raises(Unreadable, match="gossip/6 is missing"):
        list(history.leaves("gossip"))
    with pytest.raises(Unreadable, match="gossip/6 is missing"):
        list(_pieces(history, "gossip", 7, None))


# -- folds that are larger than memory -----------------------------------------------------------


def test_a_spill_is_a_mapping_whatever_lies_on_disk() -> None:
    spill, plain = Spill(kept=3), {}
    for n in [*range(20), *range(0, 20, 3)]:
        spill[f"k{n:02d}"] = plain[f"k{n:02d}"] = {"n": n}

    assert len(spill) == 20
    assert dict(spill.items()) == plain
    assert list(spill) == sorted(plain)
    assert spill["k07"] == {"n": 7}
    assert spill.get("none") is None
    assert "k19" in spill
