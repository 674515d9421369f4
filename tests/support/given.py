"""A service's deciders without a database: what it hears, is asked, and what time brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from services.chassis.decider import NO_AGENCIES, Asked, Directory, Due, Heard, Input
from services.chassis.legal_calendar import start_of_day
from services.chassis.service import Route, Service, Subject
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact

CASE, PERSON, DISTRICT = "case-1", "person-1", "12069"
"""An invented person in Potsdam-Mittelmark."""

OFFICE_OPENS = timedelta(hours=9)


def day(text: str) -> date:
    """Return a date."""
    return date.fromisoformat(text)


def types(said: list[Fact]) -> list[type[Fact]]:
    """Return the classes of what was said."""
    return [type(fact) for fact in said]


@dataclass
class Given:
    """A service that decides; each method returns what was said because of it.

    Time begins at nine o'clock on ``today`` and moves by ``on`` and ``at`` alone.
    """

    service: Service
    today: str
    states: dict[tuple[str, str], Any] = field(default_factory=dict)
    said: list[Fact] = field(default_factory=list)
    logs: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)
    rows: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    ids: int = 0
    directory: Directory = NO_AGENCIES

    def __post_init__(self) -> None:
        """Begin the day."""
        self.now = start_of_day(day(self.today)) + OFFICE_OPENS

    def hears(
        self, *facts: Fact, case: str = CASE, person: str = PERSON, district: str = DISTRICT
    ) -> list[Fact]:
        """What is said when these entries of their sayers' logs are heard, in this order."""
        said: list[Fact] = []
        for fact in facts:
            index = self.heard[fact.SAYER] = self.heard.get(fact.SAYER, -1) + 1
            route = self.service.hears[fact.SAYER][type(fact)]
            said_of = (case, person, district, self.now)
            heard = Heard(fact, fact.SAYER, index, *said_of, self._id(), self.directory)
            said += self._decide(route, heard)
        return said

    def asks(self, command: Command, agency: str, role: str = "caseworker") -> list[Fact]:
        """What is said when an agency sends a command.

        Raises:
            Refused: a rule said no; nothing has changed.
        """
        asked = Asked(command, agency, "a-17", role, self._id(), self.directory)
        return self._decide(self.service.asks[type(command)], asked)

    def on(self, text: str) -> list[Fact]:
        """What deadlines say until nine o'clock of a day."""
        return self.at(start_of_day(day(text)) + OFFICE_OPENS)

    def at(self, moment: datetime) -> list[Fact]:
        """What deadlines say until a moment, each at the moment when it is due."""
        said: list[Fact] = []
        while found := min(self._pending(), default=None):
            due_at, name, key, kind = found
            if due_at > moment:
                break
            self.now = max(self.now, due_at)
            said += self._due(self._subject(name), key, kind, due_at)
        self.now = max(self.now, moment)
        return said

    def pending(self) -> dict[str, datetime]:
        """The deadlines that wait, by kind."""
        return {kind: moment for moment, _, _, kind in self._pending()}

    def state(self) -> Any:
        """The state of the subject that was touched, of the first key where there are several."""
        assert len({name for name, _ in self.states}) == 1
        return next(iter(self.states.values()))

    def last(self, kind: type[Any]) -> Any:
        """The last fact of a class that was said."""
        return next(fact for fact in reversed(self.said) if isinstance(fact, kind))

    def folded(self) -> dict[tuple[str, str], Any]:
        """The own states as their logs alone give them."""
        return {
            (name, key): reduce(self._subject(name).evolve, log, self._subject(name).state(key))
            for (name, key), log in self.logs.items()
        }

    def own(self) -> dict[tuple[str, str], Any]:
        """The own states without what was heard."""
        return {
            (name, key): replace(state, **{c.field: None for c in self._subject(name).copies})
            for (name, key), state in self.states.items()
            if (name, key) in self.logs
        }

    def _decide(self, route: Route, given: Input) -> list[Fact]:
        said = []
        for key in route.keys(given):
            said += self._settle(route.subject, key, given)
        return said

    def _due(self, subject: Subject, key: str, kind: str, moment: datetime) -> list[Fact]:
        said = self._settle(subject, key, Due(kind, moment, self._id(), self.directory))
        still = subject.due(self.states[subject.name, key]).get(kind)
        assert still != moment, f"{kind} was decided about and is still due"
        return said

    def _settle(self, subject: Subject, key: str, given: Input) -> list[Fact]:
        state = self.states.get((subject.name, key)) or subject.state(key)
        if isinstance(given, Heard):
            state = _hear(subject, state, given)
        said = subject.decide(state, given, self.now)
        for fact in said:
            state = subject.evolve(state, fact)
            self.show(subject, fact, state)
        self.states[subject.name, key] = state
        if said:
            self.logs.setdefault((subject.name, key), []).extend(said)
        self.said += said
        return said

    def show(self, subject: Subject, fact: Fact, state: Any) -> None:
        """Write the rows for readers that a fact changes."""
        own = replace(state, **{copy.field: None for copy in subject.copies})
        for view in subject.views:
            table = view.table.__table__  # type: ignore[attr-defined]
            (key,) = table.primary_key.columns
            for row in view.rows(fact, own):
                assert row.keys() == set(table.columns.keys())
                self.rows.setdefault(table.name, {})[row[key.name]] = row

    def _pending(self) -> list[tuple[datetime, str, str, str]]:
        return [
            (moment, name, key, kind)
            for (name, key), state in self.states.items()
            for kind, moment in self._subject(name).due(state).items()
        ]

    def _subject(self, name: str) -> Subject:
        return next(s for s in self.service.subjects() if s.name == name)

    def _id(self) -> str:
        self.ids += 1
        return f"{self.service.name}-{self.ids}"


def _hear(subject: Subject, state: Any, heard: Heard[Any]) -> Any:
    for copy in subject.copies:
        if copy.log == heard.log:
            key = getattr(state, fields(state)[0].name)
            earlier = getattr(state, copy.field) or copy.state(key)
            return replace(state, **{copy.field: copy.evolve(earlier, heard)})
    return state
