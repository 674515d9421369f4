"""One batch of the writer: load what is touched, decide in order, write it all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Table

from services.chassis.decider import About, Asked, Due, Heard, Input, Refused
from services.chassis.store.database import delete, upsert
from services.chassis.store.log import Head, append
from services.chassis.store.parking import BROKEN, PARKED, WAITING, parked_row, place_of, reason_of
from services.chassis.store.tables import AnswerRow, CursorRow, SequenceRow, TimerRow
from services.chassis.work import (
    OK,
    UNKNOWN_BODY,
    Answer,
    CommandWork,
    ErasureWork,
    ReadWork,
    Timer,
    Work,
)
from services.chassis.writing import erasing
from services.chassis.writing.decided import Decided
from services.chassis.writing.desk import Desk
from services.chassis.writing.intray import Intray, Item
from services.chassis.writing.reads import append_reads, forget_reads
from services.chassis.writing.result import Result
from services.chassis.writing.shelf import Shelf, States, TableRows
from services.chassis.writing.speaking import Said, said_again, to_entries
from staffel_contracts.codes import RefusalCode

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]
CURSOR: Table = CursorRow.__table__  # type: ignore[attr-defined]
SEQUENCE: Table = SequenceRow.__table__  # type: ignore[attr-defined]
TIMER: Table = TimerRow.__table__  # type: ignore[attr-defined]


class NotConsumed(Exception):
    """A deadline was decided about and is still pending at the same moment."""


@dataclass
class _New:
    """What one input leads to, before the batch sees it."""

    said: list[Said] = field(default_factory=list)
    rows: TableRows = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    states: States = field(default_factory=dict)


class Batch(Decided):
    """Runs once, inside one transaction. Inputs that fail leave the others untouched."""

    def __init__(self, desk: Desk, conn: Connection, head: Head, at: datetime) -> None:
        """Take the writer's desk, the open transaction, the head and the moment of recording."""
        super().__init__(desk, conn, head, at)
        self.intray = Intray(desk, conn, at)
        self.position = desk.position
        self.new_answers: list[dict[str, Any]] = []

    def run(self, works: Iterable[Work]) -> Result:
        """Decide about all that waits and write it.

        Raises:
            Fenced: another process writes this log.
            OutOfOrder: entries are missing before those heard.
        """
        works = list(works)
        if isinstance(works[0], ErasureWork):
            return self._erase(works[0])
        items = self.intray.open(works)
        self._load(items)
        for item in items:
            self._handle(item)
        return self._write(works, len(items))

    def _erase(self, work: ErasureWork) -> Result:
        if not erasing.begin(self, work):
            return self._write([], 1)
        result = self._write([], 1)
        result.erased = erasing.end(self, work, result.entries)
        return result

    # -- deciding ------------------------------------------------------------------------------

    def _load(self, items: list[Item]) -> None:
        keys: dict[str, set[str]] = {}
        for item in items:
            if item.shelf:
                keys.setdefault(item.shelf.subject.name, set()).update(item.keys, item.concerned)
        for name, wanted in keys.items():
            shelf = self.desk.shelves[name]
            states = shelf.load(self.conn, wanted)
            self.before[name] = {**states, **shelf.subject.beside(self.conn, states)}
            self.after[name] = dict(self.before[name])

    def _handle(self, item: Item) -> None:
        work = item.work
        if isinstance(work, CommandWork):
            self._answer(work, item)
            return
        if self._is_closed(item):
            return  # the person was erased: so is this entry or deadline
        if item.shelf and item.case_id is None:
            item.case_id = self._state(item).about.case
        if item.case_id in self.intray.parked:
            self._park(item, "waits behind an earlier input of its case", "")
        elif self._concerns_parked(item):
            self._park(item, "concerns a case that waits: to be retried after it", "")
        elif item.reason:
            self._park(item, item.reason, "reading")
        else:
            try:
                self._decide(item)
            except Exception as error:  # noqa: BLE001 - whatever it is, only this input is set aside
                self._park(item, reason_of(error), place_of(error))

    def _answer(self, work: CommandWork, item: Item) -> None:
        body_hash = work.body_hash()
        known = self.intray.answers.get(work.answer_key)
        if known:
            same = known[0] in {body_hash, UNKNOWN_BODY}
            detail = "the key was first used with another body"
            repeated = known[1]._replace(repeated=True)
            answer = repeated if same else Answer.refusal(RefusalCode.KEY_REUSED, detail)
            self.settled.append((work, answer))
            return
        if self._is_closed(item):
            self.settled.append((work, Answer.refusal(RefusalCode.SUBJECT_ERASED)))
            return
        if self._state(item).about.case in self.intray.parked:
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
        self.intray.answers[work.answer_key] = (body_hash, answer)
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
        new = _New()
        for key in (*item.keys, *item.concerned):
            self._decide_one(item, shelf, key, new)
        state = new.states[item.keys[0]]
        if isinstance(given, Due) and subject.due(state).get(given.kind) == given.moment:
            raise NotConsumed(given.kind)
        self.after[subject.name].update(new.states)
        self.sequences.update(new.sequences)
        self.said += new.said
        self.keep_views(new.rows)
        return state.about, first

    def _decide_one(self, item: Item, shelf: Shelf, key: str, new: "_New") -> None:
        """Decide under one key of an item; what follows is only noted."""
        subject, given = shelf.subject, item.input
        assert given is not None  # noqa: S101 - items without an input carry a reason
        state = self.after[subject.name][key]
        if isinstance(given, Heard) and key in item.keys:
            state, rows = shelf.hear(state, given)
            new.rows += rows
        elif isinstance(given, Heard):
            given = replace(given, concern=item.concerned[key])
        actor, role = self._who(given)
        for decided in subject.decide(state, given, self.at):
            fact = self.number(decided, new.sequences)
            state = subject.evolve(state, fact)
            index = self.head.size + len(self.said) + len(new.said)
            newest = Said(index, fact, state.about, actor, role, item.cause)
            new.said += [newest, *said_again(newest, self.desk.service.name)]
            new.rows += shelf.view_rows(fact, state)
        new.states[key] = state

    def _who(self, given: Input) -> tuple[str, str]:
        if isinstance(given, Asked):
            return given.actor, given.role
        return self.desk.service.name, "service"

    def _concerns_parked(self, item: Item) -> bool:
        """Nothing is said about a case that waits: what it waits for counts as heard otherwise."""
        states = self.after[item.shelf.subject.name] if item.shelf else {}
        return any(states[key].about.case in self.intray.parked for key in item.concerned)

    def _is_closed(self, item: Item) -> bool:
        shelf = item.shelf
        return shelf is not None and item.keys[0] in self.desk.closed[shelf.subject.name]

    def _state(self, item: Item) -> Any:
        assert item.shelf is not None  # noqa: S101 - only items with a shelf have a state
        return self.after[item.shelf.subject.name][item.keys[0]]

    def _park(self, item: Item, reason: str, place: str) -> None:
        row = parked_row(item.parked_id, item.case_id, reason, place, item.wire, at=self.at)
        row["status"] = WAITING if item.case_id in self.intray.parked else BROKEN
        row["count"] = item.count + (row["status"] == BROKEN)
        row["position"] = self.position
        self.position += 1
        self.intray.parked_rows[item.parked_id] = row
        if item.case_id:
            self.intray.parked.add(item.case_id)
        self.desk.parked_one(item.parked_id, row["status"], reason, place)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, works: list[Work], inputs: int) -> Result:
        entries = to_entries(self.said, self.at, self.desk.voice, self.desk.keyring)
        head = append(self.conn, self.head, entries, self.at)
        earliest = self._save_states()
        for table, rows in self.views.items():
            upsert(self.conn, table, rows.values())
        upsert(self.conn, ANSWER, self.new_answers)
        cursors = {k: v for k, v in self.intray.cursors.items() if self.desk.cursors.get(k) != v}
        upsert(self.conn, CURSOR, [{"log": log, "next": n} for log, n in cursors.items()])
        upsert(self.conn, SEQUENCE, [{"name": k, "next": v} for k, v in self.sequences.items()])
        intray = self.intray
        self._keep_reads(works)
        delete(self.conn, PARKED, [i for i in intray.unparked if i not in intray.parked_rows])
        upsert(self.conn, PARKED, intray.parked_rows.values())
        self.settled += [(w, None) for w in works if not isinstance(w, CommandWork)]
        return Result(
            head,
            entries,
            self.settled,
            intray.cursors,
            self.sequences,
            intray.parked,
            self.position,
            earliest,
            inputs,
            self.views,
        )

    def _keep_reads(self, works: list[Work]) -> None:
        found = [work for work in works if isinstance(work, ReadWork)]
        if reads := [read for work in found for read in work.reads]:
            append_reads(self.conn, reads, self.at, self.desk.voice.source)
        if any(not work.reads for work in found):
            forget_reads(self.conn, self.at)

    def _save_states(self) -> datetime | None:
        gone: list[str] = []
        pending: list[Timer] = []
        for name, after in self.after.items():
            shelf, before = self.desk.shelves[name], self.before[name]
            shelf.save(self.conn, before, after)
            for key, state in after.items():
                if state is not before[key]:
                    old, new = shelf.deadlines(key, before[key]), shelf.deadlines(key, state)
                    gone += [timer.id for kind, timer in old.items() if kind not in new]
                    pending += [timer for kind, timer in new.items() if old.get(kind) != timer]
        delete(self.conn, TIMER, gone)
        upsert(self.conn, TIMER, [{"id": timer.id, **timer._asdict()} for timer in pending])
        return min((timer.moment for timer in pending), default=None)
