"""Compare the live tables with what the logs say, row by row and a few rows at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Table

from services.chassis.folding.rebuild import STEP, Difference, Folded, folded_tables
from services.chassis.service import Service
from services.chassis.store.database import rows_in_order

Row = Mapping[str, Any] | RowMapping
Keyed = tuple[Any, Row]


def differences(service: Service, conn: Connection, folded: Folded) -> Iterator[Difference]:
    """Every row of the live tables that is not what the logs say, and every row that is missing.

    Both come in the order of their keys, so that never more than some rows are in memory.
    """
    yield from folded.problems
    for table in folded_tables(service):
        (key,) = table.primary_key.columns
        live = ((row[key.name], row) for row in rows_in_order(conn, table, STEP))
        for one, expected, found in side_by_side(folded.table(table).items(), live):
            yield from _compare(table, str(one), expected, found)


def side_by_side(
    left: Iterable[Keyed], right: Iterable[Keyed]
) -> Iterator[tuple[Any, Row | None, Row | None]]:
    """Each key with its row on the left and on the right; both sides are in the keys' order."""
    lefts, rights = iter(left), iter(right)
    one, other = next(lefts, None), next(rights, None)
    while one or other:
        key = min(pair[0] for pair in (one, other) if pair)
        mine, theirs = one and one[0] == key, other and other[0] == key
        yield key, one[1] if one and mine else None, other[1] if other and theirs else None
        one = next(lefts, None) if mine else one
        other = next(rights, None) if theirs else other


def _compare(
    table: Table, key: str, expected: Row | None, live: Row | None
) -> Iterable[Difference]:
    if expected is None or live is None:
        what = "missing" if live is None else "not in the log"
        return [Difference(table.name, key, what)]
    columns = [name for name, value in live.items() if expected[name] != value]
    return [Difference(table.name, key, f"column {name} differs") for name in columns]
