"""Bring a district's export in: rows become commands, and every bad row is reported."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from services.intake.rows import Fault, Row, read_rows
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import (
    AdmitPerson,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordResidenceTitle,
    SetReceptionQuota,
)

KINDS: dict[str, type[Command]] = {
    "quota": SetReceptionQuota,
    "person": AdmitPerson,
    "recognition": RecordAsylumRecognition,
    "refusal": RecordAsylumRefusal,
    "title": RecordResidenceTitle,
}
"""What the column ``kind`` says, and the command that such a row becomes."""
AT_ONCE = 256
_GERMAN, _ISO = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_AFTER_TODAY = ("admitted_on", "decided_on", "served_on", "received_on", "issued_on")
_GERMAN_TRUTH = {"ja": True, "nein": False}
_OK = 200


class Sent(NamedTuple):
    """An answer to a command: its status and what it says."""

    status: int
    body: dict[str, Any]


Send = Callable[[Command, str], Awaitable[Sent]]
"""Sends a command under an idempotency key; an ``OSError`` means that nobody answered."""
Ask = Callable[[str], Awaitable[dict[str, Any]]]
"""Asks intake what it knows of a file reference: ``case`` and ``decision``; empty if nothing."""


async def _unknown(_: str) -> dict[str, Any]:
    return {}


@dataclass
class Report:
    """What became of the rows: how many were read, accepted and bad, and what was wrong."""

    read: int = 0
    accepted: int = 0
    bad: int = 0
    faults: list[Fault] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    """The case of each file reference admitted."""

    def fault(self, *faults: Fault) -> None:
        """Count a bad row."""
        self.bad += 1
        self.faults += faults


class Ready(NamedTuple):
    """A row that became a command."""

    line: int
    command: Command
    key: str


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
    ) -> None:
        """Send for one district; ``done`` is told of each row's line when it is over.

        With ``today``, rows from the future are not sent: intake would refuse them for good.
        """
        self._send, self._district, self._done = send, district, done
        self._ask, self._today = ask, today
        self._room = asyncio.Semaphore(AT_ONCE)
        self._last: dict[str, asyncio.Task[None]] = {}
        self._people: dict[tuple[Any, ...], tuple[str, int]] = {}
        self._references: dict[str, int] = {}
        self._silent: OSError | None = None
        self.report = Report()

    async def run(self, path: Path) -> Report:
        """Import a file.

        Raises:
            Unreadable: the file as a whole cannot be read.
            OSError: nobody answers any more; importing the file again goes on.
        """
        return await self.take(read_rows(path))

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
        if self._silent:
            raise self._silent
        self.report.faults.sort()
        return self.report

    async def _start(self, rows: Iterator[Row | Fault], tasks: set[asyncio.Task[None]]) -> None:
        for row in rows:
            self.report.read += 1
            ready = self._ready(row)
            if ready is None:
                self._done(row.line)
                continue
            await self._room.acquire()
            if self._silent:
                return
            task = asyncio.create_task(self._submit(ready, self._before(ready)))
            self._last[self._reference(ready.command)] = task
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
        if fault := self._too_early(ready) or self._twice(ready):
            self.report.fault(fault)
            return None
        return ready

    def _too_early(self, ready: Ready) -> Fault | None:
        """A day after today; sent today, its refusal would be the answer for ever."""
        for name in _NOT_AFTER_TODAY:
            day = getattr(ready.command, name, None)
            if self._today and day and day > self._today:
                return Fault(ready.line, name, f"{RefusalCode.DATE_IN_FUTURE.value}: after today")
        return None

    def _twice(self, ready: Ready) -> Fault | None:
        """A person that stands in the file twice; the first one counts."""
        command = ready.command
        if not isinstance(command, AdmitPerson):
            return None
        line = self._references.setdefault(command.file_reference, ready.line)
        if line != ready.line:
            return Fault(ready.line, "file_reference", f"stands in line {line} already")
        name = (command.given_name.casefold(), command.family_name.casefold(), command.birth_date)
        _, line = self._people.setdefault(name, (command.file_reference, ready.line))
        if line != ready.line:
            rule = f"the same name and birth date stand in line {line} under another file reference"
            return Fault(ready.line, "file_reference", rule)
        return None

    def _reference(self, command: Command) -> str:
        return str(getattr(command, "file_reference", command.NAME))

    def _before(self, ready: Ready) -> asyncio.Task[None] | None:
        return self._last.get(self._reference(ready.command))

    async def _submit(self, ready: Ready, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await before
            if self._silent is None:
                self._take_answer(ready, await self._sent(ready))
        except OSError as error:
            self._silent = error
        finally:
            self._room.release()
            self._done(ready.line)

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
        code = sent.body.get("code")
        if code not in (RefusalCode.PERSON_NOT_ADMITTED.value, RefusalCode.NO_DECISION.value):
            return None
        known = await self._ask(self._reference(command))
        if code == RefusalCode.PERSON_NOT_ADMITTED.value:
            return "/admitted" if known.get("case") else None
        return "/recognised" if known.get("decision") == "recognised" else None

    def _take_answer(self, ready: Ready, sent: Sent) -> None:
        if sent.status != _OK:
            column = sent.body.get("field") or ""
            rule = f"{sent.body.get('code')}: {sent.body.get('detail', '')}"
            self.report.fault(Fault(ready.line, column, rule))
            return
        self.report.accepted += 1
        if isinstance(ready.command, AdmitPerson):
            self.report.cases[ready.command.file_reference] = sent.body["case"]


def to_command(row: Row, district: str) -> Ready | list[Fault]:
    """The command that a row becomes, or what is wrong with it."""
    cells = dict(row.cells)
    kind = KINDS.get(str(cells.pop("kind", "")))
    if kind is None:
        return [Fault(row.line, "kind", f"one of {', '.join(KINDS)} is expected")]
    known = {name: _plain(value, kind, name) for name, value in _of_kind(kind, cells).items()}
    if bad := [name for name, value in known.items() if _no_date(value, kind, name)]:
        return [
            Fault(row.line, name, "a date is expected: 2026-11-23 or 23.11.2026") for name in bad
        ]
    try:
        command = kind.model_validate({"district": district} | known)
    except ValidationError as error:
        return _faults(row.line, error)
    return Ready(row.line, command, row_key(command))


def row_key(command: Command) -> str:
    """The idempotency key of a row: the same content is the same command, whenever it comes."""
    return "import-" + sha256(to_json([command.NAME, command.model_dump(mode="json")])).hexdigest()


def _of_kind(kind: type[Command], cells: dict[str, Any]) -> dict[str, Any]:
    """Without the columns of other kinds: a CSV file has one header for all of them."""
    others = {name for other in KINDS.values() for name in other.model_fields}
    return {n: v for n, v in cells.items() if n in kind.model_fields or n not in others}


def _plain(value: Any, kind: type[Command], name: str) -> Any:
    """German dates as ISO 8601, ``ja`` and ``nein`` as truth; everything else as it came."""
    if not isinstance(value, str):
        return value
    if _is(date, kind, name) and (found := _GERMAN.fullmatch(value)):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return _GERMAN_TRUTH.get(value.lower(), value) if _is(bool, kind, name) else value


def _no_date(value: Any, kind: type[Command], name: str) -> bool:
    """Whether a date is wanted and this is none: no numbers, which would count seconds."""
    return _is(date, kind, name) and not (isinstance(value, str) and _ISO.fullmatch(value))


def _is(wanted: type[Any], kind: type[Command], name: str) -> bool:
    found = kind.model_fields.get(name)
    return found is not None and found.annotation is wanted


def _faults(line: int, error: ValidationError) -> list[Fault]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [Fault(line, ".".join(map(str, one["loc"])), one["msg"]) for one in found]
