"""The eraser goes on whatever stands still beside it, and misses no erasure."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy.exc import OperationalError

from services.chassis.asking.asking import Counter
from services.chassis.endpoints import erase_endpoint
from services.chassis.endpoints.bus import STATUS_HEADER
from services.chassis.endpoints.erase_endpoint import EraseEndpoint
from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring
from services.chassis.restricting import Restricted
from services.chassis.running import eraser as erasing
from services.chassis.running.eraser import Eraser
from services.chassis.store.log import LogSource
from services.chassis.transport.lane import feed_lane, log_lane
from services.chassis.transport.nats_accounts import INBOX, api_prefix
from services.chassis.transport.relay import Relay
from services.chassis.transport.stream_erasing import Copies, NotErased, erase_copies
from services.chassis.transport.wire import leaf_of, place_of
from services.chassis.writing.erasing import ERASED
from tests.support.carrying import relaying
from tests.support.desk import Toy, line, new_toy
from tests.support.nats import AGENCIES, api, stored
from tests.support.toy import TOY
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

AGENCY = AGENCIES[1]
AWAY = OperationalError(None, None, ConnectionError())
FULL = {"max_msgs": 1, "discard": "new"}


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        toy.run(toy.visit("a"), toy.visit("b"))
        yield toy


@asynccontextmanager
async def erasing_in(
    toy: Toy, nc: Client, *others: Relay, cleaners: tuple[Any, ...] = ()
) -> AsyncIterator[Eraser]:
    """A running service, as far as erasing needs one."""
    async with relaying(nc, LogSource(toy.engine), log_lane("toy")) as relay:
        await until(lambda: relay.position == 4)
        runtime: Any = SimpleNamespace(
            service=SimpleNamespace(
                name="toy",
                restricts=None,
                cleaners=cleaners,
                table_objects=TOY.table_objects,
            ),
            settings=SimpleNamespace(erasures=None),
            desk=toy.writer.desk,
            keyring=toy.keyring,
            reading=toy.engine,
            writer=toy.writer,
            counter=Counter(toy.writer.submit, asyncio.get_running_loop()),
            nc=nc,
            relays=[relay, *others],
            restricted=Restricted(toy.clock),
            log=SimpleNamespace(error=lambda *_, **__: None),
        )
        toy.writer.start()
        eraser = Eraser(runtime)
        task = asyncio.create_task(eraser.run())
        yield eraser
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        toy.writer.stop()


@asynccontextmanager
async def answering_in(toy: Toy, nc: Client) -> AsyncIterator[EraseEndpoint]:
    async with erasing_in(toy, nc) as eraser:
        endpoint = EraseEndpoint(eraser.runtime, eraser)
        await endpoint.start()
        yield endpoint


def erased(toy: Toy, place: str) -> Erasure:
    """Have a person erased by another process, which tells nobody."""
    key = toy.keyring.keys_of([f"p-{place}"])[f"p-{place}"]
    entry = line(99, place, b'{"words":1}', None, None).decode()
    one, ring = Erasure(key.key_id, key.owner, place, entry), Keyring(toy.keyring_url, toy.master)
    ring.destroy([one])
    ring.close()
    return one


def done(toy: Toy) -> set[str]:
    return {row["case_id"] for row in toy.rows(ERASED) if row["cleaned"]}


async def test_an_inbox_that_takes_nothing_holds_no_erasure_up(toy: Toy, nc: Client) -> None:
    prefix = f"{api_prefix(AGENCY)}.STREAM"
    config = (await api(nc, f"{prefix}.INFO.INBOX"))["config"]
    await api(nc, f"{prefix}.UPDATE.INBOX", config | FULL)
    source = ListSource(make_wires("notify", 0, 1))

    async with relaying(nc, source, feed_lane(AGENCY)) as stuck:
        await until(lambda: stuck.position == 1)
        source.lines += make_wires("notify", 1, 2)
        stuck.wake()
        await until(lambda: stuck.last_error is not None)
        one = erased(toy, "a")
        async with erasing_in(toy, nc, stuck) as eraser:
            await until(lambda: done(toy) == {"a"} and eraser.problem is None)

    assert eraser.copies[one.key_id] == 2


async def test_a_stream_that_does_not_answer_holds_up_its_own_erasure_alone(
    toy: Toy, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "LOOK_EVERY", 0.05)
    away = {"a"}

    async def clean(_: Any, one: Erasure) -> int:
        if one.case in away:
            raise NotErased("the inbox does not answer")
        return 0

    erased(toy, "a")
    erased(toy, "b")
    async with erasing_in(toy, nc, cleaners=(clean,)) as eraser:
        await until(lambda: done(toy) == {"b"})
        # It may have said before that the database was being read: by this very test.
        await until(lambda: eraser.problem == "an erasure waits: the inbox does not answer")
        away.clear()
        await until(lambda: done(toy) == {"a", "b"})


async def test_an_erasure_that_comes_while_another_is_carried_out_is_not_missed(
    toy: Toy, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "LOOK_EVERY", 0.05)
    waiting = ["b"]

    async def clean(*_: Any) -> int:
        while waiting:
            await asyncio.to_thread(erased, toy, waiting.pop())
        return 0

    erased(toy, "a")
    async with erasing_in(toy, nc, cleaners=(clean,)):
        await until(lambda: done(toy) == {"a", "b"})


async def test_a_feed_that_is_another_one_holds_up_only_what_is_in_it(
    toy: Toy, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "LOOK_EVERY", 0.05)
    inbox = Copies(api_prefix(AGENCY), INBOX, "in.feed", lambda wire: place_of(wire)[1])
    disclosed, elsewhere = {"a": [0], "b": []}, set()

    async def feed(runtime: Any, one: Erasure) -> int:
        return await erase_copies(runtime.nc, inbox, disclosed[one.case], runtime.relays)

    async def mails(_: Any, one: Erasure) -> int:
        elsewhere.add(one.case)
        return 0

    async with relaying(nc, ListSource(make_wires("notify", 0, 3)), feed_lane(AGENCY)) as feeding:
        await until(lambda: feeding.position == 3)
    async with relaying(nc, ListSource(make_wires("notify", 0, 2)), feed_lane(AGENCY)) as forked:
        await until(lambda: forked.forked is not None)
        erased(toy, "a")
        erased(toy, "b")
        async with erasing_in(toy, nc, forked, cleaners=(feed, mails)) as eraser:
            await until(
                lambda: (
                    done(toy) == {"b"}
                    and str(eraser.problem).endswith(
                        "the stream holds entry 2, the log ends before 2"
                    )
                )
            )

    assert elsewhere == {"a", "b"}
    state = (await api(nc, f"{api_prefix(AGENCY)}.STREAM.INFO.{INBOX}"))["state"]
    assert state["messages"] == 3


async def test_what_is_only_asked_while_the_database_is_away_leaves_no_problem(
    toy: Toy, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise AWAY

    async with answering_in(toy, nc) as endpoint:
        monkeypatch.setattr(endpoint, "_status", fail)
        answer = await nc.request("erase.toy", b"", timeout=20)

        assert json.loads(answer.data)["code"] == "unavailable"
        assert endpoint.problem is None


@pytest.mark.parametrize(
    ("broken", "expected"),
    [(LookupError("Zilpzalp"), ("500", "broken")), (AWAY, ("503", "unavailable"))],
)
async def test_a_request_that_fails_is_answered_and_readiness_says_what_broke_until_it_goes_well(
    toy: Toy,
    nc: Client,
    monkeypatch: pytest.MonkeyPatch,
    broken: Exception,
    expected: tuple[str, str],
) -> None:
    key = toy.keyring.keys_of(["p-a"])["p-a"]
    asked = {"person": "p-a", "case": "a", "key_id": key.key_id, "basis": "test"}

    def fail(*_: Any) -> Any:
        raise broken

    async with answering_in(toy, nc) as endpoint:
        monkeypatch.setattr(erase_endpoint, "_left", fail)
        answer = await nc.request("erase.toy", json.dumps(asked).encode(), timeout=20)
        told = endpoint.problem
        dry = json.dumps(asked | {"dry_run": True}).encode()
        planned = await nc.request("erase.toy", dry, timeout=20)
        monkeypatch.undo()
        again = await nc.request("erase.toy", json.dumps(asked).encode(), timeout=20)

    for one in (answer, planned):
        assert ((one.headers or {})[STATUS_HEADER], json.loads(one.data)["code"]) == expected
        assert b"Zilpzalp" not in one.data
    assert (told is None) == (broken is AWAY)  # which readiness finds by itself
    assert "Zilpzalp" not in str(told)
    assert (again.headers or {})[STATUS_HEADER] == "404", (
        endpoint.problem
    )  # a toy decides about no erasure
    assert endpoint.problem is None


async def test_keys_are_forgotten_though_the_message_was_missed(
    toy: Toy, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "LOOK_EVERY", 0.05)
    async with erasing_in(toy, nc):
        one = erased(toy, "a")
        await until(lambda: done(toy) == {"a"})

    assert toy.keyring.keys_by_id([one.key_id]) == {}


async def test_what_is_erased_gets_into_a_stream_as_its_leaf(nc: Client) -> None:
    config = (await api(nc, "STREAM.INFO.LOG"))["config"]
    await api(nc, "STREAM.UPDATE.LOG", config | FULL)
    lines = make_wires("casework", 0, 2)
    source = ListSource(lines[:1])

    async with relaying(nc, source) as relay:
        await until(lambda: relay.position == 1)
        source.lines = lines
        relay.offer(1, lines[1:])
        await until(lambda: relay.last_error is not None)
        source.lines = [leaf_of(line) for line in lines]
        await relay.forget()
        await api(nc, "STREAM.UPDATE.LOG", config)
        await until(lambda: relay.position == 2)

    assert await stored(nc) == [lines[0], source.lines[1]]
