"""A case step by step over all services: in the order of time, each cause before its effects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, Table, select

from services.chassis.store.tables import AnswerRow
from services.platform.audit.books import Books
from services.platform.config import SERVICES
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import FACTS, Fact, Weight
from staffel_contracts.labels import fact_label

ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]


@dataclass
class Step:
    """One entry of a case: what was said, when, by whom, on which basis, because of what."""

    leaf: Leaf
    fact: Fact | None
    """``None``: its data was erased."""
    agency: str | None = None
    """The agency that asked, where a command was the cause and the agency is known."""
    effects: list[str] = field(default_factory=list)

    @property
    def weight(self) -> Weight:
        """How much it matters in a view of the case."""
        known = FACTS.get(self.leaf.type)
        return known.WEIGHT if known else Weight.WORK

    def as_json(self) -> dict[str, Any]:
        """The step for machines."""
        leaf, label = self.leaf, fact_label(self.leaf.type)
        return {
            "entry": leaf.id,
            "recorded": leaf.time,
            "valid_on": leaf.validon,
            "type": leaf.type,
            "label": {"de": label.de, "en": label.en},
            "weight": self.weight.value,
            "actor": leaf.actor,
            "role": leaf.actorrole,
            "agency": self.agency,
            "basis": leaf.basis,
            "cause": leaf.cause,
            "effects": self.effects,
            "erased": self.fact is None,
            "data": self.fact.model_dump(mode="json", exclude_none=True) if self.fact else None,
        }


def steps_of(
    books: Books, case: str, until: datetime | None = None, last: str | None = None
) -> list[Step]:
    """Every entry of a case in all logs that was recorded until a moment, in causal order.

    ``last``: an entry such as ``casework/7``; what its log said after it is left out.
    """
    found = [Step(leaf, fact) for log in books.logs for leaf, fact in books.of_case(log, case)]
    if last is not None:
        log, _, index = last.rpartition("/")
        found = [s for s in found if _log(s) != log or s.leaf.index <= int(index)]
    if until is not None:
        found = [step for step in found if _recorded(step.leaf) <= until.astimezone(UTC)]
    ordered = list(in_order(found))
    _tell_effects(ordered)
    _tell_agencies(ordered, books.engines)
    return ordered


def in_order(steps: Iterable[Step]) -> Iterator[Step]:
    """By the moment of recording; but nothing before its cause, nor before its log's earlier one.

    Clocks of different services differ a little; what caused what is certain.
    """
    known = {step.leaf.id: step for step in steps}
    before = {entry: _earlier(step, known) for entry, step in known.items()}
    for earlier, later in _neighbours(known.values()):
        before[later].add(earlier)
    after: dict[str, list[str]] = {}
    for entry, causes in before.items():
        for cause in causes:
            after.setdefault(cause, []).append(entry)
    ready = [_rank(step) for entry, step in known.items() if not before[entry]]
    ready.sort()
    left = dict(known)
    while left:
        # Entries that cause each other are shown as well: nobody hides one by a false cause.
        *_, entry = heappop(ready) if ready else min(map(_rank, left.values()))
        if entry not in left:
            continue
        yield left.pop(entry)
        for follower in after.get(entry, ()):
            before[follower].discard(entry)
            if not before[follower]:
                heappush(ready, _rank(known[follower]))


def _earlier(step: Step, known: dict[str, Step]) -> set[str]:
    return {step.leaf.cause} & known.keys()


def _neighbours(steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    """Entries that follow each other in one log."""
    ordered = sorted((_log(s), s.leaf.index, s.leaf.id) for s in steps)
    return ((a, b) for (log, _, a), (same, _, b) in pairwise(ordered) if log == same)


def _rank(step: Step) -> tuple[str, int, int, str]:
    return step.leaf.time, SERVICES.index(_log(step)), step.leaf.index, step.leaf.id


def _log(step: Step) -> str:
    return step.leaf.id.rpartition("/")[0]


def _recorded(leaf: Leaf) -> datetime:
    return datetime.fromisoformat(leaf.time)


def _tell_effects(steps: list[Step]) -> None:
    known = {step.leaf.id: step for step in steps}
    for step in steps:
        if step.leaf.cause in known:
            known[step.leaf.cause].effects.append(step.leaf.id)


def _tell_agencies(steps: list[Step], engines: dict[str, Engine]) -> None:
    """An entry names a command by the hash of its key, which begins with the agency."""
    for log, engine in engines.items():
        wanted = {
            s.leaf.cause: None
            for s in steps
            if s.leaf.cause.startswith("command/") and s.leaf.id.startswith(f"{log}/")
        }
        found = _agencies(engine, set(wanted)) if wanted else {}
        for step in steps:
            if step.leaf.id.startswith(f"{log}/"):
                step.agency = found.get(step.leaf.cause)


def _agencies(engine: Engine, causes: set[str]) -> dict[str, str]:
    found = {}
    with engine.connect() as conn:
        rows = conn.execution_options(yield_per=1000).execute(select(ANSWER.c.key))
        for (key,) in rows:
            cause = f"command/{sha256(key.encode()).hexdigest()[:24]}"
            if cause in causes:
                found[cause] = key.partition("/")[0]
    return found
