"""What a batch has decided so far, inside its transaction, and has not written yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from services.chassis.store.log import Head
from services.chassis.work import Work
from services.chassis.writing.desk import Desk
from services.chassis.writing.shelf import States, TableRows
from services.chassis.writing.speaking import Said
from staffel_contracts.fact import Fact


class Decided:
    """Facts, states and rows for readers, to be written together."""

    def __init__(self, desk: Desk, conn: Connection, head: Head, at: datetime) -> None:
        """Take the writer's desk, the open transaction, the head and the moment of recording."""
        self.desk, self.conn, self.head, self.at = desk, conn, head, at
        self.sequences: dict[str, int] = {}
        self.before: dict[str, States] = {}
        self.after: dict[str, States] = {}
        self.said: list[Said] = []
        self.views: dict[Table, dict[Any, dict[str, Any]]] = {}
        self.settled: list[tuple[Work, Any]] = []

    def number(self, fact: Fact, sequences: dict[str, int]) -> Fact:
        """A fact with its number, if it is a numbered one; ``sequences`` takes the next number."""
        if fact.NUMBERED is None:
            return fact
        by, into = fact.NUMBERED
        name = f"{fact.TYPE}/{getattr(fact, by)}"
        known = sequences.get(name, self.sequences.get(name, self.desk.sequences.get(name, 0)))
        sequences[name] = known + 1
        return fact.model_copy(update={into: known})

    def keep_views(self, rows: TableRows) -> None:
        """Keep rows for readers, to be written with the batch."""
        for table, row in rows:
            (key,) = table.primary_key.columns
            self.views.setdefault(table, {})[row[key.name]] = row
