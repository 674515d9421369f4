"""Things that are only recorded: which command says which fact, after which fact, until when.

Most of what an agency reports decides nothing: a task was opened, an offer was published. A table
of steps says all there is to know about such a thing; this module reads the tables. Pure: no I/O.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic_core import to_json

from services.chassis.decider import Asked, Due, Refused
from services.chassis.legal_calendar import add_months, legal_date, start_of_day
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact

NEW: Final = None
"""Among a step's ``after``: the thing is not known yet."""
Records = Mapping[str, Mapping[str, Any]]
"""By ``<lifecycle>/<ref>``: the last fact's name, the day it began, and what its facts said."""
_PERIODS = (("valid_from", "valid_to"), ("from_on", "to_on"), ("starts_on", "ends_on"))


@dataclass(frozen=True)
class Step:
    """A command says a fact, if the thing's last fact is among ``after``.

    ``planned``: the fact's legal date may lie in the future. ``anew``: the command says all of it,
    and what it leaves out is not taken from what was said before.
    """

    command: type[Command]
    fact: type[Fact]
    after: tuple[type[Fact] | None, ...]
    planned: bool = False
    anew: bool = False


Day = Callable[[Mapping[str, Any]], date | None]
"""A day that follows from what was said: field by field, as JSON, the last value of each."""


@dataclass(frozen=True)
class Deadline:
    """On a day that follows from what was said, a fact is said by itself.

    Armed by each fact of ``after`` until the thing's next fact. ``on`` gives the day, or ``None``;
    it is the fact's ``due_on``, its other fields are filled from what was said. ``overdue``: it is
    said when that day is over, otherwise when it begins.
    """

    fact: type[Fact]
    after: tuple[type[Fact], ...]
    on: Day
    overdue: bool = False

    def moment(self, on: date) -> datetime:
        """When it is said (UTC)."""
        return start_of_day(on + timedelta(days=self.overdue))


def said_day(name: str, *, months: int = 0, weeks: int = 0, days: int = 0) -> Day:
    """The day that a field holds, moved by calendar months, weeks or days (negative: before)."""

    def day(said: Mapping[str, Any]) -> date | None:
        if name not in said:
            return None
        on = add_months(date.fromisoformat(said[name]), months)
        return on + timedelta(days=days, weeks=weeks)

    return day


@dataclass(frozen=True)
class Lifecycle:
    """One kind of thing; ``ref`` is the field that names it, empty where a case has only one."""

    name: str
    ref: str
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...] = field(default=())

    def key(self, said: Command | Fact) -> str:
        """The key of the thing that a command or a fact of this lifecycle is about."""
        return f"{self.name}/{getattr(said, self.ref) if self.ref else ''}"

    def facts(self) -> Iterator[type[Fact]]:
        """Every fact that it may say."""
        yield from (step.fact for step in self.steps)
        yield from (deadline.fact for deadline in self.deadlines)


