"""Engines for SQLite and PostgreSQL, and the bulk statements that make batches cheap."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import ENOENT
from functools import lru_cache
from pathlib import Path
from sqlite3 import SQLITE_CANTOPEN, OperationalError
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Row,
    RowMapping,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    collate,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    update,
)

from services.chassis.store.away import tell_apart

Rows = Sequence[Sequence[Any]]

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA wal_autocheckpoint=4000",
    # What is deleted or written anew leaves no bytes behind in the file.
    "PRAGMA secure_delete=ON",
)


_WRITER_CACHE_KIB, _READER_CACHE_KIB = 32_000, 4_000
"""A service has one writing connection, and a pool of those that read."""


def _as_json(value: Any) -> str:
    return to_json(value).decode()


_JSON = {"json_serializer": _as_json, "json_deserializer": from_json}
"""Columns of JSON are written and read as entries are: some times as fast as by the standard."""


def open_database(url: str, *, read_only: bool = False, stalled_after: int | None = None) -> Engine:
    """An engine for ``url``: SQLite with WAL and a full fsync per commit, or PostgreSQL.

    On SQLite a transaction takes the write lock at once (``BEGIN IMMEDIATE``) unless ``read_only``.
    PostgreSQL ends a transaction in which nothing was asked for ``stalled_after`` seconds, so that
    what a hanging or unreachable process has locked does not stay locked.
    Errors do not say what a statement was about.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, read_only=read_only)
    wait = f"-c idle_in_transaction_session_timeout={stalled_after}s" if stalled_after else ""
    engine = create_engine(
        url,
        pool_size=2,
        max_overflow=3,
        pool_pre_ping=read_only,
        hide_parameters=True,
        connect_args={"options": wait} if wait else {},
        **_JSON,
    )
    tell_apart(engine)
    return engine


def _sqlite(url: str, *, read_only: bool) -> Engine:
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    kept = _READER_CACHE_KIB if read_only else _WRITER_CACHE_KIB
    options = {"check_same_thread": False, "timeout": 10}
    engine = create_engine(url, hide_parameters=True, connect_args=options, **_JSON)
    tell_apart(engine)

    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        connection.execute(f"PRAGMA cache_size=-{kept}")

    if read_only:
        event.listen(engine, "do_connect", _refuse_missing)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return engine


def _refuse_missing(_dialect: Any, _record: Any, given: list[Any], _options: Any) -> None:
    """Who only reads makes no database: SQLite would make an empty one."""
    if not Path(given[0]).exists():
        error = OperationalError("no such database")
        error.sqlite_errorcode = SQLITE_CANTOPEN
        raise error


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A transaction that sees one moment, whatever a service commits meanwhile.

    Raises:
        FileNotFoundError: there is no such file; SQLite would make an empty one.
    """
    file = make_url(url).database if url.startswith("sqlite") else None
    if file and not Path(file).exists():
        raise FileNotFoundError(ENOENT, "no such database", file)
    engine = open_database(url, read_only=True)
    try:
        with engine.connect() as conn:
            if engine.dialect.name != "sqlite":
                conn.execution_options(isolation_level="REPEATABLE READ")
            yield conn
    finally:
        engine.dispose()


def upsert(conn: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows or replace those with the same primary key, in one statement."""
    values = [_adapt(conn, table, row) for row in rows]
    if values:
        _execute(conn, table, values, replace=True)


def insert(conn: Connection, table: Table, rows: Rows) -> None:
    """Insert rows given as tuples in the table's column order, in one statement.

    The values must be plain for the driver: no JSON, no dates on SQLite.
    """
    if rows:
        _execute(conn, table, rows, replace=False)


def rows_among(conn: Connection, key: Column[str], keys: Iterable[str]) -> Sequence[Row[Any]]:
    """The rows of ``key``'s table whose ``key`` is among ``keys``, with one query."""
    return conn.execute(_select_among(key, conn.dialect.name), _given(conn, keys)).all()


def rows_in_order(conn: Connection, table: Table, step: int) -> Iterator[RowMapping]:
    """All rows in the order of their key, as Python sorts it; ``step`` of them in memory."""
    (key,) = table.primary_key.columns
    by_bytes = conn.dialect.name != "sqlite" and not isinstance(key.type, Integer)
    order = collate(key, "C") if by_bytes else key
    yield from conn.execute(
        select(table).order_by(order).execution_options(yield_per=step)
    ).mappings()


