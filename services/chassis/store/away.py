"""Which errors of a database are nobody's fault: it is away, full, locked, damaged or unfit.

Drivers call too much an ``OperationalError``. Engines that `tell_apart` raise it for what the
database has to be waited for, and for that alone.
"""

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Engine, ExceptionContext, Table, event, inspect
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

_LOST = frozenset({"25006", "25P03", "25P04"})
"""SQLSTATEs: only read from after a failover; ended while idle, or because it took too long."""
_WAIT = frozenset({"42501", "XX001", "XX002"})
"""SQLSTATEs: the role may not; damaged data, a damaged index."""
_WAIT_CLASSES = ("08", "40", "53", "55", "57", "58")
"""Connection, rollback of one of two, resources, locks, intervention, system (PostgreSQL, A)."""
_DAMAGED = "is damaged ({}): deploy/runbooks/restore.md"
_SQLITE = {
    3: "may not be opened",
    5: "is locked",
    6: "is locked",
    7: "has no memory",
    8: "can only be read",
    9: "was interrupted",
    10: "cannot be read or written",
    11: _DAMAGED,
    13: "cannot grow, the disk is full",
    14: "cannot be opened",
    15: "is locked",
    22: "is larger than the system takes",
    26: _DAMAGED,
}
"""By primary result code (sqlite.org/rescode.html)."""
_POSTGRES = {"53100": "cannot grow, the disk is full", "25006": "can only be read"}
_POSTGRES |= {"42501": "may not be used by the role", "XX001": _DAMAGED, "XX002": _DAMAGED}


def tell_apart(engine: Engine) -> None:
    """Have ``OperationalError`` raised where the database is to be waited for, and only there.

    Where the statement is wrong, as one about a table that is missing, it is a
    ``ProgrammingError``. A connection that was lost is given up: the next one finds the server
    that may be written.
    """
    event.listen(engine, "handle_error", _as_it_is, retval=True)


def trouble_with(
    error: Exception, databases: Iterable[tuple[Engine, Iterable[Table]]]
) -> str | None:
    """What is wrong with a database, whatever is written; ``None``: it is about what was asked.

    Where a statement was wrong, the databases are looked at: is one of their tables not as it
    should be?
    """
    if isinstance(error, OperationalError):
        return told(error)
    if not isinstance(error, ProgrammingError):
        return None
    try:
        unfit = (_unfit(engine, tables) for engine, tables in databases)
        return next((one for one in unfit if one is not None), None)
    except DBAPIError as worse:
        return told(worse)


def told(error: DBAPIError) -> str:
    """What an error says of the database, without what the statement was about."""
    cause = error.orig
    state, code = _sqlstate(cause), _sqlite_code(cause)
    name = state or getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    known = _POSTGRES.get(state or "") if code is None else _SQLITE.get(code)
    if known is None:
        known = "is away" if isinstance(error, OperationalError) else "knows not what is asked for"
    return "the database " + (known.format(name) if "{}" in known else f"{known} ({name})")


def _as_it_is(context: ExceptionContext) -> DBAPIError | None:
    found, error = context.sqlalchemy_exception, context.original_exception
    if not isinstance(found, DBAPIError):
        return None  # not the driver's: a signal ends a connection as well
    _name_the_file(context)
    lost = context.is_disconnect or _sqlstate(error) in _LOST
    if lost or _is_to_be_waited_for(context):
        context.is_disconnect = lost
        return OperationalError(
            None, None, error, hide_parameters=True, connection_invalidated=lost
        )
    if isinstance(found, OperationalError):
        return ProgrammingError(None, None, error, hide_parameters=True)
    return None


def _name_the_file(context: ExceptionContext) -> None:
    """SQLite says what is wrong, and not with which file."""
    error, engine = context.original_exception, context.engine
    if engine and isinstance(error, sqlite3.Error):
        error.args = (f"{engine.url.database}: {error}",)


def _is_to_be_waited_for(context: ExceptionContext) -> bool:
    error = context.original_exception
    if (state := _sqlstate(error)) is not None:
        return state in _WAIT or state.startswith(_WAIT_CLASSES)
    if (code := _sqlite_code(error)) is not None:
        return code in _SQLITE
    return context.connection is None  # there is none: the server does not answer


def _sqlstate(error: BaseException | None) -> str | None:
    state: str | None = getattr(error, "sqlstate", None)
    return state


def _sqlite_code(error: BaseException | None) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _unfit(engine: Engine, tables: Iterable[Table]) -> str | None:
    found = inspect(engine)
    for table in tables:
        if not found.has_table(table.name):
            return f"the table {table.name} is missing: deploy/runbooks/restore.md"
        there = {column["name"] for column in found.get_columns(table.name)}
        if lost := [column.name for column in table.columns if column.name not in there]:
            return f"the column {table.name}.{lost[0]} is missing: deploy/runbooks/restore.md"
    return None
