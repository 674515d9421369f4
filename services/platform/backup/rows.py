"""A database's tables as files of JSON lines, the same from SQLite and PostgreSQL, and back."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Date, LargeBinary, MetaData, Table, select

STEP = 1_000
ENDING = ".jsonl.gz"
_VERSION = "alembic_version"
Progress = Callable[[int], None]


class Broken(Exception):
    """A backup is not what was written; says which part, never what it holds."""


def dump(conn: Connection, folder: Path, progress: Progress) -> dict[str, int]:
    """Write each table that this transaction sees into a file; gives the rows of each.

    The first line of a file names the columns, each other line is a row.
    """
    folder.mkdir()
    counts = {}
    for table in _tables(conn):
        counts[table.name] = 0
        with gzip.open(folder / f"{table.name}{ENDING}", "wt", 1, encoding="utf-8") as file:
            file.write(json.dumps([column.name for column in table.columns]) + "\n")
            for row in _rows(conn, table):
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
                counts[table.name] += 1
                progress(1)
    return counts


def load(conn: Connection, folder: Path, progress: Progress) -> dict[str, int]:
    """Put the rows of a folder's files into tables that are there; gives the rows of each.

    Raises:
        Broken: a table is missing here, or a file cannot be read.
    """
    known = {table.name: table for table in _tables(conn)}
    counts = {}
    for path in sorted(folder.glob(f"*{ENDING}")):
        table = known.get(path.name.removesuffix(ENDING))
        columns, rows = read(path)
        if table is None or set(columns) - set(table.columns.keys()):
            raise Broken(f"{folder.name}/{path.name}: not a table of the version it should be of")
        conn.execute(table.delete())  # a migration may have put rows in
        counts[table.name] = _fill(conn, table, columns, rows, progress)
    return counts


def read(path: Path) -> tuple[list[str], Iterator[list[Any]]]:
    """The columns of a table's file, and its rows.

    Raises:
        Broken: it cannot be read; for the rows, when they are.
    """
    lines = _lines(path)
    return next(lines, []), lines


def _lines(path: Path) -> Iterator[list[Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, EOFError, ValueError) as error:
        raise Broken(f"{path.name} cannot be read: {type(error).__name__}") from error


def _tables(conn: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(conn)
    return [table for table in metadata.sorted_tables if table.name != _VERSION]


def _rows(conn: Connection, table: Table) -> Iterator[list[Any]]:
    writers = [_writer(column) for column in table.columns]
    query = select(table).order_by(*table.primary_key.columns)
    for row in conn.execution_options(yield_per=STEP).execute(query):
        yield _converted(writers, row)


def _fill(
    conn: Connection, table: Table, columns: list[str], rows: Iterable[list[Any]], told: Progress
) -> int:
    readers = [_reader(table.columns[name]) for name in columns]
    count = 0
    for chunk in _chunks(rows):
        values = [dict(zip(columns, _converted(readers, row), strict=True)) for row in chunk]
        conn.execute(table.insert(), values)
        count += len(values)
        told(len(values))
    return count


def _chunks(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == STEP:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _converted(converters: list[Callable[[Any], Any] | None], row: Iterable[Any]) -> list[Any]:
    return [
        value if convert is None or value is None else convert(value)
        for convert, value in zip(converters, row, strict=True)
    ]


def _writer(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, LargeBinary):
        return _to_base64
    return date.isoformat if isinstance(column.type, Date) else None


def _reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, LargeBinary):
        return b64decode
    return date.fromisoformat if isinstance(column.type, Date) else None


def _to_base64(value: bytes) -> str:
    return b64encode(value).decode()
