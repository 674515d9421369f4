"""Compare rows as they were with the live tables: what was changed, added, taken away."""

from collections.abc import Iterator, MutableMapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table

from services.chassis.folding.rebuild import Folded, folded_tables
from services.chassis.service import Service
from services.chassis.store.database import rows_among, rows_in_order

STEP = 1000
Rows = MutableMapping[Any, dict[str, Any]]


class Changed(NamedTuple):
    """A value that is not what it was; ``None`` where there is or was no such row."""

    table: str
    key: str
    column: str
    then: Any
    now: Any


def since(service: Service, conn: Connection, then: Folded) -> Iterator[Changed]:
    """Every difference between rows as they were and the live tables."""
    for table in folded_tables(service):
        yield from _table(conn, table, then.table(table))


def among(service: Service, conn: Connection, then: Folded, known: Folded) -> Iterator[Changed]:
    """The same for the rows of one case alone: those that it had then or is known to have."""
    for table in folded_tables(service):
        rows, (key,) = then.table(table), table.primary_key.columns
        keys = sorted({*rows, *known.table(table)})
        live = {row[key.name]: row for row in map(_mapping, rows_among(conn, key, keys))}
        for one in keys:
            yield from _row(table, one, rows.get(one), live.get(one))


def _table(conn: Connection, table: Table, rows: Rows) -> Iterator[Changed]:
    (key,) = table.primary_key.columns
    seen = 0
    for row in rows_in_order(conn, table, STEP):
        live = dict(row)
        before = rows.get(live[key.name])
        seen += before is not None
        yield from _row(table, live[key.name], before, live)
    if seen < len(rows):
        yield from _gone(conn, table, rows)


def _gone(conn: Connection, table: Table, rows: Rows) -> Iterator[Changed]:
    (key,) = table.primary_key.columns
    for one, row in rows.items():
        if not rows_among(conn, key, [one]):
            yield from _row(table, one, row, None)


def _row(
    table: Table, key: Any, then: dict[str, Any] | None, now: dict[str, Any] | None
) -> Iterator[Changed]:
    for column in table.columns:
        before = then[column.name] if then else None
        after = now[column.name] if now else None
        if before != after:
            yield Changed(table.name, str(key), column.name, before, after)


def _mapping(row: Any) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's way to a row as a dictionary
