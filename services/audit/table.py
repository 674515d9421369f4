"""The archive as a table for analysis: Parquet, a DuckDB file, or questions asked at once.

Needs the package ``duckdb`` (extra ``[audit]``), which reads the archive's lines by itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from services.audit.archive import Archive
from staffel_contracts.envelope import Entry, read

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STEP = 1000
_MOST_BYTES = 32 * 1024 * 1024
_TEXT = ("id", "type", "subject", "time", "validon", "district", "actor", "actorrole", "cause",
         "basis", "sealkey", "datahash", "data_base64")  # fmt: skip
_LINES = ", ".join([*(f"{name}: 'VARCHAR'" for name in _TEXT), "index: 'BIGINT'", "data: 'JSON'"])
# What the leaf says; `data` is there for entries that are not about a person. A last line that is
# still being written is no line yet; any other that cannot be read is missed in the count.
_SELECT = """
SELECT split_part(id, '/', 1) AS log, "index" AS idx,
       regexp_replace(type, '\\.v[0-9]+$', '') AS type,
       CAST(regexp_extract(type, 'v([0-9]+)$', 1) AS INTEGER) AS version,
       subject AS case_id, CAST(time AS TIMESTAMPTZ) AS recorded_at,
       CAST(timezone('Europe/Berlin', recorded_at) AS DATE) AS recorded_on,
       CAST(validon AS DATE) AS valid_on, district, actor, actorrole AS actor_role,
       cause, basis, sealkey AS key_id, datahash AS data_hash,
       data IS NULL AND data_base64 IS NULL AS erased, data
FROM read_json(?, format = 'newline_delimited', columns = {{{columns}}},
               maximum_object_size = {most}, ignore_errors = true)
WHERE "index" < {size}
"""

Open = Callable[[list[Entry]], list[bytes | None]]
"""Gives the data of entries in the clear, and nothing where it or its key was erased."""


class NoTable(Exception):
    """The table cannot be made; says why."""


@dataclass
class Answer:
    """What a question gave."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def write_table(archive: Archive, out: Path, opened: Open | None = None) -> int:
    """Write all archived entries as ``.parquet`` or ``.duckdb``; gives how many there are.

    Raises:
        NoTable: ``duckdb`` is not installed, or the file has another suffix.
        OSError: the disk is full.
    """
    if out.suffix not in {".parquet", ".duckdb"}:
        raise NoTable(f"{out}: a file that ends in .parquet or .duckdb is expected")
    with _private(out) as folder, _room_for(out):
        unfinished = folder / out.name
        place = str(unfinished) if out.suffix == ".duckdb" else ":memory:"
        with _connected(place, folder) as conn:
            count = _fill(conn, archive, opened)
            if out.suffix == ".parquet":
                conn.execute(f"COPY entry TO {_quoted(unfinished)} (FORMAT parquet)")
        unfinished.chmod(0o600)
        unfinished.replace(out)
    return count


@contextmanager
def _room_for(out: Path) -> Iterator[None]:
    """A full disk is told as of any other file: DuckDB names what is not there any more."""
    full = os.strerror(ENOSPC)
    try:
        yield
    except NoTable as error:
        if full in str(error):
            raise OSError(ENOSPC, full, str(out)) from error
        raise


@contextmanager
def _private(out: Path) -> Iterator[Path]:
    """A folder beside a file, for its owner alone, with all that is written until it is whole.

    What a run that was killed left in it goes with the next one.
    """
    folder = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask(archive: Archive, question: str, opened: Open | None = None) -> Answer:
    """Ask a question in SQL of the table ``entry``.

    Raises:
        NoTable: ``duckdb`` is not installed, or the question cannot be answered.
    """
    with TemporaryDirectory() as folder, _connected(":memory:", Path(folder)) as conn:
        _fill(conn, archive, opened)
        found = conn.execute(question)
        return Answer([column[0] for column in found.description or ()], found.fetchall())


@contextmanager
def _connected(place: str, spilled: Path) -> Iterator["DuckDBPyConnection"]:
    """A connection that puts what does not fit into memory into a folder.

    Raises:
        NoTable: ``duckdb`` is not installed, or says why something cannot be done.
    """
    try:
        import duckdb  # noqa: PLC0415 - only with the extra
    except ImportError:
        raise NoTable("tables need the extra: pip install 'staffel[audit]'") from None
    # Nothing is ever loaded from another host.
    closed: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(spilled),
    }
    try:
        with duckdb.connect(place, config=closed) as conn:
            conn.execute("SET TimeZone = 'UTC'")
            yield conn
    except duckdb.Error as error:
        raise NoTable(str(error).splitlines()[0]) from error
    except RuntimeError as error:  # what DuckDB makes of Ctrl-C
        if "interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from None


def _fill(conn: "DuckDBPyConnection", archive: Archive, opened: Open | None) -> int:
    first = True
    total = 0
    for log in archive.logs():
        size = archive.size(log)
        if size:
            select = _SELECT.format(columns=_LINES, most=_MOST_BYTES, size=size)
            made = "CREATE TABLE entry AS" if first else "INSERT INTO entry"
            conn.execute(f"{made} {select}", [str(archive.log(log).folder / "entries/*.jsonl")])
            first, total = False, total + size
    if first:
        raise NoTable(f"{archive.folder}: nothing is archived yet")
    (count,) = conn.execute("SELECT count(*) FROM entry").fetchone() or (0,)
    if count != total:
        raise NoTable(f"{archive.folder}: {total} entries are archived, {count} can be read")
    if opened:
        _open(conn, archive, opened)
    return total


def _open(conn: "DuckDBPyConnection", archive: Archive, opened: Open) -> None:
    conn.execute("CREATE TEMP TABLE opened (log VARCHAR, idx BIGINT, data JSON)")
    for log in archive.logs():
        for indexes, data in _in_the_clear(archive, log, opened):
            conn.execute("INSERT INTO opened SELECT ?, unnest(?), unnest(?)", [log, indexes, data])
    conn.execute(
        "UPDATE entry SET data = opened.data FROM opened "
        "WHERE opened.log = entry.log AND opened.idx = entry.idx"
    )


def _in_the_clear(
    archive: Archive, log: str, opened: Open
) -> Iterator[tuple[list[int], list[str]]]:
    for start in range(0, archive.size(log), _STEP):
        entries = [read(wire) for wire in archive.wires(log, start, _STEP)]
        sealed = [entry for entry in entries if entry.leaf.sealkey and entry.data is not None]
        pairs = zip(sealed, opened(sealed), strict=True)
        rows = [(entry.leaf.index, data.decode()) for entry, data in pairs if data is not None]
        if rows:
            yield [index for index, _ in rows], [data for _, data in rows]


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
