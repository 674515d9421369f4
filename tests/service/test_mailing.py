"""The mailer of a running service: what it sends is recorded, and what failed is tried again."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from services.chassis.agencies import Agencies, Agency
from services.chassis.running.health import Health
from services.chassis.running.runtime import Runtime
from services.chassis.store.database import open_database
from services.chassis.store.migrate import migrate
from services.chassis.transport.nats_server import free_port
from services.chassis.work import Answer
from services.chassis.writing.line import Line
from services.notify import mailer
from services.notify.decider import NO_ADDRESS
from services.notify.mailer import NOTICE as NOTICE_TABLE
from services.notify.mailer import Mailer, Notice
from services.notify.posts import Smtp
from staffel_contracts.codes import AgencyKind, RefusalCode
from staffel_contracts.commands.notify import RecordNoticeOutcome
from tests.support.mail import Box, mail_server
from tests.support.until import until

JOBCENTER = Agency(
    id="jobcenter-12069",
    kind=AgencyKind.JOBCENTER,
    district="12069",
    name="Jobcenter",
    email="jobcenter@12069.example",
)
NOTICE = Notice("n-1", "c-1", "handoff-waiting", "jobcenter-12069", 0)


@pytest.fixture
def server() -> Iterator[tuple[Box, str]]:
    box = Box()
    with mail_server(box) as url:
        yield box, url


@dataclass
class Desk:
    """What the mailer needs of a running service: its tables, and somebody who records."""

    engine: Engine
    recorded: list[RecordNoticeOutcome] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    parked: bool = False
    agencies: Agencies = field(default_factory=lambda: Agencies([JOBCENTER]))
    line: Line = field(default_factory=lambda: Line(500))

    def runtime(self) -> Runtime:
        return cast(
            "Runtime",
            SimpleNamespace(
                reading=self.engine,
                writer=SimpleNamespace(line=self.line),
                agencies=self.agencies,
                settings=SimpleNamespace(mail_from="staffel@staffel.example"),
                after_commit=[],
                extra_status=[],
                health=Health(),
                tell_self=self.record,
            ),
        )

    async def record(self, outcome: RecordNoticeOutcome, key: str) -> Answer:
        if self.parked:
            self.keys.append(key)
            return Answer.refusal(RefusalCode.CASE_PARKED)
        status = "failed" if outcome.error else "sent"
        status = "given-up" if outcome.error == NO_ADDRESS else status
        values = {"status": status, "attempts": outcome.attempt}
        with self.engine.begin() as conn:
            of_notice = NOTICE_TABLE.c.notice_id == outcome.notice_id
            conn.execute(NOTICE_TABLE.update().where(of_notice).values(values))
        self.recorded.append(outcome)
        self.keys.append(key)
        return Answer(200, b"{}")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'notify.sqlite'}"
    migrate("notify", url)
    engine = open_database(url)
    row = NOTICE._asdict() | {"cause_entry": "jobcenter_bridge/0", "status": "composed"}
    with engine.begin() as conn:
        conn.execute(NOTICE_TABLE.insert().values(row))
    yield Desk(engine)
    engine.dispose()


async def mailing(desk: Desk, url: str, over: Callable[[], bool]) -> None:
    """Let the mailer run until something is over."""
    running = asyncio.create_task(Mailer(desk.runtime(), Smtp(url)).run())
    try:
        await until(over)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_notice_waits_for_a_server_that_is_away_and_goes_out_once(desk: Desk) -> None:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    url = f"smtp://127.0.0.1:{controller.port}"

    sends = Mailer(desk.runtime(), Smtp(url))
    running = asyncio.create_task(sends.run())
    await until(lambda: sends.problem == "ConnectionRefusedError", "it is said")
    await asyncio.to_thread(controller.start)
    await until(lambda: bool(desk.recorded), "it is sent", 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.to_thread(controller.stop)

    assert [(one.attempt, one.error) for one in desk.recorded] == [(1, None)]
    assert sends.problem is None
    assert len(box.taken) == 1


async def test_a_service_stops_while_its_mail_server_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may = Event(), Event()

    class Slowly(Smtp):
        def send(self, messages: list[Any]) -> list[str | None]:
            asked.set()
            may.wait()
            return super().send(messages)

    monkeypatch.setattr(mailer, "LOOK_EVERY", 0.01)
    running = asyncio.create_task(Mailer(desk.runtime(), Slowly("smtp://127.0.0.1:1")).run())
    await until(asked.is_set)
    running.cancel()
    may.set()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 60)
    assert desk.recorded == []


async def test_a_message_at_which_the_server_breaks_off_holds_up_no_other(
    desk: Desk, server: tuple[Box, str]
) -> None:
    box, url = server
    take = box.handle_DATA

    async def breaks_off(session_server: Any, session: Any, envelope: Any) -> str:
        if b"n-1" in envelope.content:
            session_server.transport.abort()
        return await take(session_server, session, envelope)

    box.handle_DATA = breaks_off  # type: ignore[assignment, method-assign]
    others = [NOTICE._replace(notice_id=f"n-{number}") for number in (2, 3)]
    rows = [one._asdict() | {"cause_entry": "x/0", "status": "composed"} for one in others]
    with desk.engine.begin() as conn:
        conn.execute(NOTICE_TABLE.insert(), rows)

    await mailing(desk, url, lambda: len(desk.recorded) == 3)

    assert sorted((one.notice_id, one.attempt, one.error) for one in desk.recorded[:3]) == [
        ("n-1", 1, "SMTPServerDisconnected"),
        ("n-2", 1, None),
        ("n-3", 1, None),
    ]


async def test_a_refused_recipient_is_recorded_and_tried_again(
    desk: Desk, server: tuple[Box, str]
) -> None:
    box, url = server
    box.refuse = True

    await mailing(desk, url, lambda: len(desk.recorded) == 2)

    assert [(one.attempt, one.error) for one in desk.recorded] == [(1, "smtp-550"), (2, "smtp-550")]
    assert box.taken == []


async def test_what_came_before_an_agency_had_a_mailbox_is_not_sent_to_it_later(
    desk: Desk, server: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, url = server
    monkeypatch.setattr(mailer, "LOOK_EVERY", 0.01)
    desk.agencies = Agencies([JOBCENTER.model_copy(update={"email": None})])
    await mailing(desk, url, lambda: bool(desk.recorded))
    desk.agencies = Agencies([JOBCENTER])
    later = NOTICE._replace(notice_id="n-2")._asdict()
    with desk.engine.begin() as conn:
        conn.execute(NOTICE_TABLE.insert(), later | {"cause_entry": "x/0", "status": "composed"})
    await mailing(desk, url, lambda: len(desk.recorded) == 2)

    assert [(one.notice_id, one.error) for one in desk.recorded] == [
        ("n-1", "no-address"),
        ("n-2", None),
    ]
    assert len(box.taken) == 1


async def test_what_was_sent_while_its_case_is_parked_is_recorded_later_and_not_sent_again(
    desk: Desk, server: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, url = server
    monkeypatch.setattr(mailer, "UNRECORDED_PAUSE", 0.01)
    desk.parked = True

    def unparked_in_the_end() -> bool:
        desk.parked = len(desk.keys) < 3
        return bool(desk.recorded)

    await mailing(desk, url, unparked_in_the_end)

    assert set(desk.keys) == {"n-1/1"}
    assert [(one.attempt, one.error) for one in desk.recorded] == [(1, None)]
    assert len(box.taken) == 1


class Slow(Box):
    """A mail server that answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may = Event(), Event()

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.asked.set()
        await asyncio.to_thread(self.may.wait)
        return await super().handle_DATA(*given)


