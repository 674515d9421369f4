"""The rows of a district's export: read them from CSV or JSON Lines, each with its line number."""

import codecs
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from services.intake import wording

MOST_LINE_BYTES = 64 * 1024
UTF_8 = "utf-8"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAMELESS = "(no column name)"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a ZIP begins (.xlsx, .ods), and a file of an old Excel (.xls)."""
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """The file as a whole cannot be read; says which rule it breaks."""


class Fault(NamedTuple):
    """What is wrong with a row: its line (from 1), the column, and the rule; never the value."""

    line: int
    column: str
    rule: str


class Row(NamedTuple):
    """One row: its line (from 1) and its cells by column, empty cells left out."""

    line: int
    cells: dict[str, Any]


def read_rows(path: Path, encoding: str = UTF_8) -> Iterator[Row | Fault]:
    """Read an export row by row; what cannot be read is a fault and holds nothing up.

    Files that end in ``.jsonl`` or ``.ndjson`` are JSON Lines, all others CSV with a header; the
    delimiter is a comma or a semicolon.

    Raises:
        Unreadable: it is no file or no text; the header is in another encoding, or cannot be used.
    """
    if not path.is_file():
        raise Unreadable(f"{path.name}: {wording.NO_FILE}")
    with path.open("rb") as file:
        begins = file.read(4)
    if begins[:2] in _BOMS:
        raise Unreadable(f"{path.name}: {wording.UTF_16}")
    if begins in _WORKBOOKS:
        raise Unreadable(f"{path.name}: {wording.WORKBOOK}")
    lines = _lines(path, encoding)
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _json_rows(lines)
    else:
        yield from _csv_rows(path, lines)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str | Fault]]:
    """The lines as text; one that is too long or not in this encoding is a fault."""
    with path.open("rb") as file:
        for number, (raw, whole) in enumerate(_raw_lines(file), 1):
            yield number, _decode(raw, number, encoding, whole=whole)


def _raw_lines(file: Any) -> Iterator[tuple[bytes, bool]]:
    while raw := file.readline(MOST_LINE_BYTES + 1):
        whole = raw.endswith(b"\n") or len(raw) <= MOST_LINE_BYTES
        rest = raw
        while not whole and rest and not rest.endswith(b"\n"):
            rest = file.readline(MOST_LINE_BYTES)
        yield raw, whole


def _decode(raw: bytes, number: int, encoding: str, *, whole: bool) -> str | Fault:
    if not whole:
        return Fault(number, "", wording.too_long(MOST_LINE_BYTES))
    try:
        text = raw.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + 1
        rule = wording.NOT_ENCODED.format(encoding, at)
        return Fault(number, "", wording.NOT_UTF8.format(at) if encoding == UTF_8 else rule)
    return Fault(number, "", wording.NUL) if "\0" in text else text


def _json_rows(lines: Iterator[tuple[int, str | Fault]]) -> Iterator[Row | Fault]:
    for number, text in lines:
        if isinstance(text, Fault):
            yield text
        elif text.strip():
            yield _json_row(number, text)


def _json_row(number: int, text: str) -> Row | Fault:
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return Fault(number, "", wording.NOT_JSON)
    if not isinstance(pairs, _Pairs):
        return Fault(number, "", wording.NO_OBJECT)
    names = [_column(name) for name, _ in pairs]
    if twice := _first_twice(names):
        return Fault(number, twice, wording.COLUMN_TWICE.format(twice))
    nested = [name for name, value in pairs if isinstance(value, list)]
    if nested:
        return Fault(number, _column(nested[0]), wording.PLAIN_VALUE)
    return Row(number, {_column(n): v for n, v in pairs if v not in (None, "")})


class _Pairs(list[tuple[str, Any]]):
    """A JSON object, in which a name may stand twice."""


def _first_twice(names: list[str]) -> str | None:
    return min({name for name in names if names.count(name) > 1} - {_NAMELESS}, default=None)


def _csv_rows(path: Path, lines: Iterator[tuple[int, str | Fault]]) -> Iterator[Row | Fault]:
    header: list[str] = []
    delimiter = ","
    for number, text in lines:
        if isinstance(text, Fault):
            if not header:
                raise Unreadable(f"{path.name}: line {number}: {text.rule}")
            yield text
        elif text.strip() and not header:
            delimiter = ";" if text.count(";") > text.count(",") else ","
            header = _header(path, number, text, delimiter)
        elif text.strip(f'{delimiter}" \t\r\n'):  # Excel fills empty lines with delimiters
            yield _csv_row(number, text, header, delimiter)
    if not header:
        raise Unreadable(f"{path.name}: {wording.EMPTY}")


def _header(path: Path, number: int, text: str, delimiter: str) -> list[str]:
    try:
        header = [_column(name) for name in _cells(text, delimiter)]
    except csv.Error:
        raise Unreadable(f"{path.name}: line {number}: {wording.HEADER_BROKEN}") from None
    if "kind" not in header:
        raise Unreadable(f"{path.name}: line {number}: {wording.NO_KIND}")
    if twice := _first_twice(header):
        raise Unreadable(f"{path.name}: line {number}: {wording.COLUMN_TWICE.format(twice)}")
    return header


def _csv_row(number: int, text: str, header: list[str], delimiter: str) -> Row | Fault:
    try:
        cells = _cells(text, delimiter)
    except csv.Error:
        return Fault(number, "", wording.QUOTING)
    if len(cells) != len(header):
        return Fault(number, "", wording.cells(len(cells), len(header)))
    pairs = zip(header, cells, strict=True)
    return Row(number, {name: cell.strip() for name, cell in pairs if cell.strip()})


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of a line that is a whole row: what a line break cuts has a quote too few."""
    if text.count('"') % 2:
        raise csv.Error
    return next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True))


def _column(name: str) -> str:
    """A column's name; what cannot be one might be a cell, and is not repeated in reports."""
    name = name.strip().lower()
    return name if _NAME.fullmatch(name) else _NAMELESS
