"""Bring a district's export in: rows become commands, and every bad row is reported."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import (
    AdmitPerson,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordResidenceTitle,
    SetReceptionQuota,
)

from services.intake.rows import Fault, Row, read_rows

KINDS: dict[str, type[Command]] = {
    "quota": SetReceptionQuota,
    "person": AdmitPerson,
    "recognition": RecordAsylumRecognition,
    "refusal": RecordAsylumRefusal,
    "title": RecordResidenceTitle,
}
"""What the column ``kind`` says, and the command that such a row becomes."""
AT_ONCE = 256
_GERMAN = "%d.%m.%Y"
_OK = 200


class Sent(NamedTuple):
    """An answer to a command: its status and what it says."""

    status: int
    body: dict[str, Any]


Send = Callable[[Command, str], Awaitable[Sent]]
"""Sends a command under an idempotency key; an ``OSError`` means that nobody answered."""


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
        self, send: Send, district: str, done: Callable[[int], None] = lambda _: None
    ) -> None:
        """Send for one district; ``done`` is told of each row's line when it is over."""
        self._send, self._district, self._done = send, district, done
        self._room = asyncio.Semaphore(AT_ONCE)
        self._last: dict[str, asyncio.Task[None]] = {}
        self._people: dict[tuple[Any, ...], tuple[str, int]] = {}
        self._references: dict[str, int] = {}
        self.report = Report()

    async def run(self, path: Path) -> Report:
        """Import a file.

        Raises:
            Unreadable: the file as a whole cannot be read.
        """
        return await self.take(read_rows(path))

    async def take(self, rows: Iterator[Row | Fault]) -> Report:
        """Import rows."""
        tasks: set[asyncio.Task[None]] = set()
        for row in rows:
            self.report.read += 1
            ready = self._ready(row)
            if ready is None:
                self._done(row.line)
                continue
            await self._room.acquire()
            task = asyncio.create_task(self._submit(ready, self._before(ready)))
            self._last[self._reference(ready.command)] = task
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        self.report.faults.sort()
        return self.report

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
        if fault := self._twice(ready):
            self.report.fault(fault)
            return None
        return ready

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
            sent = await self._send(ready.command, ready.key)
            self._take_answer(ready, sent)
        finally:
            self._room.release()
            self._done(ready.line)

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
    known = {name: _plain(value, kind, name) for name, value in cells.items()}
    known = {n: v for n, v in known.items() if n in kind.model_fields or n in row.cells}
    try:
        command = kind.model_validate({"district": district} | _of_kind(kind, known))
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
    """German dates as dates; everything else as it came."""
    field = kind.model_fields.get(name)
    if field is None or field.annotation is not date or not isinstance(value, str):
        return value
    try:
        return datetime.strptime(value, _GERMAN).date()  # noqa: DTZ007 - a legal date has no zone
    except ValueError:
        return value


def _faults(line: int, error: ValidationError) -> list[Fault]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [Fault(line, ".".join(map(str, one["loc"])), one["msg"]) for one in found]