async def test_a_mail_server_that_takes_its_time_does_not_make_the_service_look_dead(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "LOOK_EVERY", 0.01)
    box = Slow()
    with mail_server(box) as url:
        post = Mailer(desk.runtime(), Smtp(url))
        running = asyncio.create_task(post.run())
        await until(box.asked.is_set)
        beats = {post.heartbeat}

        def goes_on() -> bool:
            beats.add(post.heartbeat)
            return len(beats) == 10

        await until(goes_on, "ten beats")
        still_waiting = not desk.recorded
        box.may.set()
        await until(lambda: bool(desk.recorded))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert still_waiting


async def test_what_is_under_way_when_the_service_stops_is_recorded_and_goes_out_once(
    desk: Desk,
) -> None:
    box = Slow()
    with mail_server(box) as url:
        running = asyncio.create_task(Mailer(desk.runtime(), Smtp(url)).run())
        await until(box.asked.is_set)
        running.cancel()
        box.may.set()
        await asyncio.gather(running, return_exceptions=True)

    assert [(one.attempt, one.error) for one in desk.recorded] == [(1, None)]
    assert len(box.taken) == 1


async def test_whatever_the_database_says_the_mailer_tells_it_and_looks_again(
    desk: Desk, server: tuple[Box, str]
) -> None:
    _, url = server
    with desk.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE notice RENAME TO lost")
    post = Mailer(desk.runtime(), Smtp(url))
    running = asyncio.create_task(post.run())
    await until(lambda: post.trouble is not None)
    told = post.trouble
    with desk.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE lost RENAME TO notice")
    await until(lambda: len(desk.recorded) == 1 and post.trouble is None)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert told == "the database knows not what is asked for (SQLITE_ERROR)"


async def test_nothing_is_sent_from_a_log_that_may_not_be_the_one_that_was_carried(
    desk: Desk, server: tuple[Box, str]
) -> None:
    box, url = server
    desk.line.hold("not compared yet")
    post = Mailer(desk.runtime(), Smtp(url))
    running = asyncio.create_task(post.run())
    await until(lambda: post.idle)
    held = list(box.taken)
    desk.line.hold(None)
    await until(lambda: len(desk.recorded) == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert held == []
    assert len(box.taken) == 1
