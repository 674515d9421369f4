"""A fold of thousands of entries does not have the collector look for garbage all the time."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.chassis.folding.collecting import collected_seldom
from services.chassis.folding.rebuild import Fold
from services.chassis.folding.replay import Ears, Reach, replay
from services.chassis.store.history import Databases
from tests.support.desk import Toy, new_toy
from tests.support.toy import TOY

VISITS = 2_000


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Toy]:
    with new_toy(f"sqlite:///{tmp_path / 'toy.sqlite'}", tmp_path) as toy:
        toy.run(*(toy.visit(f"p{n}", f"v{n}") for n in range(VISITS)))
        yield toy


def rebuilt(toy: Toy) -> int:
    with toy.engine.connect() as conn:
        return Fold(TOY, toy.keyring).run(conn, lambda *_: []).entries["toy"]


def replayed(toy: Toy) -> int:
    history = Databases({"toy": toy.engine})
    reach = Reach(history.size("toy"), heard=dict.fromkeys(TOY.hears, Ears(0, 0, 0)))
    return replay(TOY, history, toy.keyring, reach).folded.entries["toy"]


@contextmanager
def looks() -> Iterator[list[int]]:
    """The generations that the collector looked at."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    try:
        yield seen
    finally:
        gc.callbacks.remove(note)


@pytest.mark.parametrize("fold", [rebuilt, replayed])
def test_the_collector_looks_next_to_never_while_entries_are_folded(
    toy: Toy, fold: Callable[[Toy], int]
) -> None:
    gc.collect()
    with looks() as seen:
        assert fold(toy) >= VISITS

    assert len(seen) <= 2


def test_the_collector_has_its_pace_again_whatever_happened() -> None:
    before = gc.get_threshold()

    with pytest.raises(KeyError):
        _fail_within()

    assert gc.get_threshold() == before


@collected_seldom()
def _fail_within() -> None:
    raise KeyError(gc.get_threshold())
