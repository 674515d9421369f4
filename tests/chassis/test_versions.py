"""A fact in two versions: both are said side by side, and each reader takes it once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.store.log import LogSource
from services.chassis.writing.opening import is_newer, is_said_again, read_fact
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.envelope import Leaf, read
from staffel_contracts.fact import FACTS
from tests.support.desk import Toy, ask, new_toy
from tests.support.toy import Praise, Praised, PraisedV2


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def praise(toy: Toy, stars: int | None = None) -> None:
    """Praise a place: with stars, or as it was said before there were stars."""
    wish = Praise(place="p-1", by="v-1", stars=stars)
    toy.run(ask(wish, f"key-{stars}"))


def leaves(toy: Toy) -> list[Leaf]:
    return [read(line).leaf for line in LogSource(toy.engine).wires(0, 100)]


def test_a_new_version_is_said_with_the_old_one_right_behind_it(toy: Toy) -> None:
    praise(toy, stars=5)

    newest, older = leaves(toy)

    assert (newest.type, older.type) == ("praised.v2", "praised.v1")
    assert (newest.index, older.index, older.cause) == (0, 1, "toy/0")


def test_the_fold_takes_a_fact_in_two_versions_once(toy: Toy) -> None:
    praise(toy, stars=5)
    toy.run(toy.visit("p-1", "v-2"))

    assert toy.differences([]) == []


def test_what_was_said_before_there_was_a_new_version_is_replayed_as_the_new_one(toy: Toy) -> None:
    praise(toy)

    [old] = leaves(toy)

    assert old.type == "praised.v1"
    assert read_fact(old, b'{"by":"v-1"}') == PraisedV2(by="v-1", stars=1)
    assert toy.differences([]) == []


def test_a_reader_of_both_versions_passes_over_the_older_one(toy: Toy) -> None:
    praise(toy)
    praise(toy, stars=5)

    assert [is_said_again(leaf) for leaf in leaves(toy)] == [False, False, True]


def test_a_reader_of_the_old_version_passes_over_the_new_one(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    praise(toy, stars=5)
    monkeypatch.delitem(FACTS, PraisedV2.TYPE)
    monkeypatch.setattr(Praised, "SUCCESSOR", None)

    newest, older = leaves(toy)

    assert (is_newer(newest), is_newer(older), is_said_again(older)) == (True, False, False)


def test_whoever_opens_entries_knows_every_fact_whoever_says_it() -> None:
    program = "from services.chassis.writing.opening import FACTS; print(*FACTS)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    said = {fact.TYPE for fact in AUDIENCES}
    assert said <= set(done.stdout.split())
