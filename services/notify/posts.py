"""Where notices go: to a mail server, or into a maildir where none is set."""

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from services.chassis.files import write_synced
from staffel_contracts.files import sync_folder

SMTP_SECONDS = 20
UNTRIED: Final = "untried"
"""In the place of an error code: the session broke off at a message before this one."""
_AS_UMASK_SAYS = 0o666  # a mail program of another user may be the reader


class Away(Exception):
    """The mail server does not let us in; the text is an error code. No message was tried."""


class Post(Protocol):
    """Where notices go."""

    @property
    def channel(self) -> str:
        """How notices go, as the log names it."""
        ...

    def send(self, messages: list[EmailMessage]) -> list[str | None]:
        """Send messages; per message an error code, ``None`` if it was taken, or ``UNTRIED``.

        Raises:
            Away: nothing can be sent at present, whatever it is.
        """
        ...


class Maildir:
    """Drops notices into a maildir; one that is there already, read or not, is not doubled."""

    channel: Final = "maildir"

    def __init__(self, folder: Path) -> None:
        """Use or make the maildir in ``folder``."""
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._fresh, self._new, self._read = folder / "tmp", folder / "new", folder / "cur"

    def send(self, messages: list[EmailMessage]) -> list[str | None]:
        """Write each message under the name of its notice; all are on disk when this returns."""
        read = self._names_read()
        outcomes = [self._drop(message, read) for message in messages]
        try:
            sync_folder(self._new)
        except OSError as error:
            return [outcome or type(error).__name__ for outcome in outcomes]
        return outcomes

    def _names_read(self) -> set[str]:
        """What a mail program has moved on, without the marks that it added to the names."""
        with suppress(OSError):
            return {entry.name.partition(":")[0] for entry in self._read.iterdir()}
        return set()

    def _drop(self, message: EmailMessage, read: set[str]) -> str | None:
        name = message["X-Staffel-Notice"]
        if name in read:
            return None
        try:
            write_synced(self._fresh / name, bytes(message), _AS_UMASK_SAYS)
            (self._fresh / name).replace(self._new / name)
        except OSError as error:
            return type(error).__name__
        return None


class Smtp:
    """Hands notices to a mail server."""

    channel: Final = "smtp"

    def __init__(self, url: str) -> None:
        """Use ``smtp://user:password@host:port``; ``smtps`` for TLS from the start."""
        self._url = urlsplit(url)

    def send(self, messages: list[EmailMessage]) -> list[str | None]:
        """Send messages in one session, up to one at which the server breaks it off.

        Raises:
            Away: there is no session.
        """
        outcomes: list[str | None] = []
        try:
            session = self._session()
        except (OSError, smtplib.SMTPException) as error:
            raise Away(type(error).__name__) from error
        try:
            with session:
                for message in messages:
                    outcomes.append(self._send(session, message))
                    if session.sock is None:  # closed after 421: the server takes no more
                        break
        except (OSError, smtplib.SMTPException) as error:
            if len(outcomes) < len(messages):
                outcomes.append(type(error).__name__)
        return outcomes + [UNTRIED] * (len(messages) - len(outcomes))

    def _send(self, session: smtplib.SMTP, message: EmailMessage) -> str | None:
        try:
            session.send_message(message)
        except smtplib.SMTPResponseException as error:
            return f"smtp-{error.smtp_code}"
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            return f"smtp-{min(codes, default=0)}"
        except smtplib.SMTPNotSupportedError as error:  # an address that is not ASCII
            return type(error).__name__
        return None

    def _session(self) -> smtplib.SMTP:
        url = self._url
        host, port, trusted = url.hostname or "localhost", url.port or 0, create_default_context()
        session = (
            smtplib.SMTP_SSL(host, port, timeout=SMTP_SECONDS, context=trusted)
            if url.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=SMTP_SECONDS)
        )
        try:
            self._introduce(session, trusted)
        except BaseException:
            session.close()
            raise
        return session

    def _introduce(self, session: smtplib.SMTP, trusted: SSLContext) -> None:
        url = self._url
        session.ehlo_or_helo_if_needed()  # before it, nothing is known of the server
        encrypted = url.scheme == "smtps"
        if not encrypted and session.has_extn("starttls"):
            session.starttls(context=trusted)
            encrypted = True
        if url.username and not encrypted:
            raise smtplib.SMTPNotSupportedError("no password over a connection in the clear")
        if url.username:
            session.login(unquote(url.username), unquote(url.password or ""))
