"""A restored log is filled up: what was parked in the backup and dealt with since is not parked."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.chassis.log import LogSource
from services.platform.backup.tail import fill
from tests.support.desk import Toy, hear, new_toy
from tests.support.toy import TOY


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Any:
    with new_toy(database, tmp_path) as toy:
        yield toy


def heard(toy: Toy) -> Any:
    """Who has heard all of the log, as it is now."""
    wires = LogSource(toy.engine).wires(0, 1000)
    return SimpleNamespace(
        name="the stream",
        size=lambda _: len(wires),
        wires=lambda _, start, limit: wires[start : start + limit],
    )


def test_what_caused_an_entry_is_parked_no_more_and_all_else_still_is(
    toy: Toy, tmp_path: Path
) -> None:
    backup = f"sqlite:///{tmp_path}/backup.sqlite"
    (tmp_path / "old").mkdir()
    with new_toy(backup, tmp_path / "old") as old:
        old.run(hear(old.gossip(0, "a", 13), old.gossip(1, "b", 13)))
        toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b", 13)))  # after the bug was mended
        with old.engine.begin() as conn:
            filled = fill(conn, TOY, [heard(toy)])

        assert filled == 1
        assert old.parked() == {"gossip/1": "broken"}
