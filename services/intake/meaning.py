"""What a row of an export means: the command that it becomes, or what is wrong with it."""

import re
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import to_json

from services.intake import wording
from services.intake.rows import Fault, Row
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import (
    AdmitPerson,
    FormHousehold,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordInterimProof,
    RecordResidenceTitle,
    RecordTemporaryProtection,
    SetReceptionQuota,
)

KINDS: dict[str, type[Command]] = {
    "quota": SetReceptionQuota,
    "person": AdmitPerson,
    "recognition": RecordAsylumRecognition,
    "refusal": RecordAsylumRefusal,
    "temporary-protection": RecordTemporaryProtection,
    "interim-proof": RecordInterimProof,
    "title": RecordResidenceTitle,
    "household": FormHousehold,
}
"""What the column ``kind`` says, and the command that such a row becomes."""
_COLUMNS = frozenset(name for kind in KINDS.values() for name in kind.model_fields)
_GERMAN, _ISO = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"[0-9]+")
_GERMAN_TRUTH = {"ja": True, "nein": False}


class Ready(NamedTuple):
    """A row that became a command."""

    line: int
    command: Command
    key: str


def to_command(row: Row, district: str) -> Ready | list[Fault]:
    """The command that a row becomes, or what is wrong with it."""
    cells = dict(row.cells)
    kind = KINDS.get(str(cells.pop("kind", "")).lower())
    if kind is None:
        return [Fault(row.line, "kind", wording.one_of(*KINDS))]
    known = {name: _plain(value, kind, name) for name, value in _of_kind(kind, cells).items()}
    if bad := [name for name, value in known.items() if _no_date(value, kind, name)]:
        return [Fault(row.line, name, wording.DATE) for name in bad]
    if bad := [name for name, value in known.items() if _no_number(value, kind, name)]:
        return [Fault(row.line, name, wording.NUMBER) for name in bad]
    try:
        command = kind.model_validate({"district": district} | known)
    except ValidationError as error:
        return _faults(row.line, kind, error)
    return Ready(row.line, command, row_key(command))


def sets_a_value(command: Command) -> bool:
    """Whether a row says what holds from now on, so that an earlier one like it settles nothing."""
    return isinstance(command, SetReceptionQuota)


def row_key(command: Command) -> str:
    """The idempotency key of a row: the same content is the same command, whenever it comes."""
    return "import-" + sha256(to_json([command.NAME, command.model_dump(mode="json")])).hexdigest()


def _of_kind(kind: type[Command], cells: dict[str, Any]) -> dict[str, Any]:
    """Without the columns of other kinds: a CSV file has one header for all of them."""
    own = kind.model_fields
    return {name: value for name, value in cells.items() if name in own or name not in _COLUMNS}


def _plain(value: Any, kind: type[Command], name: str) -> Any:
    """German dates as ISO 8601, ``ja`` and ``nein`` as truth, references apart at their spaces.

    Everything else as it came.
    """
    if not isinstance(value, str):
        return value
    if _is_list(kind, name):
        return value.split()
    if _is(date, kind, name) and (found := _GERMAN.fullmatch(value)):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return _GERMAN_TRUTH.get(value.lower(), value) if _is(bool, kind, name) else value


def _no_date(value: Any, kind: type[Command], name: str) -> bool:
    """Whether a date is wanted and this is none: no numbers, which would count seconds."""
    return _is(date, kind, name) and not (isinstance(value, str) and _ISO.fullmatch(value))


def _no_number(value: Any, kind: type[Command], name: str) -> bool:
    """Whether a number is wanted and this text is not its digits: 1.000 would be read as 1."""
    return _is(int, kind, name) and isinstance(value, str) and not _DIGITS.fullmatch(value)


@lru_cache(maxsize=1024)
def _is(wanted: type[Any], kind: type[Command], name: str) -> bool:
    found = kind.model_fields.get(name)
    return found is not None and wanted in (found.annotation, *get_args(found.annotation))


@lru_cache(maxsize=1024)
def _is_list(kind: type[Command], name: str) -> bool:
    found = kind.model_fields.get(name)
    return found is not None and get_origin(found.annotation) is tuple


def _faults(line: int, kind: type[Command], error: ValidationError) -> list[Fault]:
    found = error.errors(include_input=False, include_url=False)
    columns = [str(next(iter(one["loc"]), "")) for one in found]
    return [
        Fault(line, column, wording.broken(kind, column, one))
        for column, one in zip(columns, found, strict=True)
    ]
