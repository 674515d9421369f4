"""Subjects for things without a person: an offer, an accommodation; each only has a lifecycle.

Their key is ``<district>/<lifecycle>/<ref>``; only agencies of that district speak of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from services.chassis.decider import About, Asked, Due, Input, Refused
from services.chassis.lifecycle import Lifecycles
from services.chassis.replacing import replace
from services.chassis.service import Subject
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing, and what was said of it; ``record`` is empty until it is known."""

    key: str
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> About:
        """No person: what is said of it is open."""
        return About(None, None, self.key.partition("/")[0])

    @property
    def records(self) -> dict[str, Mapping[str, Any]]:
        """The thing as the lifecycles read it."""
        return {self.key.partition("/")[2]: self.record} if self.record else {}


def things(name: str, table: type[SQLModel], lifecycles: Lifecycles) -> Subject:
    """The subject of all things that have one of these lifecycles."""

    def decide(state: Thing, given: Input, at: datetime) -> list[Fact]:
        if isinstance(given, Asked):
            _own_district(given)
            return [lifecycles.decide(state.records, given, at)]
        fact = lifecycles.at_deadline(state.records, given) if isinstance(given, Due) else None
        return [fact] if fact else []

    def evolve(state: Thing, fact: Fact) -> Thing:
        (record,) = lifecycles.evolve(state.records, fact).values()
        return replace(state, record=record)

    def key_of(fact: Fact, leaf: Leaf) -> str | None:
        known = type(fact) in lifecycles.facts
        return f"{leaf.district}/{lifecycles.key(fact)}" if known else None

    return Subject(
        name=name,
        state=Thing,
        table=table,
        decide=decide,
        evolve=evolve,
        due=lambda state: lifecycles.due(state.records),
        says=lifecycles.facts,
        key_of=key_of,
    )


def thing_key(lifecycles: Lifecycles, command: Command) -> str:
    """The key of the thing that a command of a district is about."""
    return f"{command.district}/{lifecycles.key(command)}"  # type: ignore[attr-defined]


def _own_district(asked: Asked[Any]) -> None:
    own = {f"{kind.value}-{asked.command.district}" for kind in asked.command.MAY}
    if asked.agency not in own:
        raise Refused(RefusalCode.AGENCY_MAY_NOT, "of another district", "district")
