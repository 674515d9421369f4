"""Parking: what is broken waits with its case, in order, and all others flow."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.chassis.work import HeardWire, HeardWork, ParkedWork
from tests.support import toy as toys
from tests.support.desk import PARKED, Toy, body, hear, line, new_toy
from tests.support.operating import operated
from tests.support.toy import RumourRow

RUMOUR = RumourRow.__table__  # type: ignore[attr-defined]


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        yield toy


def test_a_broken_entry_holds_back_its_case_and_no_other(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13), toy.gossip(1, "a"), toy.gossip(2, "b")))

    assert toy.parked() == {"gossip/0": "broken", "gossip/1": "waiting"}
    assert [row["place"] for row in toy.rows(RUMOUR)] == ["b"]
    assert toy.writer.desk.cursors == {"gossip": 3}


def test_a_parked_entry_says_why_and_where_and_never_what(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13)))

    (row,) = toy.rows(PARKED)
    assert row["reason"] == "our bug: ValueError"
    assert row["place"].startswith("toy.py:")
    assert "thirteen" not in str(row["reason"]) + row["place"]


def test_a_heard_entry_that_is_refused_waits_for_a_person(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 14)))

    assert toy.rows(PARKED)[0]["reason"] == "refused: not-found"


def test_a_command_for_a_parked_case_is_told_so_and_may_come_again(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a"), toy.gossip(1, "a", 13)))

    (told,) = toy.run(toy.visit("a"))
    toy.run(ParkedWork("a", "gossip/1", drop=True))
    (answered,) = toy.run(toy.visit("a"))

    assert body(told)["code"] == "case-parked"
    assert answered.status == 200


def test_retrying_after_the_bug_is_mended_applies_all_in_order(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [toy.gossip(0, "a", 13), toy.gossip(1, "a", 2), toy.gossip(2, "a", 3)]
    toy.run(hear(*lines))
    toy.run(ParkedWork("a", "gossip/0"))
    assert toy.rows(PARKED)[0]["count"] == 2

    monkeypatch.setattr(toys, "_hear", lambda *_: [])
    work = ParkedWork("a", "gossip/0")
    toy.run(work)

    assert work.result == {"found": 3}
    assert toy.parked() == {}
    assert toy.rows(RUMOUR) == [{"place": "a", "words": 18}]
    assert toy.differences(lines) == []


def test_dropping_the_first_lets_those_behind_it_go_on(toy: Toy) -> None:
    lines = [toy.gossip(0, "a", 13), toy.gossip(1, "a", 2)]
    toy.run(hear(*lines))

    toy.run(ParkedWork("a", "gossip/0", drop=True))

    assert toy.parked() == {"gossip/0": "dropped"}
    assert toy.rows(RUMOUR) == [{"place": "a", "words": 2}]
    assert toy.differences(lines) == []


def test_dropping_again_drops_nothing_else(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13), toy.gossip(1, "a", 13), toy.gossip(2, "a")))
    toy.run(ParkedWork("a", "gossip/0", drop=True))

    again = ParkedWork("a", "gossip/0", drop=True)
    toy.run(again)

    assert again.result["dropped"] == 0
    assert toy.parked() == {"gossip/0": "dropped", "gossip/1": "broken", "gossip/2": "waiting"}
    assert toy.writer.desk.parked == {"a"}


def test_only_the_first_of_a_case_is_dropped(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13), toy.gossip(1, "a")))

    work = ParkedWork("a", "gossip/1", drop=True)
    toy.run(work)

    assert work.result == {"found": 2, "dropped": 0}
    assert toy.parked() == {"gossip/0": "broken", "gossip/1": "waiting"}


async def test_an_operator_is_told_what_was_not_dropped_and_why(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13), toy.gossip(1, "a", 13), toy.gossip(2, "a")))
    toy.writer.start()

    async with asking(toy) as post:
        second, unknown = await post("drop", "gossip/1"), await post("drop", "gossip/9")
        first, again = await post("drop", "gossip/0"), await post("drop", "gossip/0")
        retried = await post("retry", "gossip/0")
    toy.writer.stop()

    assert (second.status_code, second.json()["field"]) == (422, "parked_id")
    assert unknown.status_code == 404
    assert first.json() == {"found": 3, "dropped": 1, "still_parked": False}
    assert again.json() == {"found": 0, "dropped": 0, "still_parked": False}
    assert retried.json() == again.json()
    assert toy.parked() == {"gossip/0": "dropped", "gossip/1": "broken", "gossip/2": "waiting"}


Post = Callable[[str, str], Awaitable[httpx.Response]]


@asynccontextmanager
async def asking(toy: Toy) -> AsyncIterator[Post]:
    """An operator who decides about what is parked, over HTTP."""
    transport = httpx.ASGITransport(operated(toy, "operators"))
    headers = {"Authorization": "Bearer operators"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://toy", headers=headers
    ) as client:
        yield lambda verb, parked_id: client.post(f"/parked/{verb}", json={"parked_id": parked_id})


def test_parked_cases_stay_parked_over_a_restart(toy: Toy) -> None:
    toy.run(hear(toy.gossip(0, "a", 13)))
    toy = toy.again()

    toy.run(hear(toy.gossip(1, "a"), start=1))

    assert toy.parked() == {"gossip/0": "broken", "gossip/1": "waiting"}
    toy.close()


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"{not json", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"specversion":"1.0"}', "attribute id: a str is expected"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, "not JSON"),
        (line(0, "a", b'{"words":"canary"}', None, None), "type rumoured.v1: words"),
        (line(0, "a", b"{}", None, None).replace(b"{}}", b"[]}"), "not the data that the leaf"),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_reason(
    toy: Toy, wire: bytes, reason: str
) -> None:
    toy.run(HeardWork([HeardWire("gossip", 0, wire)]), hear(toy.gossip(1, "b"), start=1))

    (row,) = toy.rows(PARKED)
    assert reason in row["reason"]
    assert "canary" not in row["reason"]
    assert [r["place"] for r in toy.rows(RUMOUR)] == ["b"]


def test_data_sealed_under_another_key_is_set_aside(toy: Toy) -> None:
    stolen = toy.gossip(0, "a").replace(b'"subject":"a"', b'"subject":"b"')

    toy.run(hear(stolen))

    assert "was changed" in toy.rows(PARKED)[0]["reason"]