class Lifecycles:
    """The lifecycles of one subject, found by command, by fact and by deadline."""

    def __init__(self, *lifecycles: Lifecycle) -> None:
        """Read the tables.

        Raises:
            ValueError: two lifecycles, or two steps, share a command, a fact or a name.
        """
        self._steps = {s.command: (life, s) for life in lifecycles for s in life.steps}
        self._lives = {fact: life for life in lifecycles for fact in life.facts()}
        self._names = {life.name: life for life in lifecycles}
        self._planned = {s.fact for life in lifecycles for s in life.steps if s.planned}
        self._anew = {s.fact for life in lifecycles for s in life.steps if s.anew}
        commands = sum(len(life.steps) for life in lifecycles)
        facts = sum(len(set(life.facts())) for life in lifecycles)
        if (len(self._steps), len(self._lives), len(self._names)) != (
            *(commands, facts),
            len(lifecycles),
        ):
            msg = "lifecycles share a command, a fact or a name"
            raise ValueError(msg)

    @property
    def commands(self) -> frozenset[type[Command]]:
        """The commands that these lifecycles decide about."""
        return frozenset(self._steps)

    @property
    def facts(self) -> frozenset[type[Fact]]:
        """The facts that these lifecycles say."""
        return frozenset(self._lives)

    def key(self, said: Command | Fact) -> str:
        """The key of the thing that a command or a fact is about."""
        if isinstance(said, Command):
            return self._steps[type(said)][0].key(said)
        return self._lives[type(said)].key(said)

    def decide(self, records: Records, asked: Asked[Any], at: datetime) -> Fact:
        """The fact that a command leads to.

        Raises:
            Refused: the thing is not known, not in the right state, or the dates are implausible.
        """
        life, step = self._steps[type(asked.command)]
        record = records.get(life.key(asked.command))
        _check_state(life, step, record, asked.command)
        said = {} if record is None or step.anew else record["said"]
        fact = step.fact.model_validate_json(_fields(step.fact, said, asked))
        _check_dates(step, record, fact, legal_date(at))
        return fact

    def due(self, records: Records) -> dict[str, datetime]:
        """The pending deadlines of all things, by ``<fact> <key of the thing>``."""
        return {
            f"{deadline.fact.NAME} {key}": deadline.moment(on)
            for key, record in records.items()
            for deadline in self._armed(key, record)
            if (on := deadline.on(record["said"])) is not None
        }

    def at_deadline(self, records: Records, due: Due) -> Fact | None:
        """The fact that a deadline leads to; ``None`` where the thing moved on meanwhile."""
        name, _, key = due.kind.partition(" ")
        record = records.get(key, {})
        for deadline in self._armed(key, record):
            on = deadline.on(record["said"])
            if name == deadline.fact.NAME and on is not None:
                said = {**record["said"], "due_on": on.isoformat()}
                known = {n: said[n] for n in deadline.fact.model_fields if n in said}
                return deadline.fact.model_validate(known, strict=False)
        return None

    def evolve(self, records: Records, fact: Fact) -> dict[str, Mapping[str, Any]]:
        """The records after a fact."""
        key = self._lives[type(fact)].key(fact)
        record = records.get(key)
        said = {} if record is None or type(fact) in self._anew else record["said"]
        since = (record and record["since"]) or self._began(fact)
        said = {**said, **fact.model_dump(mode="json", exclude_none=True)}
        return {**records, key: {"last": type(fact).NAME, "since": since, "said": said}}

    def _began(self, fact: Fact) -> str | None:
        """When a thing began; a planned day bounds nothing: it may be moved to an earlier one."""
        valid_on = None if type(fact) in self._planned else fact.valid_on()
        return valid_on.isoformat() if valid_on else None

    def _armed(self, key: str, record: Mapping[str, Any]) -> Iterator[Deadline]:
        life = self._names.get(key.partition("/")[0])
        for deadline in life.deadlines if life else ():
            if record.get("last") in {fact.NAME for fact in deadline.after}:
                yield deadline


def _check_state(
    life: Lifecycle, step: Step, record: Mapping[str, Any] | None, command: Command
) -> None:
    last = record["last"] if record else None
    if last in {fact.NAME if fact else None for fact in step.after}:
        return
    if last is None:
        raise Refused(RefusalCode.NOT_FOUND, f"no such {life.name}", life.ref or None)
    raise Refused(RefusalCode.ILLEGAL_TRANSITION, f"{command.NAME} after {last}", life.ref or None)


def _fields(fact: type[Fact], said: Mapping[str, Any], asked: Asked[Any]) -> bytes:
    """A fact's fields: from the command, from who sent it, and from what was said before."""
    given = asked.command.model_dump(mode="json", exclude_none=True)
    known = {**said, **given, "agency": asked.agency}
    return to_json({name: known[name] for name in fact.model_fields if name in known})


def _check_dates(step: Step, record: Mapping[str, Any] | None, fact: Fact, today: date) -> None:
    on, name = fact.valid_on(), fact.VALID_ON
    if on is not None and not step.planned and on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", name)
    since = record["since"] if record else None
    if on is not None and since is not None and on < date.fromisoformat(since):
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before it began", name)
    for first, last in _PERIODS:
        begins, ends = getattr(fact, first, None), getattr(fact, last, None)
        if begins is not None and ends is not None and ends < begins:
            raise Refused(RefusalCode.IMPLAUSIBLE_DATES, f"before {first}", last)
