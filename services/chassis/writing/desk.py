"""What the writer has on its desk between batches; all of it can be read again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, exists, select

from services.chassis.decider import NO_AGENCIES, Directory
from services.chassis.keys.keyring import Keyring
from services.chassis.service import Service
from services.chassis.store.parking import next_position, parked_cases
from services.chassis.store.tables import (
    CHASSIS_TABLES,
    AnswerRow,
    CursorRow,
    ErasedRow,
    SequenceRow,
)
from services.chassis.work import REFILLED
from services.chassis.writing.shelf import Shelf
from services.chassis.writing.speaking import Voice

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]


def _unheard(*_: str) -> None:
    """Nobody listens."""


@dataclass
class Desk:
    """The service, its shelves and keys; cursors, sequences and parked cases as last committed."""

    service: Service
    voice: Voice
    keyring: Keyring
    cursors: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    """The keys of persons who were erased here."""
    position: int = 1
    refilled: bool = False
    """Some answers were taken from the log, and are kept under the cause that entries name."""
    directory: Directory = NO_AGENCIES
    bug: Callable[[str, str, str], None] = _unheard
    """Told of a command that broke: cause, reason, place."""
    parked_one: Callable[[str, str, str, str], None] = _unheard
    """Told of an input set aside: id, status, reason, place."""

    def __post_init__(self) -> None:
        """Prepare a shelf per subject and the names of the types that are heard."""
        self.shelves = {subject.name: Shelf(subject) for subject in self.service.subjects()}
        self.closed: dict[str, set[str]] = {name: set() for name in self.shelves}
        """The keys under which nothing is taken any more, by subject: their persons were erased."""
        self.heard_types = {
            fact.TYPE.rpartition(".")[0] for heard in self.service.hears.values() for fact in heard
        }

    @property
    def tables(self) -> list[Table]:
        """All that its database must have."""
        chassis = [table.__table__ for table in CHASSIS_TABLES]  # type: ignore[attr-defined]
        return [*chassis, *self.service.table_objects()]

    def close(self, key_id: str, cases: Iterable[str]) -> None:
        """Take nothing more about the cases of a person who was erased."""
        self.erased.add(key_id)
        for case in cases:
            self.parked.discard(case)
            for name, shelf in self.shelves.items():
                self.closed[name].update(shelf.subject.keys(case))

    def read(self, conn: Connection) -> None:
        """Take cursors, sequences and parked cases from the database."""
        cursor, sequence = CursorRow.__table__, SequenceRow.__table__  # type: ignore[attr-defined]
        erased = ErasedRow.__table__  # type: ignore[attr-defined]
        self.cursors = dict.fromkeys(self.service.hears, 0)
        self.cursors |= {row.log: row.next for row in conn.execute(select(cursor))}
        self.sequences = {row.name: row.next for row in conn.execute(select(sequence))}
        self.parked = parked_cases(conn)
        rows = conn.execute(select(erased.c.key_id, erased.c.cases)).all()
        self.erased, self.closed = set(), {name: set() for name in self.shelves}
        for key_id, cases in rows:
            self.close(key_id, cases)
        self.position = next_position(conn)
        self.refilled = bool(conn.scalar(select(exists().where(ANSWER.c.key == REFILLED))))
