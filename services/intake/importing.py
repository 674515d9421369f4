"""Bring a district's export in: rows become commands, and every bad row is reported."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from services.intake import wording
from services.intake.meaning import Ready, sets_a_value, to_command
from services.intake.rows import UTF_8, Fault, Row, read_rows
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import AdmitPerson, FormHousehold

AT_ONCE = 256
_NOT_AFTER_TODAY = (
    *("admitted_on", "decided_on", "served_on", "received_on", "issued_on", "registered_on"),
    *("first_title_or_proof_on", "formed_on"),
)
_OK = 200


class Sent(NamedTuple):
    """An answer to a command: its status, what it says, and whether it was given before."""

    status: int
    body: dict[str, Any]
    repeated: bool = False


Send = Callable[[Command, str], Awaitable[Sent]]
"""Sends a command under an idempotency key; an ``OSError`` means that nobody answered."""
Ask = Callable[[str], Awaitable[dict[str, Any]]]
"""Asks intake what it knows of a file reference, as its query ``person``; empty if nothing."""


async def _unknown(_: str) -> dict[str, Any]:
    return {}


@dataclass
class Report:
    """What became of the rows: each is counted once beside ``read``."""

    read: int = 0
    accepted: int = 0
    already_there: int = 0
    """Accepted by an earlier import, or nothing new."""
    refused: int = 0
    """Refused by intake."""
    bad: int = 0
    """Not sent, as they make no sense."""
    faults: list[Fault] = field(default_factory=list)
    """What was wrong with the rows refused and bad."""
    cases: dict[str, str] = field(default_factory=dict)
    """The case of each file reference admitted."""

    def counts(self) -> dict[str, int]:
        """How many rows were read, and what became of them."""
        names = ("read", "accepted", "already_there", "refused", "bad")
        return {name: getattr(self, name) for name in names}

    def fault(self, *faults: Fault) -> None:
        """Count a bad row."""
        self.bad += 1
        self.faults += faults


class Importer:
    """Imports rows: in order per file reference, many references at once."""

    def __init__(
        self,
        send: Send,
        district: str,
        done: Callable[[int], None] = lambda _: None,
        *,
        ask: Ask = _unknown,
        today: date | None = None,
        namesakes: bool = False,
    ) -> None:
        """Send for one district; ``done`` is told of each row's line when it is over.

        With ``today``, rows from the future are not sent: intake would refuse them for good.
        With ``namesakes``, people of the same name and birth date are different people.
        """
        self._send, self._district, self._done = send, district, done
        self._ask, self._today, self._namesakes = ask, today, namesakes
        self._room = asyncio.Semaphore(AT_ONCE)
        self._last: dict[str, asyncio.Task[None]] = {}
        self._people: dict[tuple[Any, ...], int] = {}
        self._references: dict[str, int] = {}
        self._stopped_by: Exception | None = None
        self._run = uuid4().hex
        self.report = Report()

    async def run(self, path: Path, encoding: str = UTF_8) -> Report:
        """Import a file.

        Raises:
            Unreadable: the file as a whole cannot be read.
            OSError: nobody answers any more; importing the file again goes on.
        """
        return await self.take(read_rows(path, encoding))

    async def take(self, rows: Iterator[Row | Fault]) -> Report:
        """Import rows.

        Raises:
            OSError: nobody answers any more; importing them again goes on.
        """
        tasks: set[asyncio.Task[None]] = set()
        try:
            await self._start(rows, tasks)
        finally:
            await asyncio.gather(*tasks)
        if self._stopped_by:
            raise self._stopped_by
        self.report.faults.sort()
        return self.report

    async def _start(self, rows: Iterator[Row | Fault], tasks: set[asyncio.Task[None]]) -> None:
        """Households last: they are told to members who stand anywhere in the file."""
        households = []
        for row in rows:
            if self._stopped_by:
                return
            self.report.read += 1
            ready = self._ready(row)
            if ready is None:
                self._done(row.line)
            elif isinstance(ready.command, FormHousehold):
                households.append(ready)
            else:
                await self._begin(ready, tasks)
        await asyncio.gather(*tasks)
        for ready in households:
            await self._begin(ready, tasks)

    async def _begin(self, ready: Ready, tasks: set[asyncio.Task[None]]) -> None:
        await self._room.acquire()
        if self._stopped_by:
            self._room.release()
            return
        reference = self._reference(ready.command)
        task = asyncio.create_task(self._submit(ready, self._last.get(reference)))
        self._last[reference] = task
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def check(self, rows: Iterator[Row | Fault]) -> Report:
        """Only read the rows and say what is wrong with them."""
        for row in rows:
            self.report.read += 1
            self._ready(row)
            self._done(row.line)
        return self.report

    def _ready(self, row: Row | Fault) -> Ready | None:
        if isinstance(row, Fault):
            self.report.fault(row)
            return None
        ready = to_command(row, self._district)
        if isinstance(ready, list):
            self.report.fault(*ready)
            return None
        if fault := self._elsewhere(ready) or self._too_early(ready) or self._twice(ready):
            self.report.fault(fault)
            return None
        return self._keyed(ready)

    def _keyed(self, ready: Ready) -> Ready:
        """A value that was set back is set again: its key is that of this run and this line."""
        if not sets_a_value(ready.command):
            return ready
        return ready._replace(key=f"{ready.key}/{self._run}/{ready.line}")

    def _elsewhere(self, ready: Ready) -> Fault | None:
        """A row that names another district than the one that imports."""
        if getattr(ready.command, "district", None) == self._district:
            return None
        rule = f"{RefusalCode.AGENCY_MAY_NOT.value}: {wording.OTHER_DISTRICT}"
        return Fault(ready.line, "district", rule)

    def _too_early(self, ready: Ready) -> Fault | None:
        """A day after today; sent today, its refusal would be the answer for ever."""
        for name in _NOT_AFTER_TODAY:
            day = getattr(ready.command, name, None)
            if self._today and day and day > self._today:
                return Fault(
                    ready.line, name, f"{RefusalCode.DATE_IN_FUTURE.value}: {wording.AFTER_TODAY}"
                )
        return None

    def _twice(self, ready: Ready) -> Fault | None:
        """A person that stands in the file twice; the first one counts."""
        command = ready.command
        if not isinstance(command, AdmitPerson):
            return None
        line = self._references.setdefault(command.file_reference, ready.line)
        if line != ready.line:
            return Fault(ready.line, "file_reference", wording.TWICE.format(line))
        line = self._people.setdefault(_who(command), ready.line)
        if line != ready.line and not self._namesakes:
            return Fault(ready.line, "file_reference", wording.SAME_PERSON.format(line))
        return None

    def _reference(self, command: Command) -> str:
        return str(getattr(command, "file_reference", command.NAME))

    async def _submit(self, ready: Ready, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await before
            if self._stopped_by is None:
                self._take_answer(ready, await self._sent(ready))
        except Exception as error:  # noqa: BLE001 - raised when all that is under way has ended
            self._stopped_by = error
        finally:
            self._room.release()
            self._done(ready.line)
            self._forget(ready)

    def _forget(self, ready: Ready) -> None:
        reference = self._reference(ready.command)
        if self._last.get(reference) is asyncio.current_task():
            del self._last[reference]

    async def _sent(self, ready: Ready) -> Sent:
        """Send a row, under a further key where it was refused for want of an earlier row.

        The refusal is the answer to its key for ever, but the row that was missing may have come
        since. The further key is the same in every run, so a later run still changes nothing.
        """
        key = ready.key
        while True:
            sent = await self._send(ready.command, key)
            step = await self._mended(ready.command, sent)
            if step is None or key.endswith(step):
                return sent
            key += step

    async def _mended(self, command: Command, sent: Sent) -> str | None:
        if isinstance(command, FormHousehold) and sent.repeated and sent.status == _OK:
            return await self._told_again(command)
        code = sent.body.get("code")
        if code not in (RefusalCode.PERSON_NOT_ADMITTED.value, RefusalCode.NO_DECISION.value):
            return None
        known = await self._ask(self._reference(command))
        if code == RefusalCode.PERSON_NOT_ADMITTED.value:
            return "/admitted" if known.get("case") else None
        may_have_titles = known.get("decision") == "recognised" or known.get("temporary_protection")
        return "/recognised" if may_have_titles else None

    async def _told_again(self, command: FormHousehold) -> str | None:
        """A household is told once more where a member came in after it was told."""
        known = {ref: await self._ask(ref) for ref in command.member_refs}
        late = [
            ref
            for ref, person in known.items()
            if person.get("case") and command.household_ref not in person.get("households", ())
        ]
        return f"/{sha256(' '.join(late).encode()).hexdigest()[:16]}" if late else None

    def _take_answer(self, ready: Ready, sent: Sent) -> None:
        body = sent.body
        if sent.status != _OK:
            rule = wording.refused(body)
            self.report.refused += 1
            self.report.faults.append(Fault(ready.line, body.get("field") or "", rule))
            return
        if sent.repeated or not body.get("entries", True):
            self.report.already_there += 1
        else:
            self.report.accepted += 1
        if isinstance(ready.command, AdmitPerson):
            self.report.cases[ready.command.file_reference] = body["case"]


def _who(command: AdmitPerson) -> tuple[Any, ...]:
    """A name as it sounds, whatever the spelling of its letters, and the birth date."""
    names = (command.given_name, command.family_name)
    plain = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in names)
    return (*sorted(plain), command.birth_date)