def raw_rows(conn: Connection, statement: str) -> Sequence[Any]:
    """The rows as the driver gives them; PostgreSQL sends bytes as they are, not in hexadecimal."""
    if conn.dialect.name == "sqlite":
        return conn.exec_driver_sql(statement).all()
    cursor: Any = conn.connection.cursor(binary=True)
    with cursor:
        rows: Sequence[Any] = cursor.execute(statement).fetchall()
    return rows


@lru_cache(maxsize=200)
def _select_among(key: Column[str], dialect: str) -> Select[Any]:
    """The statement stays the same, and is prepared once."""
    return select(key.table).where(_among(key, dialect))


def update_among(conn: Connection, key: Column[Any], keys: Iterable[Any], **values: Any) -> None:
    """Set values in the rows whose ``key`` is among ``keys``, in one statement."""
    mine = _among(key, conn.dialect.name)
    conn.execute(update(key.table).where(mine).values(values), _given(conn, keys))


def delete(conn: Connection, table: Table, keys: Sequence[Any]) -> None:
    """Delete the rows with these primary keys, in one statement."""
    if keys:
        (key,) = table.primary_key.columns
        conn.execute(table.delete().where(_among(key, conn.dialect.name)), _given(conn, keys))


def _among(key: Column[Any], dialect: str) -> ColumnElement[bool]:
    """Whether ``key`` is among ``:keys``: one parameter, however many; databases limit these."""
    if dialect == "sqlite":
        value = func.json_each(bindparam("keys", type_=Text)).table_valued("value").c.value
        return key.in_(select(value))
    return key == any_(bindparam("keys", type_=ARRAY(key.type)))


def _given(conn: Connection, keys: Iterable[Any]) -> dict[str, Any]:
    given = list(keys)
    return {"keys": to_json(given).decode() if conn.dialect.name == "sqlite" else given}


def scrub(engine: Engine, tables: Iterable[Table], *, full: bool = False) -> bool:
    """Let nothing that was deleted stay behind: empty SQLite's write-ahead log, or vacuum.

    On PostgreSQL a plain vacuum lets later rows overwrite what was deleted; a ``full`` one writes
    the tables anew, and locks them meanwhile. Its own write-ahead log and its standbys keep what
    they hold until they recycle it. ``False``: somebody is reading just now, so try again.
    """
    if engine.dialect.name == "sqlite":
        return _empty_wal(engine)
    verb = "VACUUM FULL" if full else "VACUUM"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for table in tables:
            conn.exec_driver_sql(f'{verb} "{table.name}"')
    return True


def _empty_wal(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return not busy


def table_names(conn: Connection) -> set[str]:
    """The tables that are there."""
    return set(inspect(conn).get_table_names())


def _execute(conn: Connection, table: Table, values: Rows, *, replace: bool) -> None:
    statement = _statement(table, conn.dialect.name, replace)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(statement, [tuple(row) for row in values])
    else:
        conn.exec_driver_sql(statement, tuple(list(column) for column in zip(*values, strict=True)))


@lru_cache(maxsize=200)
def _statement(table: Table, dialect: str, replace: bool) -> str:  # noqa: FBT001
    columns = list(table.columns)
    names = ", ".join(f'"{c.name}"' for c in columns)
    if dialect == "sqlite":
        values = "VALUES (" + ", ".join("?" for _ in columns) + ")"
    else:
        arrays = ", ".join(_array(c) for c in columns)
        values = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own columns
    return f'INSERT INTO "{table.name}" ({names}) {values}' + (_replacing(table) if replace else "")


def _array(column: Column[Any]) -> str:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where PostgreSQL is used

    kind = column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    kind = "JSON" if kind == "JSON" else kind.split("(")[0]
    return f"%b::{kind}[]"


def _replacing(table: Table) -> str:
    keys = ", ".join(f'"{c.name}"' for c in table.primary_key.columns)
    others = [c.name for c in table.columns if not c.primary_key]
    if not others:
        return f" ON CONFLICT ({keys}) DO NOTHING"
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {sets}"


def _adapt(conn: Connection, table: Table, row: dict[str, Any]) -> list[Any]:
    return [
        row[name] if convert is None else convert(row[name])
        for name, convert in _converters(table, conn.dialect.name, conn.dialect)
    ]


_CONVERTERS: dict[tuple[str, int], list[tuple[str, Any]]] = {}


def _converters(table: Table, name: str, dialect: Any) -> list[tuple[str, Any]]:
    known = _CONVERTERS.get((name, id(table)))
    if known is None:
        known = [
            (c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in table.columns
        ]
        _CONVERTERS[name, id(table)] = known
    return known
