"""Fold the logs again into fresh rows, and write the live tables anew from these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table, select

from services.chassis.decider import Heard
from services.chassis.folding.collecting import collected_seldom
from services.chassis.keys.keyring import Keyring
from services.chassis.replacing import replace
from services.chassis.service import Service
from services.chassis.store.database import upsert
from services.chassis.store.leaves import read_stored
from services.chassis.store.log import LogSource, read_entries, read_head
from services.chassis.store.parking import PARKED
from services.chassis.store.spill import Spill
from services.chassis.store.tables import CursorRow, SequenceRow, TimerRow
from services.chassis.work import HeardWire, Timer
from services.chassis.writing.opening import is_said_again, leaf_time, open_entries, open_wires
from services.chassis.writing.shelf import Shelf, TableRows, heard_rows
from staffel_contracts.envelope import Entry, Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.tlog.tree import Frontier, leaf_hash

STEP = 1000
Progress = Callable[[str, int], None]
Wires = Callable[[str, int, int], list[bytes]]
"""``wires(log, start, limit)``: another service's entries as wire lines."""
Room = Callable[[], Spill]
"""Makes an empty mapping for what is folded, which lies on disk when it grows."""


class Difference(NamedTuple):
    """A row that is not what the logs say: in which table, under which key, in which columns."""

    table: str
    key: str
    what: str


@dataclass
class Folded:
    """Fresh rows by table and key, as the logs give them, and what was read."""

    rows: dict[Table, Spill] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    problems: list[Difference] = field(default_factory=list)
    room: Room = Spill

    def put(self, table: Table, row: dict[str, Any]) -> None:
        """Keep a row, in place of an earlier one with the same key."""
        (key,) = table.primary_key.columns
        self.table(table)[row[key.name]] = row

    def table(self, table: Table) -> Spill:
        """The rows of a table, by key and in its order."""
        if table not in self.rows:
            self.rows[table] = self.room()
        return self.rows[table]


@dataclass
class Numbers:
    """The numbers of a sequence: each comes once, those of erased facts later and all together."""

    next: int = 0
    missing: set[int] = field(default_factory=set)
    doubled: bool = False

    def take(self, number: int) -> None:
        """Take a number; what lies between it and the last one is missing until it comes."""
        if number >= self.next:
            self.missing.update(range(self.next, number))
            self.next = number + 1
        elif number in self.missing:
            self.missing.discard(number)
        else:
            self.doubled = True


