"""Send notices, each at least once, and have recorded what became of them."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path
from quopri import encodestring
from typing import Any, NamedTuple

import idna
from sqlalchemy import Engine, Table, select
from sqlalchemy.exc import DBAPIError

from services.chassis.agencies import Agencies
from services.chassis.running.runtime import Runtime
from services.chassis.store.away import told
from services.chassis.work import OK
from services.chassis.writing.result import Result
from services.notify.decider import NO_ADDRESS
from services.notify.posts import UNTRIED, Away, Maildir, Post, Smtp
from services.notify.tables import NoticeRow
from staffel_contracts.codes import NoticeTemplate
from staffel_contracts.commands.notify import RecordNoticeOutcome

NOTICE: Table = NoticeRow.__table__  # type: ignore[attr-defined]
AT_ONCE = 50
"""In one session. Of these nothing is recorded yet; after a kill as many may go out twice."""
LOOK_EVERY = 1.0
LONGEST_PAUSE = 3600.0
UNRECORDED_PAUSE = 30.0
FIRST_PAUSE, LONGEST_WAIT = 1.0, 300.0
"""Seconds until a mail server that was away is tried again: doubled each time."""

_PLAIN_TEXT = {
    "Content-Type": 'text/plain; charset="utf-8"',
    "Content-Transfer-Encoding": "quoted-printable",
    "MIME-Version": "1.0",
}

_log = logging.getLogger("staffel.mailer")


class Notice(NamedTuple):
    """A notice that waits to be sent."""

    notice_id: str
    case_id: str
    template: str
    recipient: str
    attempts: int


def compose(notice: Notice, address: str, sender: str) -> EmailMessage:
    """The mail of a notice: an id and what waits, no content; a repeat has the same Message-ID."""
    template = NoticeTemplate(notice.template)
    message = EmailMessage()
    message["From"], message["To"] = _header("From", sender), _header("To", _everywhere(address))
    message["Subject"] = _header("Subject", f"Staffel: {template.de} / {template.en}")
    message["Message-ID"] = f"<{notice.notice_id}@{sender.rpartition('@')[2]}>"
    message["X-Staffel-Notice"] = notice.notice_id
    message["Auto-Submitted"] = _header("Auto-Submitted", "auto-generated")
    for name, value in _PLAIN_TEXT.items():
        message[name] = _header(name, value)
    message.set_payload(encodestring(_text(template, notice.case_id).encode()).decode("ascii"))
    return message


def _text(template: NoticeTemplate, case_id: str) -> str:
    return (
        f"{template.de}.\nFall: {case_id}\n"
        "Diese Nachricht enthält keine Falldaten; bitte im Fachverfahren nachsehen.\n\n"
        f"{template.en}.\nCase: {case_id}\n"
        "This message holds no case data; please look in your own system.\n"
    )


@lru_cache(maxsize=1_000)
def _header(name: str, value: str) -> Any:
    """A header read once: the same few stand in all mails, and reading one takes long."""
    return default.header_store_parse(name, value)[1]


def _everywhere(address: str) -> str:
    """An address with its host as every mail server knows it (IDNA, RFC 5891)."""
    name, _, host = address.rpartition("@")
    try:
        return f"{name}@{idna.encode(host, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def waiting(engine: Engine, besides: set[str]) -> list[Notice]:
    """Notices that were not sent yet, except those that pause after a failure."""
    columns = [NOTICE.c[name] for name in Notice._fields]
    query = select(*columns).where(NOTICE.c.status.in_(("composed", "failed")))
    with engine.connect() as conn:
        rows = conn.execute(query.order_by(NOTICE.c.notice_id).limit(AT_ONCE + len(besides)))
        return [Notice(*row) for row in rows if row.notice_id not in besides][:AT_ONCE]


class Mailer:
    """Sends what waits, and has the outcome recorded.

    What was sent and cannot be recorded yet, as its case is parked, is not sent again. Where the
    mail server does not let us in, nothing was tried: all waits, and ``problem`` says for what.
    """

    def __init__(self, runtime: Runtime, post: Post) -> None:
        """Send by ``post`` for the service of ``runtime``."""
        self._runtime, self._post = runtime, post
        self._again: dict[str, float] = {}
        self._unrecorded: dict[str, RecordNoticeOutcome] = {}
        self._pause = FIRST_PAUSE
        self.problem: str | None = None
        self.trouble: str | None = None
        """What keeps the database from saying what waits."""
        self.idle = False
        self.heartbeat = time.monotonic()

    async def run(self) -> None:
        """Send until cancelled."""
        wake = asyncio.Event()
        loop = asyncio.get_running_loop()

        def look(result: Result) -> None:
            if NOTICE in result.views:
                self.idle = False
                loop.call_soon_threadsafe(wake.set)

        self._runtime.after_commit.append(look)
        while True:
            self.heartbeat = time.monotonic()
            wake.clear()
            try:
                while notices := await asyncio.to_thread(self._waiting):
                    await self._send(notices)
            except DBAPIError as error:
                self.trouble = told(error)  # the next look is in a second
            except Away as away:
                await self._wait_out(away)
                continue
            else:
                self.trouble = None
            self.idle = not wake.is_set()
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), LOOK_EVERY)

    async def _wait_out(self, away: Away) -> None:
        """Try again ever more seldom; the service stays as well as it is."""
        if self.problem is None:
            _log.warning("no mail is sent", extra={"reason": str(away)})
        self.problem, self.idle = str(away), True
        end = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_WAIT)
        while (left := end - time.monotonic()) > 0:
            self.heartbeat = time.monotonic()
            await asyncio.sleep(min(left, LOOK_EVERY))

    def _waiting(self) -> list[Notice]:
        if self._runtime.writer.line.held:
            return []  # an older database does not know what was sent
        now = time.monotonic()
        self._again = {i: moment for i, moment in self._again.items() if moment > now}
        return waiting(self._runtime.reading, set(self._again))

    async def _send(self, notices: list[Notice]) -> None:
        """Send, and record it even where the service stops meanwhile: else it went out twice."""
        under_way = asyncio.ensure_future(self._sent(notices))
        try:
            await asyncio.shield(under_way)
        except asyncio.CancelledError:
            with suppress(Away):
                await under_way
            raise

    async def _sent(self, notices: list[Notice]) -> None:
        fresh = [notice for notice in notices if notice.notice_id not in self._unrecorded]
        errors = await self._beating(asyncio.to_thread(self._post_all, fresh))
        self.problem, self._pause = None, FIRST_PAUSE
        for notice, error in zip(fresh, errors, strict=True):
            if error != UNTRIED:
                self._unrecorded[notice.notice_id] = self._outcome(notice, error)
        tried = (one.notice_id for one in notices if one.notice_id in self._unrecorded)
        await asyncio.gather(*map(self._record, tried))

    async def _beating(self, posting: Awaitable[list[str | None]]) -> list[str | None]:
        """Wait for a mail server however slow it is: its time-outs end it, a restart does not."""
        under_way = asyncio.ensure_future(posting)
        while not under_way.done():
            self.heartbeat = time.monotonic()
            await asyncio.wait({under_way}, timeout=LOOK_EVERY)
        return under_way.result()

    def _post_all(self, notices: list[Notice]) -> list[str | None]:
        sender, agencies = self._runtime.settings.mail_from, self._runtime.agencies
        addresses = [address_of(agencies, notice.recipient) for notice in notices]
        ready = [
            compose(notice, address, sender)
            for notice, address in zip(notices, addresses, strict=True)
            if address
        ]
        sent = iter(self._post.send(ready) if ready else [])
        return [next(sent) if address else NO_ADDRESS for address in addresses]

    def _outcome(self, notice: Notice, error: str | None) -> RecordNoticeOutcome:
        return RecordNoticeOutcome(
            case=notice.case_id,
            notice_id=notice.notice_id,
            channel=self._post.channel,
            attempt=notice.attempts + 1,
            error=error,
        )

    async def _record(self, notice_id: str) -> None:
        outcome = self._unrecorded[notice_id]
        answer = await self._runtime.tell_self(outcome, f"{notice_id}/{outcome.attempt}")
        if answer.status != OK:
            self._again[notice_id] = time.monotonic() + UNRECORDED_PAUSE
            return
        del self._unrecorded[notice_id]
        if outcome.error:
            pause = min(2.0**outcome.attempt, LONGEST_PAUSE)
            self._again[notice_id] = time.monotonic() + pause


def address_of(agencies: Agencies, agency_id: str) -> str | None:
    """An agency's mailbox, if it has one."""
    agency = agencies.get(agency_id)
    return agency.email if agency else None


async def send_notices(runtime: Runtime) -> None:
    """The service's mail loop: by SMTP where a server is set, else into the maildir."""
    settings = runtime.settings
    post: Post = (
        Smtp(settings.smtp_url) if settings.smtp_url else Maildir(settings.maildir or Path("mail"))
    )
    mailer = Mailer(runtime, post)
    runtime.health.watch("mailer", lambda: mailer.heartbeat, lambda: mailer.trouble)
    runtime.extra_status.append(lambda: {"mail_idle": mailer.idle, "mail_problem": mailer.problem})
    await mailer.run()
