"""How a service declares itself: its subjects, what it is asked, what it hears and keeps."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from services.chassis.access import Query
from services.chassis.decider import Erasing, Heard, Input
from services.chassis.keys.erasures import Erasure
from staffel_contracts.command import Command
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact

Row = dict[str, Any]
Concerned = Callable[[Connection, Sequence[Heard[Any]]], Sequence[Mapping[str, Any]]]


def no_deadlines(_: Any) -> dict[str, datetime]:
    """A state without deadlines."""
    return {}


def by_case(_: Fact, leaf: Leaf) -> str | None:
    """The key of a subject that is keyed by the case."""
    return leaf.subject


def nothing_to_say(_state: Any, _erasing: Erasing, _at: datetime) -> list[Fact]:
    """A subject that says nothing when a person is erased."""
    return []


def no_others(_: Any) -> tuple[str, ...]:
    """An input goes to one key."""
    return ()


def nobody_concerned(_conn: Connection, heard: Sequence[Heard[Any]]) -> Sequence[Mapping[str, Any]]:
    """What is heard concerns those alone of whom it is said."""
    return [{} for _ in heard]


def nothing_beside(_conn: Connection, _states: Mapping[str, Any]) -> dict[str, Any]:
    """Decisions look at nothing of other keys."""
    return {}


def the_case_itself(case: str) -> tuple[str, ...]:
    """The keys of a subject that is keyed by the case."""
    return (case,)


@dataclass(frozen=True)
class CopyView:
    """Rows that follow from what was heard: upserted by primary key, never loaded to decide.

    ``rows(before, after, heard)`` gets the copy before and after it.
    """

    table: type[SQLModel]
    rows: Callable[[Any, Any, Heard[Any]], Iterable[Row]]


@dataclass(frozen=True)
class Copy:
    """What one other log said about the same key, folded from that log alone.

    ``field`` is the state's attribute that holds it, ``None`` until something was heard.
    """

    field: str
    log: str
    state: type[Any]
    table: type[SQLModel]
    evolve: Callable[[Any, Heard[Any]], Any]
    views: tuple[CopyView, ...] = ()


@dataclass(frozen=True)
class View:
    """Rows for readers, folded from own facts: upserted by primary key, never loaded to decide.

    ``rows(fact, state)`` gets the state after the fact.
    """

    table: type[SQLModel]
    rows: Callable[[Fact, Any], Iterable[Row]]


@dataclass(frozen=True)
class Subject:
    """One kind of state: its class, its table, and the pure functions that change it.

    The first field of ``state`` is its key and the primary key of ``table``. ``says`` names the
    facts that belong to it (all, where a service has one subject). ``key_of`` finds the key again
    when the log is folded; ``None``: the key under which an earlier fact of the case stands.
    """

    name: str
    state: type[Any]
    table: type[SQLModel]
    decide: Callable[[Any, Input, datetime], list[Fact]]
    evolve: Callable[[Any, Fact], Any]
    due: Callable[[Any], dict[str, datetime]] = no_deadlines
    copies: tuple[Copy, ...] = ()
    views: tuple[View, ...] = ()
    says: frozenset[type[Fact]] = frozenset()
    key_of: Callable[[Fact, Leaf], str | None] = by_case
    keys: Callable[[str], tuple[str, ...]] = the_case_itself
    """The keys of a case, for tables without a column ``case_id``."""
    beside: Callable[[Connection, Mapping[str, Any]], Mapping[str, Any]] = nothing_beside
    """States with what a decision may see of other keys, by key: read before a batch, kept nowhere.

    No fold looks at it: what was decided by it stands in the facts.
    """
    erase: Callable[[Any, Erasing, datetime], list[Fact]] = nothing_to_say
    """What is said when a person is erased, without a person; refuses where that may not be."""

    def tables(self) -> list[type[SQLModel]]:
        """Its own table, those of its copies, and those of rows for readers."""
        copies = [copy.table for copy in self.copies]
        told = [view.table for copy in self.copies for view in copy.views]
        return [self.table, *copies, *told, *(view.table for view in self.views)]


@dataclass(frozen=True)
class Route:
    """Which subject an input goes to, and by which key.

    Commands are routed by their fields, heard facts by fact and leaf (an ``Asked`` or ``Heard``).
    What is heard of a whole case, or asked about several, may go to several keys of one subject:
    all of them take it, or none; ``others`` gives those beside ``key``. The answer to a command is
    about the first.

    ``concerned`` finds keys that something heard concerns although it is said of none of them, each
    with what the decision needs to know of why (``Heard.concern``). They are looked up before the
    batch, of all that a route leads to at once; they decide about it as well, and fold nothing of
    it into a copy: so no rebuild needs to find them again.
    """

    subject: Subject
    key: Callable[[Any], str]
    others: Callable[[Any], tuple[str, ...]] = no_others
    concerned: Concerned = nobody_concerned

    def keys(self, given: Any) -> tuple[str, ...]:
        """Every key that an input goes to."""
        return (self.key(given), *self.others(given))


@dataclass(frozen=True)
class Service:
    """One service: everything the chassis needs to run, rebuild and check it."""

    name: str
    asks: dict[type[Command], Route]
    hears: dict[str, dict[type[Fact], Route]] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    loops: tuple[Callable[[Any], Coroutine[Any, Any, None]], ...] = ()
    """Loops of its own beside the chassis' ones, each given the running service."""
    cleaners: tuple[Callable[[Any, Erasure], Coroutine[Any, Any, int]], ...] = ()
    """What deletes a person who was erased outside of the database, each given the running service;
    gives how much there was."""
    restricts: Callable[[Connection], Mapping[str, date | None]] | None = None
    """The cases whose data is only stored, where this service is the one that says so."""
    routes: tuple[Callable[[Any], Any], ...] = ()
    """HTTP routes of its own: each given the running service, gives a FastAPI ``APIRouter``."""

    def subjects(self) -> tuple[Subject, ...]:
        """Every subject that a route leads to, each once, in the order of the routes."""
        routes = [
            *self.asks.values(),
            *(r for heard in self.hears.values() for r in heard.values()),
        ]
        return tuple({r.subject.name: r.subject for r in routes}.values())

    def tables(self) -> list[type[SQLModel]]:
        """The service's own tables, without those of the chassis."""
        return [table for subject in self.subjects() for table in subject.tables()]

    def table_objects(self) -> list[Table]:
        """The same tables, as SQLAlchemy names them."""
        return [table.__table__ for table in self.tables()]  # type: ignore[attr-defined]
