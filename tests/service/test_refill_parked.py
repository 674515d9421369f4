"""A restored log is filled up: what was parked is heard again, what was dealt with is not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.chassis.folding.rebuild import Fold, write_anew
from services.chassis.folding.unheard import Copied, put_back
from services.chassis.store.database import open_database
from services.chassis.store.log import LogSource
from services.platform.backup.tail import fill
from tests.support import toy as toys
from tests.support.desk import Toy, body, hear, new_toy, open_toy
from tests.support.toy import TOY, RumourRow, create_tables

RUMOUR = RumourRow.__table__  # type: ignore[attr-defined]
BAD = 13
"""Words that the toy breaks at."""
SILENT = 0
"""Words of which nothing follows."""


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


@pytest.fixture
def old(toy: Toy, tmp_path: Path) -> Iterator[Toy]:
    """The database as it was at the backup; the keyring is the living one."""
    url = f"sqlite:///{tmp_path}/backup.sqlite"
    engine = open_database(url)
    create_tables(engine)
    engine.dispose()
    old = open_toy(url, toy.keyring_url, toy.master, toy.clock)
    yield old
    old.close()


def heard(toy: Toy) -> Any:
    """Who has heard all of the log, as it is now."""
    wires = LogSource(toy.engine).wires(0, 1000)
    return SimpleNamespace(
        name="the stream",
        size=lambda _: len(wires),
        wires=lambda _, start, limit: wires[start : start + limit],
    )


def filled_up(old: Toy, toy: Toy, gossip: list[bytes], copied: Copied = Copied()) -> Toy:  # noqa: B008 - it is frozen
    """The backup, filled up with what others have heard of the log, as it starts then."""

    def wires(_: str, start: int, limit: int) -> list[bytes]:
        return gossip[start : start + limit]

    with old.engine.begin() as conn:
        fill(conn, TOY, [heard(toy)])
        put_back(TOY, conn, copied, wires, old.keyring, at=datetime.now(UTC))
        write_anew(TOY, conn, Fold(TOY, old.keyring).run(conn, wires))
    again = old.again()
    again.writer.hear_again()
    for work in again.writer.line.take_all():
        again.run(work)
    return again


def words(toy: Toy) -> dict[str, int]:
    """What was heard about each place."""
    return {row["place"]: row["words"] for row in toy.rows(RUMOUR)}


def test_what_caused_an_entry_is_parked_no_more_and_all_else_still_is(toy: Toy, old: Toy) -> None:
    old.run(hear(old.gossip(0, "a", BAD), old.gossip(1, "b", BAD)))
    toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "b", BAD)))  # after the bug was mended
    with old.engine.begin() as conn:
        filled = fill(conn, TOY, [heard(toy)])

    assert filled == 1
    assert old.parked() == {"gossip/1": "broken"}


def test_what_was_parked_after_the_backup_is_parked_again_with_all_that_waits_behind_it(
    toy: Toy, old: Toy
) -> None:
    gossip = [toy.gossip(0, "a", BAD), toy.gossip(1, "a"), toy.gossip(2, "b")]
    toy.run(hear(*gossip))

    again = filled_up(old, toy, gossip)

    assert again.writer.desk.cursors == {"gossip": 3}
    assert again.parked() == toy.parked() == {"gossip/0": "broken", "gossip/1": "waiting"}
    assert again.writer.desk.parked == {"a"}
    assert again.differences(gossip) == []
    again.close()


def test_what_was_parked_after_the_backup_happens_once_the_bug_is_mended(
    toy: Toy, old: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    gossip = [toy.gossip(0, "a", BAD), toy.gossip(1, "a"), toy.gossip(2, "b")]
    toy.run(hear(*gossip))
    monkeypatch.setattr(toys, "_hear", lambda *_: [toys.Counted(district="12069")])
    again = filled_up(old, toy, gossip)

    causes = [entry["cause"] for entry in again.entries()]

    assert causes == ["gossip/2", "gossip/0", "gossip/1"]
    assert again.parked() == {}
    assert again.differences(gossip) == []
    again.close()


def test_what_led_to_nothing_is_in_the_copies_once_and_nothing_follows_twice(
    toy: Toy, old: Toy
) -> None:
    gossip = [
        toy.gossip(0, "a", SILENT),
        toy.gossip(1, "a", 2),
        toy.gossip(2, "b", SILENT),
        toy.gossip(3, "c", 5),
    ]
    toy.run(hear(*gossip))
    before = toy.entries()

    again = filled_up(old, toy, gossip)

    assert again.entries() == before
    assert again.parked() == {}
    assert words(again) == words(toy) == {"a": 2, "b": 0, "c": 5}
    assert again.differences(gossip) == []
    again.close()


def test_behind_what_was_parked_before_the_backup_it_waits_for_a_person(toy: Toy, old: Toy) -> None:
    gossip = [toy.gossip(0, "a", BAD), toy.gossip(1, "a"), toy.gossip(2, "b")]
    old.run(hear(gossip[0]))
    toy.run(hear(*gossip))

    again = filled_up(old, toy, gossip, Copied(0, {"gossip": 1}))

    assert again.parked() == {"gossip/0": "broken", "gossip/1": "waiting"}
    again.close()


def test_a_command_answered_after_the_backup_is_not_carried_out_again(toy: Toy, old: Toy) -> None:
    (first,) = toy.run(toy.visit("a", key="key-1"))

    again = filled_up(old, toy, [])
    (second,) = again.run(toy.visit("a", key="key-1"))

    assert second.repeated
    assert body(second) == body(first)
    assert len(again.entries()) == len(toy.entries())
    again.close()


def test_where_the_stream_has_a_gap_the_archive_goes_on_and_then_the_stream(
    toy: Toy, old: Toy
) -> None:
    for number in range(6):
        toy.run(toy.visit("a", key=f"key-{number}"))
    wires = LogSource(toy.engine).wires(0, 1000)
    stream, archive = heard(toy), heard(toy)
    stream.wires = lambda _, start, limit: {0: wires[:2], 4: wires[4:]}.get(start, [])[:limit]
    archive.size, archive.wires = lambda _: 4, lambda _, start, limit: wires[start:4][:limit]

    with old.engine.begin() as conn:
        filled = fill(conn, TOY, [stream, archive])

    assert (filled, LogSource(old.engine).wires(0, 1000)) == (len(wires), wires)
