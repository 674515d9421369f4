"""What waits for the writer, opened and sorted: one item per input, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Table

from services.chassis.decider import Asked, Due, Heard, Input
from services.chassis.service import Concerned
from services.chassis.store.columns import from_micros, to_micros
from services.chassis.store.database import rows_among
from services.chassis.store.ids import new_ids
from services.chassis.store.parking import DROPPED, parked_rows
from services.chassis.store.tables import AnswerRow
from services.chassis.work import (
    Answer,
    CommandWork,
    DueWork,
    HeardWire,
    HeardWork,
    ParkedWork,
    Timer,
    Work,
)
from services.chassis.writing.desk import Desk
from services.chassis.writing.opening import Opened, leaf_time, open_wires
from services.chassis.writing.shelf import Shelf

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]


class OutOfOrder(Exception):
    """Entries came with a hole before them: the reader has to fill it first."""


@dataclass
class Item:
    """One input on its way through the batch."""

    work: Work
    shelf: Shelf | None = None
    keys: tuple[str, ...] = ()
    """One key, or for what is heard of a whole case all that take it."""
    input: Input | None = None
    parked_id: str = ""
    case_id: str | None = None
    wire: bytes = b""
    reason: str | None = None
    cause: str = ""
    count: int = 0
    concerned: Mapping[str, Any] = field(default_factory=dict)
    """Keys that decide about it as well, and fold nothing of it, with what was found of each."""


class Intray:
    """Opens the works of one batch; what it moves is adopted with the batch."""

    def __init__(self, desk: Desk, conn: Connection, at: datetime) -> None:
        """Take the writer's desk, the open transaction and the moment of recording."""
        self.desk, self.conn, self.at = desk, conn, at
        self.cursors = dict(desk.cursors)
        self.parked = set(desk.parked)
        self.answers: dict[str, tuple[str, Answer]] = {}
        """Answers known by key: the hash of the body they were given to, and the answer."""
        self.parked_rows: dict[str, dict[str, Any]] = {}
        self.unparked: list[str] = []

    def open(self, works: list[Work]) -> list[Item]:
        """One item per input.

        Raises:
            OutOfOrder: entries are missing before those heard.
        """
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
                due = [self._due_item(work, timer, next(ids)) for timer in work.timers]
                items += [replace(item, reason=work.broken) for item in due]
            elif isinstance(work, ParkedWork):
                items += self._parked_items(work)
        self._look_up(items)
        return items

    def _load_answers(self, commands: list[CommandWork]) -> None:
        keys = {work.answer_key for work in commands}
        if self.desk.refilled:
            by_cause = {work.cause: work.answer_key for work in commands}
            self._read_answers(by_cause)
        self._read_answers({key: key for key in keys})

    def _read_answers(self, keys: dict[str, str]) -> None:
        """Read answers by the key that they are stored under; keep them by the caller's key."""
        for row in rows_among(self.conn, ANSWER.c.key, keys):
            self.answers[keys[row.key]] = (row.body_hash, Answer(row.status, bytes(row.body)))

    def _command_item(self, work: CommandWork, new_id: str) -> Item:
        route = self.desk.service.asks[type(work.command)]
        asked = Asked(work.command, work.agency, work.actor, work.role, new_id, self.desk.directory)
        shelf = self.desk.shelves[route.subject.name]
        return Item(work, shelf, route.keys(asked), asked, cause=work.cause)

    def _heard_items(self, work: Work, wires: list[HeardWire], ids: Iterator[str]) -> list[Item]:
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
            fact,
            log,
            index,
            leaf.subject,
            opened.person,
            leaf.district,
            leaf_time(leaf),
            new_id,
            self.desk.directory,
        )
        item.shelf = self.desk.shelves[route.subject.name]
        item.keys = route.keys(item.input)
        return item

    def _look_up(self, items: list[Item]) -> None:
        """Find whom what is heard concerns; all that is looked up alike at once."""
        alike: dict[Concerned, list[tuple[Item, Heard[Any]]]] = {}
        for item in items:
            if isinstance(item.input, Heard):
                route = self.desk.service.hears[item.input.log][type(item.input.fact)]
                alike.setdefault(route.concerned, []).append((item, item.input))
        for concerned, given in alike.items():
            found = concerned(self.conn, [heard for _, heard in given])
            for (item, _), keys in zip(given, found, strict=True):
                item.concerned = keys

    def _due_item(self, work: Work, timer: Timer, new_id: str) -> Item:
        due = Due(timer.kind, timer.moment, new_id, self.desk.directory)
        wire = to_json([*timer[:3], to_micros(timer.moment)])
        shelf = self.desk.shelves[timer.subject]
        parked_id, cause = f"due/{timer.id}", f"due/{timer.kind}"
        return Item(work, shelf, (timer.key,), due, parked_id, wire=wire, cause=cause)

    def _parked_items(self, work: ParkedWork) -> list[Item]:
        rows = parked_rows(self.conn, case_id=work.case_id, parked_id=work.parked_id)
        work.result["found"] = len(rows)
        if work.drop:
            named = bool(rows) and rows[0]["id"] == work.parked_id
            work.result["dropped"] = int(named)
            if not named:
                return []
            self.parked_rows[work.parked_id] = rows.pop(0) | {"status": DROPPED}
        if work.case_id:
            self.parked.discard(work.case_id)
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
