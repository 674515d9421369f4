"""Notices go to a real mail server, or into a real maildir."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from services.notify.mailer import Notice, compose
from services.notify.posts import UNTRIED, Away, Maildir, Smtp
from tests.support.mail import Box, certified, mail_server

NOTICE = Notice("n-1", "c-1", "handoff-waiting", "jobcenter-12069", 0)


@pytest.fixture
def server() -> Iterator[tuple[Box, str]]:
    box = Box()
    with mail_server(box) as url:
        yield box, url


def message(notice: Notice = NOTICE) -> Any:
    return compose(notice, "jobcenter@12069.example", "staffel@staffel.example")


def test_a_notice_names_the_case_and_holds_nothing_of_it() -> None:
    text = message().as_string()

    assert "c-1" in text
    assert message()["Message-ID"] == "<n-1@staffel.example>"
    assert message()["Subject"] == "Staffel: Eine Übergabe wartet / a handoff waits"


@pytest.mark.parametrize("address", ["a@12069.example\nBcc: b@12069.example", "a@b\r\nX: y"])
def test_no_address_can_bring_another_header_in(address: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        compose(NOTICE, address, "staffel@staffel.example")


def test_a_mail_server_takes_notices(server: tuple[Box, str]) -> None:
    box, url = server

    errors = Smtp(url).send([message(), message(NOTICE._replace(notice_id="n-2"))])

    assert errors == [None, None]
    assert len(box.taken) == 2


def test_a_refused_recipient_is_told_with_its_code(server: tuple[Box, str]) -> None:
    box, url = server
    box.refuse = True

    assert Smtp(url).send([message()]) == ["smtp-550"]
    assert box.taken == []


def test_a_mail_server_that_is_away_is_told_as_such() -> None:
    with pytest.raises(Away, match="ConnectionRefusedError"):
        Smtp("smtp://127.0.0.1:1").send([message()])


def test_a_maildir_holds_each_notice_once(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")

    errors = [*box.send([message()]), *box.send([message()])]

    assert errors == [None, None]
    assert [file.name for file in (tmp_path / "mail" / "new").iterdir()] == ["n-1"]


def test_a_notice_is_on_disk_before_it_counts_as_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, new, synced = Maildir(tmp_path / "mail"), tmp_path / "mail" / "new", list[int]()
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    box.send([message()])

    assert synced == [(new / "n-1").stat().st_ino, new.stat().st_ino]


def test_a_notice_that_was_read_is_not_dropped_again(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    box.send([message()])
    (tmp_path / "mail" / "new" / "n-1").rename(tmp_path / "mail" / "cur" / "n-1:2,S")

    errors = box.send([message()])

    assert errors == [None]
    assert [path.name for path in mailbox_files(tmp_path / "mail")] == ["n-1:2,S"]


def mailbox_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_maildir_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "mail")
    (tmp_path / "mail" / "new").rmdir()

    assert box.send([message()]) == ["FileNotFoundError"]


def test_an_address_that_cannot_be_used_stops_no_other_notice(
    server: tuple[Box, str],
) -> None:
    box, url = server
    odd = compose(NOTICE, "jürgen@jobcenter.example", "staffel@staffel.example")

    class Plain(Smtp):
        """A session with a server that knows no international addresses."""

        def _session(self) -> Any:
            session = super()._session()
            del session.esmtp_features["smtputf8"]
            return session

    errors = Plain(url).send([message(), odd, message()])

    assert errors == [None, "SMTPNotSupportedError", None]
    assert len(box.taken) == 2


def test_a_host_with_an_umlaut_is_known_to_every_server(server: tuple[Box, str]) -> None:
    box, url = server
    there = compose(NOTICE, "jobcenter@groß-köln.example", "staffel@staffel.example")

    errors = Smtp(url).send([there])

    assert errors == [None]
    assert b"To: jobcenter@xn--gro-kln-2va3s.example" in box.taken[0]


def test_what_was_taken_before_the_server_broke_off_is_not_sent_again(
    server: tuple[Box, str],
) -> None:
    box, url = server
    take = box.handle_DATA

    async def once(session_server: Any, _: Any, envelope: Any) -> str:
        if box.taken:
            session_server.transport.abort()
        return await take(session_server, None, envelope)

    box.handle_DATA = once  # type: ignore[assignment, method-assign]
    errors = Smtp(url).send([message() for _ in range(3)])

    assert errors == [None, "SMTPServerDisconnected", UNTRIED]


def test_a_server_that_takes_no_more_is_not_held_against_what_was_not_tried(
    server: tuple[Box, str],
) -> None:
    box, url = server

    async def full(*_: Any) -> str:
        return "421 too many messages"

    box.handle_DATA = full  # type: ignore[assignment, method-assign]

    assert Smtp(url).send([message(), message()]) == ["smtp-421", UNTRIED]


def test_a_server_that_offers_encryption_is_held_to_its_certificate(tmp_path: Path) -> None:
    with (
        mail_server(Box(), tls_context=certified(tmp_path)) as url,
        pytest.raises(Away, match="SSLCertVerificationError"),
    ):
        Smtp(url).send([message()])


def test_a_password_goes_over_an_encrypted_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, context, known = Box(), certified(tmp_path), []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    def knows(*given: Any) -> AuthResult:
        known.append((given[-1].login, given[-1].password))
        return AuthResult(success=True)

    with mail_server(box, tls_context=context, authenticator=knows) as url:
        errors = Smtp(url.replace("//", "//staffel:p%40ss@")).send([message()])

    assert errors == [None]
    assert known == [(b"staffel", b"p@ss")]
    assert len(box.taken) == 1


def test_a_password_never_goes_over_a_connection_in_the_clear(server: tuple[Box, str]) -> None:
    box, url = server

    with pytest.raises(Away, match="SMTPNotSupportedError"):
        Smtp(url.replace("//", "//staffel:secret@")).send([message()])

    assert box.taken == []
