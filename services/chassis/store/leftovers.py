"""Find what a service still holds of persons who were erased: entries, answers, parked inputs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, func, literal, select

from services.chassis.store.log import ENTRY, SEALED_MARK
from services.chassis.store.parking import PARKED
from services.chassis.store.tables import AnswerRow
from staffel_contracts.envelope import read_stored

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]
AT_ONCE = 500
_CASE_MARK = b'"case":"'
_KEY_IN_WIRE = re.compile(SEALED_MARK + rb'([^"]+)"')
_KEY_ID_LENGTH = 24


@dataclass
class Left:
    """What is there of one person: indices of sealed entries, and primary keys of rows."""

    sealed: list[int] = field(default_factory=list)
    """Every entry under the person's key, with data or without."""
    data: list[int] = field(default_factory=list)
    """Those whose data is still there."""
    cases: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything is left to delete."""
        return bool(self.data or self.answers or self.parked)


def leftovers(conn: Connection, persons: Mapping[str, str]) -> dict[str, Left]:
    """What is there of these persons, given as a case by key id; looks through whole tables."""
    found = {key_id: Left(cases={case}) for key_id, case in persons.items()}
    _entries(conn, found)
    owners = {case: key_id for key_id, left in found.items() for case in left.cases}
    _answers(conn, owners, found)
    _parked(conn, owners, found)
    return found


def _entries(conn: Connection, found: dict[str, Left]) -> None:
    key_id = _behind(conn, ENTRY.c.leaf, SEALED_MARK, literal(_KEY_ID_LENGTH))
    for some in _pieces(found):
        wanted = [one.encode() for one in some]
        query = select(ENTRY.c.idx, ENTRY.c.leaf, ENTRY.c.data.is_(None)).where(key_id.in_(wanted))
        for index, leaf, erased in conn.execute(query.order_by(ENTRY.c.idx)):
            read = read_stored(bytes(leaf), None).leaf
            left = found[str(read.sealkey)]
            left.sealed.append(index)
            left.data += [] if erased else [index]
            left.cases |= {read.subject} if read.subject else set()


def _answers(conn: Connection, owners: Mapping[str, str], found: dict[str, Left]) -> None:
    # The case stands last in an answer, before a quote and a brace.
    rest = func.length(ANSWER.c.body) - _place(conn, ANSWER.c.body, _CASE_MARK) - 9
    case = _behind(conn, ANSWER.c.body, _CASE_MARK, rest)
    named = _place(conn, ANSWER.c.body, _CASE_MARK) > 0
    for some in _pieces(owners):
        wanted = [one.encode() for one in some]
        query = select(ANSWER.c.key, case).where(named, case.in_(wanted))
        for key, owner in conn.execute(query):
            found[owners[bytes(owner).decode()]].answers.append(key)


def _parked(conn: Connection, owners: Mapping[str, str], found: dict[str, Left]) -> None:
    for row in conn.execute(select(PARKED.c.id, PARKED.c.case_id, PARKED.c.wire)):
        sealed = _KEY_IN_WIRE.search(bytes(row.wire))
        key_id = sealed[1].decode() if sealed else owners.get(row.case_id, "")
        for one in {key_id, owners.get(row.case_id, "")} & found.keys():
            found[one].parked.append(row.id)


def _behind(
    conn: Connection, column: Column[Any], mark: bytes, length: ColumnElement[Any]
) -> ColumnElement[Any]:
    """The bytes of a column that follow a mark."""
    return func.substr(column, _place(conn, column, mark) + len(mark), length, type_=column.type)


def _place(conn: Connection, column: Column[Any], mark: bytes) -> ColumnElement[int]:
    """Where a mark stands in a column of bytes, from 1 on; 0 if it does not."""
    marked = literal(mark, column.type)
    if conn.dialect.name == "sqlite":
        return func.instr(column, marked)
    return func.pg_catalog.position(column, marked)


def _pieces(given: Iterable[str]) -> Iterator[list[str]]:
    every = list(given)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
