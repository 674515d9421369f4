"""One batch of the writer: load what is touched, decide in order, write it all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Table, select

from services.chassis.columns import from_micros, to_micros
from services.chassis.database import delete, upsert
from services.chassis.decider import About, Asked, Due, Heard, Input, Refused
from services.chassis.desk import Desk
from services.chassis.ids import new_ids
from services.chassis.log import Head, Stored, append
from services.chassis.opening import Opened, leaf_time, open_wires
from services.chassis.parking import (
    BROKEN,
    DROPPED,
    PARKED,
    WAITING,
    parked_row,
    parked_rows,
    place_of,
    reason_of,
)
from services.chassis.shelf import Shelf, States
from services.chassis.speaking import Said, to_entries
from services.chassis.tables import AnswerRow, CursorRow, SequenceRow, TimerRow
from services.chassis.work import (
    OK,
    Answer,
    CommandWork,
    DueWork,
    HeardWire,
    HeardWork,
    ParkedWork,
    Timer,
    Work,
)
from staffel_contracts.codes import RefusalCode
from staffel_contracts.fact import Fact

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]
CURSOR: Table = CursorRow.__table__  # type: ignore[attr-defined]
SEQUENCE: Table = SequenceRow.__table__  # type: ignore[attr-defined]
TIMER: Table = TimerRow.__table__  # type: ignore[attr-defined]


class OutOfOrder(Exception):
    """Entries came with a hole before them: the reader has to fill it first."""


class NotConsumed(Exception):
    """A deadline was decided about and is still pending at the same moment."""


@dataclass
class Item:
    """One input on its way through the batch."""

    work: Work
    shelf: Shelf | None = None
    key: str = ""
    input: Input | None = None
    parked_id: str = ""
    case_id: str | None = None
    wire: bytes = b""
    reason: str | None = None
    cause: str = ""
    count: int = 0


@dataclass
class Result:
    """What a batch did, to be adopted after its commit."""

    head: Head
    entries: list[Stored] = field(default_factory=list)
    settled: list[tuple[Work, Any]] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    position: int = 0
    earliest_due: datetime | None = None
    inputs: int = 0
    views: dict[Table, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    """The rows for readers that were written, by table and key."""


class Batch:
    """Runs once, inside one transaction. Inputs that fail leave the others untouched."""

    def __init__(self, desk: Desk, conn: Connection, head: Head, at: datetime) -> None:
        """Take the writer's desk, the open transaction, the head and the moment of recording."""
        self.desk, self.conn, self.head, self.at = desk, conn, head, at
        self.cursors = dict(desk.cursors)
        self.sequences: dict[str, int] = {}
        self.parked = set(desk.parked)
        self.position = desk.position
        self.before: dict[str, States] = {}
        self.after: dict[str, States] = {}
        self.said: list[Said] = []
        self.answers: dict[str, tuple[str, Answer]] = {}
        self.new_answers: list[dict[str, Any]] = []
        self.views: dict[Table, dict[Any, dict[str, Any]]] = {}
        self.parked_rows: dict[str, dict[str, Any]] = {}
        self.unparked: list[str] = []
        self.settled: list[tuple[Work, Any]] = []

    def run(self, works: Iterable[Work]) -> Result:
        """Decide about all that waits and write it.

        Raises:
            Fenced: another process writes this log.
            OutOfOrder: entries are missing before those heard.
        """
        works = list(works)
        items = self._items(works)
        self._load(items)
        for item in items:
            self._handle(item)
        return self._write(works, len(items))

    # -- what is there to do -------------------------------------------------------------------

    def _items(self, works: list[Work]) -> list[Item]:
        ids = iter(new_ids(self.at, sum(map(len, works)) or 1))
        commands = [w for w in works if isinstance(w, CommandWork)]
        if commands:
            self._load_answers(commands)
        items: list[Item] = []
        for work in works:
            if isinstance(work, CommandWork):
                items.append(self._command_item(work, next(ids)))
            elif isinstance(work, HeardWork):
                items += self._heard_items(work, work.wires, ids)
            elif isinstance(work, DueWork):
                items += [self._due_item(work, timer, next(ids)) for timer in work.timers]
            else:
                items += self._parked_items(work)
        return items

    def _load_answers(self, commands: list[CommandWork]) -> None:
        keys = {work.answer_key for work in commands}
        for row in self.conn.execute(select(ANSWER).where(ANSWER.c.key.in_(keys))):
            self.answers[row.key] = (row.body_hash, Answer(row.status, bytes(row.body)))

    def _command_item(self, work: CommandWork, new_id: str) -> Item:
        route = self.desk.service.asks[type(work.command)]
        asked = Asked(work.command, work.agency, work.actor, work.role, new_id)
        cause = f"command/{sha256(work.answer_key.encode()).hexdigest()[:24]}"
        shelf = self.desk.shelves[route.subject.name]
        return Item(work, shelf, route.key(asked), asked, cause=cause)

    def _heard_items(self, work: Work, wires: list[HeardWire], ids: Any) -> list[Item]:
        retried = not isinstance(work, HeardWork)
        fresh = [wire for wire in wires if retried or self._next(wire)]
        opened = open_wires(fresh, self.desk.heard_types, self.desk.keyring)
        return [self._heard_item(work, o, next(ids)) for o in opened if o.fact or o.reason]

    def _next(self, heard: HeardWire) -> bool:
        wanted = self.cursors.get(heard.log, 0)
        if heard.index > wanted:
            msg = f"log {heard.log}: {heard.index} came, {wanted} is wanted"
            raise OutOfOrder(msg)
        if heard.index < wanted:
            return False
        self.cursors[heard.log] = wanted + 1
        return True

    def _heard_item(self, work: Work, opened: Opened, new_id: str) -> Item:
        log, index, wire, _ = opened.heard
        item = Item(work, parked_id=f"{log}/{index}", wire=wire, cause=f"{log}/{index}")
        item.case_id, item.reason = opened.case_id, opened.reason
        leaf, fact = opened.leaf, opened.fact
        if fact is None or leaf is None:
            return item
        route = self.desk.service.hears.get(log, {}).get(type(fact))
        if route is None:
            item.reason = f"type {leaf.type}: not heard from {log}"
            return item
        item.input = Heard(
            fact, log, index, leaf.subject, opened.person, leaf.district, leaf_time(leaf), new_id
        )
        item.shelf = self.desk.shelves[route.subject.name]
        item.key = route.key(item.input)
        return item

    def _due_item(self, work: Work, timer: Timer, new_id: str) -> Item:
        due = Due(timer.kind, timer.moment, new_id)
        wire = to_json([*timer[:3], to_micros(timer.moment)])
        shelf = self.desk.shelves[timer.subject]
        parked_id, cause = f"due/{timer.id}", f"due/{timer.kind}"
        return Item(work, shelf, timer.key, due, parked_id, wire=wire, cause=cause)

    def _parked_items(self, work: ParkedWork) -> list[Item]:
        rows = parked_rows(self.conn, case_id=work.case_id, parked_id=work.parked_id)
        if work.case_id:
            self.parked.discard(work.case_id)
        work.result["found"] = len(rows)
        if work.drop and rows:
            dropped = rows.pop(0)
            self.parked_rows[dropped["id"]] = dropped | {"status": DROPPED}
        items = []
        for row in rows:
            self.unparked.append(row["id"])
            items += self._again(work, row)
        return items

    def _again(self, work: ParkedWork, row: dict[str, Any]) -> list[Item]:
        ids = iter(new_ids(self.at, 1))
        if row["id"].startswith("due/"):
            subject, key, kind, micros = from_json(row["wire"])
            items = [
                self._due_item(work, Timer(subject, key, kind, from_micros(micros)), next(ids))
            ]
        else:
            log, _, index = row["id"].rpartition("/")
            items = self._heard_items(work, [HeardWire(log, int(index), bytes(row["wire"]))], ids)
        for item in items:
            item.count = row["count"]
        return items

    # -- deciding ------------------------------------------------------------------------------

    def _load(self, items: list[Item]) -> None:
        keys: dict[str, set[str]] = {}
        for item in items:
            if item.shelf:
                keys.setdefault(item.shelf.subject.name, set()).add(item.key)
        for name, wanted in keys.items():
            self.before[name] = self.desk.shelves[name].load(self.conn, wanted)
            self.after[name] = dict(self.before[name])

    def _handle(self, item: Item) -> None:
        work = item.work
        if isinstance(work, CommandWork):
            self._answer(work, item)
            return
        if item.shelf and item.case_id is None:
            item.case_id = self._state(item).about.case
        if item.case_id in self.parked:
            self._park(item, "waits behind an earlier input of its case", "")
        elif item.reason:
            self._park(item, item.reason, "reading")
        else:
            try:
                self._decide(item)
            except Exception as error:  # noqa: BLE001 - whatever it is, only this input is set aside
                self._park(item, reason_of(error), place_of(error))

    def _answer(self, work: CommandWork, item: Item) -> None:
        body_hash = work.body_hash()
        known = self.answers.get(work.answer_key)
        if known:
            same = known[0] == body_hash
            detail = "the key was first used with another body"
            answer = known[1] if same else Answer.refusal(RefusalCode.KEY_REUSED, detail)
            self.settled.append((work, answer))
            return
        if self._state(item).about.case in self.parked:
            self.settled.append((work, Answer.refusal(RefusalCode.CASE_PARKED)))
            return
        self._decide_command(work, item, body_hash)

    def _decide_command(self, work: CommandWork, item: Item, body_hash: str) -> None:
        try:
            about, first = self._decide(item)
        except Refused as refused:
            answer = Answer.refusal(refused.code, refused.detail, refused.field)
        except Exception as error:  # noqa: BLE001 - our bug: only this caller is told, and may ask again
            self.desk.bug(item.cause, reason_of(error), place_of(error))
            self.settled.append((work, Answer.refusal(RefusalCode.BROKEN, item.cause)))
            return
        else:
            answer = self._accepted(about, first)
        self.answers[work.answer_key] = (body_hash, answer)
        row = {"key": work.answer_key, "body_hash": body_hash}
        self.new_answers.append(row | {"status": answer.status, "body": answer.body})
        self.settled.append((work, answer))

    def _accepted(self, about: About, first: int) -> Answer:
        name = self.desk.service.name
        last = self.head.size + len(self.said)
        entries = [f"{name}/{index}" for index in range(first, last)]
        return Answer(OK, to_json({"entries": entries, "case": about.case}))

    def _decide(self, item: Item) -> tuple[About, int]:
        """Decide, evolve, and only then let the batch see it; gives what it said from where on."""
        shelf, given = item.shelf, item.input
        assert shelf is not None  # noqa: S101 - items without a shelf carry a reason
        assert given is not None  # noqa: S101
        subject, state = shelf.subject, self._state(item)
        first = self.head.size + len(self.said)
        if isinstance(given, Due) and subject.due(state).get(given.kind) != given.moment:
            return state.about, first
        if isinstance(given, Heard):
            state = shelf.hear(state, given)
        said: list[Said] = []
        rows: list[tuple[Table, dict[str, Any]]] = []
        sequences: dict[str, int] = {}
        actor, role = self._who(given)
        for decided in subject.decide(state, given, self.at):
            fact = self._number(decided, sequences)
            state = subject.evolve(state, fact)
            said.append(Said(first + len(said), fact, state.about, actor, role, item.cause))
            rows += shelf.view_rows(fact, state)
        if isinstance(given, Due) and subject.due(state).get(given.kind) == given.moment:
            raise NotConsumed(given.kind)
        self.after[subject.name][item.key] = state
        self.sequences.update(sequences)
        self.said += said
        self._keep_views(rows)
        return state.about, first

    def _number(self, fact: Fact, sequences: dict[str, int]) -> Fact:
        if fact.NUMBERED is None:
            return fact
        by, into = fact.NUMBERED
        name = f"{fact.TYPE}/{getattr(fact, by)}"
        known = sequences.get(name, self.sequences.get(name, self.desk.sequences.get(name, 0)))
        sequences[name] = known + 1
        return fact.model_copy(update={into: known})

    def _who(self, given: Input) -> tuple[str, str]:
        if isinstance(given, Asked):
            return given.actor, given.role
        return self.desk.service.name, "service"

    def _state(self, item: Item) -> Any:
        assert item.shelf is not None  # noqa: S101 - only items with a shelf have a state
        return self.after[item.shelf.subject.name][item.key]

    def _keep_views(self, rows: list[tuple[Table, dict[str, Any]]]) -> None:
        for table, row in rows:
            (key,) = table.primary_key.columns
            self.views.setdefault(table, {})[row[key.name]] = row

    def _park(self, item: Item, reason: str, place: str) -> None:
        row = parked_row(item.parked_id, item.case_id, reason, place, item.wire, at=self.at)
        row["status"] = WAITING if item.case_id in self.parked else BROKEN
        row["count"] = item.count + (row["status"] == BROKEN)
        row["position"] = self.position
        self.position += 1
        self.parked_rows[item.parked_id] = row
        if item.case_id:
            self.parked.add(item.case_id)
        self.desk.parked_one(item.parked_id, row["status"], reason, place)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, works: list[Work], inputs: int) -> Result:
        entries = to_entries(self.said, self.at, self.desk.voice, self.desk.keyring)
        head = append(self.conn, self.head, entries, self.at)
        earliest = self._save_states()
        for table, rows in self.views.items():
            upsert(self.conn, table, rows.values())
        upsert(self.conn, ANSWER, self.new_answers)
        cursors = {k: v for k, v in self.cursors.items() if self.desk.cursors.get(k) != v}
        upsert(self.conn, CURSOR, [{"log": log, "next": n} for log, n in cursors.items()])
        upsert(self.conn, SEQUENCE, [{"name": k, "next": v} for k, v in self.sequences.items()])
        delete(self.conn, PARKED, [i for i in self.unparked if i not in self.parked_rows])
        upsert(self.conn, PARKED, self.parked_rows.values())
        self.settled += [(w, None) for w in works if not isinstance(w, CommandWork)]
        return Result(
            head, entries, self.settled, self.cursors, self.sequences, self.parked, self.position,
            earliest, inputs, self.views,
        )  # fmt: skip

    def _save_states(self) -> datetime | None:
        gone: list[str] = []
        set_: list[dict[str, Any]] = []
        for name, after in self.after.items():
            shelf, before = self.desk.shelves[name], self.before[name]
            shelf.save(self.conn, before, after)
            for key, state in after.items():
                if state is not before[key]:
                    _timers(shelf, key, before[key], state, gone, set_)
        delete(self.conn, TIMER, gone)
        upsert(self.conn, TIMER, set_)
        return min((row["moment"] for row in set_), default=None)


def _timers(
    shelf: Shelf, key: str, before: Any, after: Any, gone: list[str], set_: list[dict[str, Any]]
) -> None:
    """What changes in the timers when a state changes: they stay equal to what it says is due."""
    subject = shelf.subject
    old, new = subject.due(before), subject.due(after)
    gone += [Timer(subject.name, key, kind, old[kind]).id for kind in old.keys() - new.keys()]
    for kind, moment in new.items():
        if old.get(kind) != moment:
            timer = Timer(subject.name, key, kind, moment)
            set_.append({"id": timer.id, **timer._asdict()})
