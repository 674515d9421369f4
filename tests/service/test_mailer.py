"""Notices go to a real mail server, or into a real maildir."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine

from services.chassis.agencies import Agencies, Agency
from services.chassis.app import Runtime
from services.chassis.database import open_database
from services.chassis.health import Health
from services.chassis.migrate import migrate
from services.chassis.nats_server import free_port
from services.notify.mailer import NOTICE as NOTICE_TABLE
from services.notify.mailer import Maildir, Mailer, Notice, Smtp, compose
from staffel_contracts.codes import AgencyKind
from staffel_contracts.commands.notify import RecordNoticeOutcome
from tests.support.until import until

NOTICE = Notice("n-1", "c-1", "handoff-waiting", "jobcenter-12069", 0)


class Box:
    """A mail server's handler that keeps what it takes and refuses some recipients."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuse = False

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuse:
            return "550 no such mailbox"
        args[2].rcpt_tos.append(args[3])
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Box, Controller]]:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller
    controller.stop()


def address(controller: Controller) -> str:
    return f"smtp://127.0.0.1:{controller.port}"


def message(notice: Notice = NOTICE) -> Any:
    return compose(notice, "jobcenter@12069.example", "staffel@staffel.example")


def test_a_notice_names_the_case_and_holds_nothing_of_it() -> None:
    text = message().as_string()

    assert "c-1" in text
    assert message()["Message-ID"] == "<n-1@staffel.example>"
    assert message()["Subject"] == "Staffel: Eine Übergabe wartet / a handoff waits"


def test_a_mail_server_takes_notices(server: tuple[Box, Controller]) -> None:
    box, controller = server

    errors = Smtp(address(controller)).send([message(), message(NOTICE._replace(notice_id="n-2"))])

    assert errors == [None, None]
    assert len(box.taken) == 2


def test_a_refused_recipient_is_told_with_its_code(server: tuple[Box, Controller]) -> None:
    box, controller = server
    box.refuse = True

    assert Smtp(address(controller)).send([message()]) == ["smtp-550"]
    assert box.taken == []


def test_a_mail_server_that_is_away_is_told_as_such() -> None:
    assert Smtp("smtp://127.0.0.1:1").send([message()]) == ["ConnectionRefusedError"]


def test_a_maildir_holds_each_notice_once(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")

    errors = [*box.send([message()]), *box.send([message()])]

    assert errors == [None, None]
    assert [file.name for file in (tmp_path / "mail" / "new").iterdir()] == ["n-1"]


def test_a_maildir_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    (tmp_path / "mail" / "new").rmdir()

    assert box.send([message()]) == ["FileNotFoundError"]


def test_an_address_that_cannot_be_used_stops_no_other_notice(
    server: tuple[Box, Controller],
) -> None:
    box, controller = server
    odd = compose(NOTICE, "jobcenter@köln.example", "staffel@staffel.example")

    class Plain(Smtp):
        """A session with a server that knows no international addresses."""

        def _session(self) -> Any:
            session = super()._session()
            del session.esmtp_features["smtputf8"]
            return session

    errors = Plain(address(controller)).send([message(), odd, message()])

    assert errors == [None, "SMTPNotSupportedError", None]
    assert len(box.taken) == 2


def test_what_was_taken_before_the_server_broke_off_is_not_sent_again(
    server: tuple[Box, Controller],
) -> None:
    box, controller = server
    take = box.handle_DATA

    async def once(session_server: Any, _: Any, envelope: Any) -> str:
        if box.taken:
            session_server.transport.abort()
        return await take(session_server, None, envelope)

    box.handle_DATA = once  # type: ignore[assignment, method-assign]
    errors = Smtp(address(controller)).send([message() for _ in range(3)])

    assert errors[0] is None
    assert errors[1:] == ["SMTPServerDisconnected", "SMTPServerDisconnected"]


def test_a_server_that_offers_encryption_is_held_to_its_certificate(tmp_path: Path) -> None:
    controller = Controller(
        Box(), hostname="127.0.0.1", port=free_port(), tls_context=untrusted(tmp_path)
    )
    controller.start()

    errors = Smtp(address(controller)).send([message()])
    controller.stop()

    assert errors == ["SSLCertVerificationError"]


def untrusted(folder: Path) -> ssl.SSLContext:
    """A server's certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


@dataclass
class Desk:
    """What the mailer needs of a running service: its tables, and somebody who records."""

    engine: Engine
    recorded: list[RecordNoticeOutcome] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def runtime(self) -> Runtime:
        agency = Agency(
            id="jobcenter-12069",
            kind=AgencyKind.JOBCENTER,
            district="12069",
            name="Jobcenter",
            email="jobcenter@12069.example",
        )
        return cast(
            "Runtime",
            SimpleNamespace(
                reading=self.engine,
                agencies=Agencies([agency]),
                settings=SimpleNamespace(mail_from="staffel@staffel.example"),
                after_commit=[],
                extra_status=[],
                health=Health(),
                tell_self=self.record,
            ),
        )

    async def record(self, outcome: RecordNoticeOutcome, key: str) -> None:
        status = "failed" if outcome.error else "sent"
        values = {"status": status, "attempts": outcome.attempt}
        with self.engine.begin() as conn:
            of_notice = NOTICE_TABLE.c.notice_id == outcome.notice_id
            conn.execute(NOTICE_TABLE.update().where(of_notice).values(values))
        self.recorded.append(outcome)
        self.keys.append(key)


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

    async def back() -> None:
        await until(lambda: len(desk.recorded) == 1)
        await asyncio.to_thread(controller.start)

    coming = asyncio.create_task(back())
    await mailing(desk, address(controller), lambda: len(desk.recorded) == 2)
    await coming
    await asyncio.to_thread(controller.stop)

    assert [(one.attempt, one.error) for one in desk.recorded] == [
        (1, "ConnectionRefusedError"),
        (2, None),
    ]
    assert desk.keys == ["n-1/1", "n-1/2"]
    assert len(box.taken) == 1


async def test_a_refused_recipient_is_recorded_and_tried_again(
    desk: Desk, server: tuple[Box, Controller]
) -> None:
    box, controller = server
    box.refuse = True

    await mailing(desk, address(controller), lambda: len(desk.recorded) == 2)

    assert [(one.attempt, one.error) for one in desk.recorded] == [(1, "smtp-550"), (2, "smtp-550")]
    assert box.taken == []