class Fold:
    """Folds a service's own log into its states and views, and heard logs into their copies."""

    def __init__(
        self,
        service: Service,
        keyring: Keyring,
        progress: Progress = lambda *_: None,
        room: Room = Spill,
    ) -> None:
        """Prepare to fold; states and rows are kept in mappings that ``room`` makes."""
        self.service, self.keyring, self.progress = service, keyring, progress
        self.shelves = {s.name: Shelf(s) for s in service.subjects()}
        self._keys = room()
        self._shelf_by_fact: dict[type[Fact], Shelf] = {}
        self.states = {name: room() for name in self.shelves}
        self._copies = {
            (name, log): room() for name, shelf in self.shelves.items() for log in shelf.copies
        }
        self.folded = Folded(room=room)
        self._sequences: dict[str, Numbers] = {}

    @collected_seldom()
    def run(self, conn: Connection, wires: Wires) -> Folded:
        """Fold everything that the tables in this transaction stand for."""
        self._own(conn)
        cursor = CursorRow.__table__  # type: ignore[attr-defined]
        aside = {row.id for row in conn.execute(select(PARKED.c.id))}
        for log, stop in conn.execute(select(cursor.c.log, cursor.c.next)):
            self._heard(log, stop, wires, aside)
        return self.finish()

    def finish(self) -> Folded:
        """Put together what was folded: states with their copies, as rows."""
        self._join()
        self._collect()
        return self.folded

    def _own(self, conn: Connection) -> None:
        head = read_head(conn)
        frontier = Frontier()
        for start in range(0, head.size, STEP):
            stored = read_entries(conn, start, min(start + STEP, head.size))
            if [entry.index for entry in stored] != list(range(start, start + len(stored))):
                self._problem("entry", str(start), "the index has a hole")
            frontier.extend([leaf_hash(one.leaf) for one in stored])
            self.own_entries([read_stored(one.leaf, one.data) for one in stored])
            self.progress(self.service.name, len(stored))
        if frontier.to_bytes() != head.frontier.to_bytes() or frontier.size != head.size:
            self._problem("head", "1", "size or Merkle frontier differ from the entries")
        self.folded.entries[self.service.name] = frontier.size

    def own_entries(self, entries: Sequence[Entry]) -> int:
        """Fold entries of the own log; gives of how many the data was erased.

        Raises:
            Unsealable, Unreadable: one of them was changed.
        """
        told = open_entries(entries, self.keyring)
        for leaf, fact, _ in told:
            if fact is not None and not is_said_again(leaf):
                self.own(leaf, fact)
        return sum(one.fact is None for one in told)

    def own(self, leaf: Leaf, fact: Fact) -> None:
        """Fold a fact of the own log into its state and into rows for readers."""
        self._count(fact)
        shelf = self._shelf_of(fact)
        key = self._key_of(shelf, leaf, fact)
        states = self.states[shelf.subject.name]
        state = shelf.subject.evolve(states.get(key) or shelf.subject.state(key), fact)
        states[key] = state
        self._put(shelf.view_rows(fact, state))

    def _put(self, rows: TableRows) -> None:
        for table, row in rows:
            self.folded.put(table, row)

    def _count(self, fact: Fact) -> None:
        for name, erased in fact.erased_numbers().items():
            for number in erased:
                self._sequences.setdefault(name, Numbers()).take(number)
        if fact.NUMBERED is None:
            return
        by, into = fact.NUMBERED
        name = f"{fact.TYPE}/{getattr(fact, by)}"
        self._sequences.setdefault(name, Numbers()).take(getattr(fact, into))

    def _shelf_of(self, fact: Fact) -> Shelf:
        found = self._shelf_by_fact.get(type(fact))
        if found is None:
            shelves = list(self.shelves.values())
            saying = (shelf for shelf in shelves if type(fact) in shelf.subject.says)
            found = shelves[0] if len(shelves) == 1 else next(saying)
            self._shelf_by_fact[type(fact)] = found
        return found

    def _key_of(self, shelf: Shelf, leaf: Leaf, fact: Fact) -> str:
        by_case = f"{shelf.subject.name}/{leaf.subject}"
        known: str | None = self._keys.get(by_case)
        key = shelf.subject.key_of(fact, leaf) or known
        if key is None:
            raise KeyError(by_case)
        if key != known:
            self._keys[by_case] = key
        return key

    def _heard(self, log: str, stop: int, wires: Wires, aside: set[str]) -> None:
        types = self.kept(log)
        for start in range(0, stop, STEP):
            lines = wires(log, start, min(STEP, stop - start))
            came = [HeardWire(log, start + n, line) for n, line in enumerate(lines)]
            for opened in open_wires(came, types, self.keyring):
                if opened.fact and f"{log}/{opened.heard.index}" not in aside:
                    assert opened.leaf is not None  # noqa: S101 - there is no fact without one
                    self.heard(log, opened.leaf, opened.fact, opened.person)
            self.progress(log, len(lines))
        self.folded.entries[log] = stop

    def kept(self, log: str) -> set[str]:
        """What of another log goes into a copy of it: names of facts, without their version."""
        routes = self.service.hears.get(log, {}).items()
        kept = [f for f, route in routes if (route.subject.name, log) in self._copies]
        return {fact.TYPE.rpartition(".")[0] for fact in kept}

    def heard(self, log: str, leaf: Leaf, fact: Fact, person: str | None) -> None:
        """Fold what another log said into the copy of that log, where one is kept."""
        route = self.service.hears[log].get(type(fact))
        if route is None:
            return
        heard = Heard(
            fact, log, leaf.index, leaf.subject, person, leaf.district, leaf_time(leaf), ""
        )
        name = route.subject.name
        kept = self.shelves[name].copies.get(log)
        if kept is None:
            return
        copies, (copy, _) = self._copies[name, log], kept
        for key in route.keys(heard):
            earlier = copies.get(key) or copy.state(key)
            later = copy.evolve(earlier, heard)
            if later is not earlier:
                copies[key] = later
                self._put(heard_rows(copy, earlier, later, heard))

    def _join(self) -> None:
        """Put the copies of what was heard into their states, once all of it was folded."""
        for (name, log), copies in self._copies.items():
            shelf, states = self.shelves[name], self.states[name]
            copy, _ = shelf.copies[log]
            for key, instance in copies.items():
                state = states.get(key) or shelf.subject.state(key)
                states[key] = replace(state, **{copy.field: instance})

    def _collect(self) -> None:
        timer, sequence = TimerRow.__table__, SequenceRow.__table__  # type: ignore[attr-defined]
        self.folded.table(timer)
        for name, states in self.states.items():
            shelf = self.shelves[name]
            for key, state in states.items():
                self._collect_state(shelf, state)
                for kind, moment in shelf.subject.due(state).items():
                    due = Timer(name, key, kind, moment)
                    self.folded.put(timer, {"id": due.id, **due._asdict()})
        self.folded.table(sequence)
        for name, numbers in self._sequences.items():
            if numbers.missing or numbers.doubled:
                self._problem("sequence", name, "the numbers have a hole")
            self.folded.put(sequence, {"name": name, "next": numbers.next})

    def _collect_state(self, shelf: Shelf, state: Any) -> None:
        fresh = shelf.subject.state(getattr(state, shelf.own.key.name))
        bare = replace(state, **{copy.field: None for copy, _ in shelf.copies.values()})
        if bare != fresh:
            self.folded.put(shelf.own.table, shelf.own.row(state))
        for copy, rack in shelf.copies.values():
            if getattr(state, copy.field) is not None:
                self.folded.put(rack.table, rack.row(getattr(state, copy.field)))

    def _problem(self, table: str, key: str, what: str) -> None:
        self.folded.problems.append(Difference(table, key, what))


def folded_tables(service: Service) -> list[Table]:
    """The tables that are a fold of the logs."""
    tables = [t.__table__ for t in service.tables()]  # type: ignore[attr-defined]
    return [*tables, TimerRow.__table__, SequenceRow.__table__]  # type: ignore[attr-defined]


def write_anew(service: Service, conn: Connection, folded: Folded) -> None:
    """Put the folded rows in place of the live ones, in the caller's transaction."""
    for table in folded_tables(service):
        conn.execute(table.delete())
        rows = (row for _, row in folded.table(table).items())
        while step := list(islice(rows, STEP)):
            upsert(conn, table, step)


def own_wires(engines: dict[str, Engine]) -> Wires:
    """Read heard logs straight from their sayers' databases, where these are at hand."""
    sources = {name: LogSource(engine) for name, engine in engines.items()}
    return lambda log, start, limit: sources[log].wires(start, limit)
