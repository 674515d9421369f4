"""Between a subject's states and its rows: load the states touched, save those that changed."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter, is_not
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from services.chassis.replacing import replace
from services.chassis.service import Copy, Subject
from services.chassis.store.database import rows_among, upsert
from services.chassis.work import Timer
from staffel_contracts.fact import Fact

States = dict[str, Any]
TableRows = list[tuple[Table, dict[str, Any]]]


class Rack:
    """Rows of one table as instances of one frozen dataclass, matched by column name."""

    def __init__(self, state: type[Any], table: type[Any]) -> None:
        """Match the columns of ``table`` with the fields of ``state``.

        Raises:
            TypeError: a column has no field, or the first field is not the primary key.
        """
        self.state = state
        self.table: Table = table.__table__
        self.names = [column.name for column in self.table.columns]
        known = [field.name for field in fields(state)]
        (key,) = self.table.primary_key.columns
        self.key = key
        if missing := set(self.names) - set(known):
            msg = f"{state.__name__} lacks the fields {sorted(missing)} of table {self.table.name}"
            raise TypeError(msg)
        if known[0] != key.name:
            msg = f"{state.__name__}.{known[0]} is not the primary key of {self.table.name}"
            raise TypeError(msg)
        # Columns in the order of the fields are passed by position, which is faster.
        self._order = None if known[: len(self.names)] == self.names else self.names
        self._own = attrgetter(*self.names)

    def load(self, conn: Connection, keys: Iterable[str]) -> States:
        """The instances stored under these keys, with one query."""
        rows = rows_among(conn, self.key, keys)
        make, order = self.state, self._order
        if order is None:
            return {row[0]: make(*row) for row in rows}
        return {row[0]: make(**dict(zip(order, row, strict=True))) for row in rows}

    def differs(self, before: Any, after: Any) -> bool:
        """Whether any column of two instances is not the same."""
        return any(map(is_not, self._own(before), self._own(after)))

    def row(self, instance: Any) -> dict[str, Any]:
        """The instance as a row."""
        return {name: getattr(instance, name) for name in self.names}

    def save(self, conn: Connection, instances: Iterable[Any]) -> None:
        """Insert or replace the instances' rows, with one statement."""
        upsert(conn, self.table, [self.row(instance) for instance in instances])


class Shelf:
    """The states of one subject: own rows, copies of what others said, and rows for readers."""

    def __init__(self, subject: Subject) -> None:
        """Prepare the racks of the subject's tables."""
        self.subject = subject
        self.own = Rack(subject.state, subject.table)
        self.copies = {copy.log: (copy, Rack(copy.state, copy.table)) for copy in subject.copies}

    def load(self, conn: Connection, keys: set[str]) -> States:
        """The states under these keys, fresh ones where nothing is stored; one query per table."""
        own = self.own.load(conn, keys)
        states = {key: own.get(key) or self.subject.state(key) for key in keys}
        for copy, rack in self.copies.values():
            for key, instance in rack.load(conn, keys).items():
                states[key] = replace(states[key], **{copy.field: instance})
        return states

    def save(self, conn: Connection, before: States, after: States) -> None:
        """Write what differs between two versions of the states; one statement per table."""
        changed = [key for key, state in after.items() if state is not before[key]]
        self.own.save(
            conn, [after[key] for key in changed if self.own.differs(before[key], after[key])]
        )
        for copy, rack in self.copies.values():
            instances = [
                getattr(after[key], copy.field)
                for key in changed
                if getattr(after[key], copy.field) is not getattr(before[key], copy.field)
            ]
            rack.save(conn, instances)

    def hear(self, state: Any, heard: Any) -> tuple[Any, TableRows]:
        """The state with what was heard added to its copy of that log, if it keeps one.

        And the rows that follow from it.
        """
        found = self.copies.get(heard.log)
        if found is None:
            return state, []
        copy: Copy = found[0]
        key = getattr(state, self.own.key.name)
        earlier = getattr(state, copy.field) or copy.state(key)
        later = copy.evolve(earlier, heard)
        if later is earlier:
            return state, []
        return replace(state, **{copy.field: later}), heard_rows(copy, earlier, later, heard)

    def view_rows(self, fact: Fact, state: Any) -> TableRows:
        """The rows for readers that a fact gives."""
        return [
            (view.table.__table__, row)  # type: ignore[attr-defined]
            for view in self.subject.views
            for row in view.rows(fact, state)
        ]

    def tables(self) -> list[Table]:
        """Every table of the subject, as SQLAlchemy names them."""
        return [table.__table__ for table in self.subject.tables()]  # type: ignore[attr-defined]

    def deadlines(self, key: str, state: Any) -> dict[str, Timer]:
        """What a state says is due, by kind: the timers table is kept equal to it."""
        name = self.subject.name
        return {kind: Timer(name, key, kind, at) for kind, at in self.subject.due(state).items()}

    def of_cases(self, table: Table, cases: Iterable[str]) -> ColumnElement[bool]:
        """The condition for the rows of these cases in one of the subject's tables."""
        if "case_id" in table.c:
            column, wanted = table.c.case_id, list(cases)
        else:
            column = table.c[self.own.key.name]
            wanted = [key for case in cases for key in self.subject.keys(case)]
        found: ColumnElement[bool] = column.in_(wanted)
        return found

    def count(self, conn: Connection, cases: Iterable[str]) -> int:
        """How many rows there are of these cases."""
        known = list(cases)
        return sum(
            conn.scalar(select(func.count()).select_from(t).where(self.of_cases(t, known))) or 0
            for t in self.tables()
        )


def heard_rows(copy: Copy, earlier: Any, later: Any, heard: Any) -> TableRows:
    """The rows that follow from what moved a copy from one version to another."""
    return [
        (view.table.__table__, row)  # type: ignore[attr-defined]
        for view in copy.views
        for row in view.rows(earlier, later, heard)
    ]
