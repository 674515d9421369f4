"""Notices go to a real mail server, or into a real maildir."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from services.chassis.nats_server import free_port
from services.notify.mailer import Maildir, Notice, Smtp, compose

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
