"""Compute dates by rules: each with the rule, the wording and the facts that it follows from.

Pure. Names are resolved backwards: a date that is asked for is looked up among the facts, then
among what the rules give. Nothing is guessed: a way whose facts are not known is not taken, and
what was missing is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from services.casework.law.wording import (
    Condition,
    Gives,
    Guard,
    Op,
    Rule,
    Wording,
    condition,
    step_named,
)
from services.chassis.legal_calendar import Land

Facts = Mapping[str, Any]
"""By name: dates, codes, booleans, and lists of such mappings."""
_DEPTH: Final = 20
_step = lru_cache(maxsize=512)(step_named)
_condition = lru_cache(maxsize=512)(condition)


class Cited(NamedTuple):
    """A wording of a rule."""

    rule: str
    version: int
    norm: str


@dataclass(frozen=True)
class Computed:
    """A date, the wording it follows from, what led to it, and the wordings before."""

    name: str
    date: date
    cited: Cited
    inputs: dict[str, Any]
    basis: str | None = None
    path: tuple[Cited, ...] = ()
    """All wordings that led here, the last one first."""


class Checked(NamedTuple):
    """A guard: whether it holds, or ``None`` where facts are missing."""

    name: str
    holds: bool | None
    cited: Cited
    missing: tuple[str, ...]


class RuleSet:
    """Rules with what they give, by name."""

    def __init__(self, rules: Iterable[Rule], digest: str) -> None:
        """Take the rules; ``digest`` is SHA-256 over their files."""
        self.rules, self.digest = tuple(rules), digest
        self._ways: dict[str, list[tuple[Rule, Wording, Gives]]] = defaultdict(list)
        for rule in self.rules:
            for wording in rule.wording:
                for way in wording.gives if wording.active else ():
                    self._ways[way.date].append((rule, wording, way))

    @property
    def names(self) -> list[str]:
        """Every date that can be computed."""
        return sorted(self._ways)

    def ways(self, name: str) -> list[tuple[Rule, Wording, Gives]]:
        """The ways to a date."""
        return self._ways.get(name, [])

    def wording(self, rule_id: str, day: date) -> Wording | None:
        """The wording of a rule that was in force on a day, if there was one."""
        found = (one for rule, one in self.wordings_on(day) if rule.id == rule_id)
        return next(found, None)

    def version(self, rule_id: str, version: int) -> Wording | None:
        """The wording of a rule by its number, whether it is in force or not."""
        found = (one for rule in self.rules if rule.id == rule_id for one in rule.wording)
        return next((one for one in found if one.version == version), None)

    def wordings_on(self, day: date) -> Iterator[tuple[Rule, Wording]]:
        """What is in force on a day."""
        for rule in self.rules:
            yield from ((rule, one) for one in rule.wording if one.active and one.holds_on(day))


@dataclass
class Computation:
    """One run over the facts of one person; dates are computed once and kept."""

    rules: RuleSet
    facts: Facts
    land: Land
    _known: dict[str, Computed | None] = field(default_factory=dict)
    _missing: dict[str, set[str]] = field(default_factory=dict)
    _stack: list[str] = field(default_factory=list)

    def find(self, name: str) -> Computed | None:
        """A date by its name, if the facts allow to compute it.

        Raises:
            RecursionError: the rules lead in a circle.
        """
        if name not in self._known:
            if name in self._stack or len(self._stack) > _DEPTH:
                msg = f"rules lead in a circle: {' → '.join([*self._stack, name])}"
                raise RecursionError(msg)
            self._stack.append(name)
            self._known[name] = self._first(name)
            self._stack.pop()
        return self._known[name]

    def missing(self, name: str) -> list[str]:
        """The facts that a date waits for."""
        self.find(name)
        return sorted(self._missing.get(name, ()))

    def guards(self, today: date) -> Iterator[Checked]:
        """Every guard of the wordings in force on a day."""
        for rule, wording in self.rules.wordings_on(today):
            for guard in wording.guards:
                cited = Cited(rule.id, wording.version, wording.norm)
                holds, missing = self._holds(guard)
                yield Checked(guard.guard, holds, cited, tuple(sorted(missing)))

    def _holds(self, guard: Guard) -> tuple[bool | None, set[str]]:
        missing: set[str] = set()
        scopes = self._scopes(guard.each, missing)
        met = [self._met(guard.when, scope, missing, {}) for scope in scopes]
        if any(met):
            return True, set()
        return (None if missing else False), missing

    def _first(self, name: str) -> Computed | None:
        missing = self._missing.setdefault(name, set())
        found = [
            one
            for rule, wording, way in self.rules.ways(name)
            for one in self._by(rule, wording, way, missing)
        ]
        return min(found, key=lambda one: one.date, default=None)

    def _by(
        self, rule: Rule, wording: Wording, way: Gives, missing: set[str]
    ) -> Iterator[Computed]:
        for scope in self._scopes(way.each, missing):
            inputs: dict[str, Any] = {}
            if not self._met(way.when, scope, missing, inputs):
                continue
            base = self._base(way, scope, missing, inputs)
            if base is not None and wording.holds_on(base):
                yield self._computed(rule, wording, way, base, inputs)

    def _computed(
        self, rule: Rule, wording: Wording, way: Gives, base: date, inputs: dict[str, Any]
    ) -> Computed:
        day = base
        for step in way.steps:
            day = _step(step)(day, self.land)
        cited = Cited(rule.id, wording.version, wording.norm)
        before = [one for name in way.of if (one := self._known.get(name)) is not None]
        path = [cited, *(cite for one in before for cite in one.path)]
        for one in before:
            inputs = {**one.inputs, **inputs}
        if way.cites:
            path.sort(key=lambda cite: cite.rule != way.cites)
        basis = way.basis or next((one.basis for one in before if one.basis), None)
        return Computed(way.date, day, path[0], inputs, basis, tuple(dict.fromkeys(path)))

    def _scopes(self, each: str | None, missing: set[str]) -> list[Facts]:
        if each is None:
            return [{}]
        items = self.facts.get(each)
        if not items:
            missing.add(each)
        return list(items or ())

    def _base(
        self, way: Gives, scope: Facts, missing: set[str], inputs: dict[str, Any]
    ) -> date | None:
        days = [self._value(name, scope, missing) for name in way.of]
        known: list[date] = [day for day in days if day is not None]
        if len(known) < len(days):
            return None
        inputs |= dict(zip(way.of, known, strict=True))
        return max(known)

    def _met(
        self, when: tuple[str, ...], scope: Facts, missing: set[str], inputs: dict[str, Any]
    ) -> bool:
        return all(self._is_met(_condition(text), scope, missing, inputs) for text in when)

    def _is_met(
        self, asked: Condition, scope: Facts, missing: set[str], inputs: dict[str, Any]
    ) -> bool:
        lenient = asked.op is Op.UNKNOWN
        value = self._value(asked.name, scope, set() if lenient else missing)
        if asked.op in (Op.KNOWN, Op.UNKNOWN):
            return (value is not None) is (asked.op is Op.KNOWN)
        if value is None:
            return False
        inputs[asked.name] = value
        if asked.op in _COMPARE:
            return self._compares(asked, value, scope, missing)
        text = ("false", "true")[value] if isinstance(value, bool) else str(value)
        return (text in asked.words) is (asked.op in (Op.IS, Op.IN))

    def _compares(self, asked: Condition, value: date, scope: Facts, missing: set[str]) -> bool:
        other = _literal(asked.words[0])
        if other is None:
            other = self._value(asked.words[0], scope, set() if asked.lenient else missing)
        if other is None:
            return asked.lenient
        other = asked.step(other, self.land) if asked.step else other
        return _COMPARE[asked.op](value, other)

    def _value(self, name: str, scope: Facts, missing: set[str]) -> Any:
        if name in scope:
            return scope[name]
        if self.facts.get(name) is not None:
            return self.facts[name]
        if self.rules.ways(name):
            found = self.find(name)
            if found is None:
                missing |= self._missing.get(name, set())
            return found and found.date
        missing.add(name)
        return None


_COMPARE: Final = {
    Op.AFTER: date.__gt__,
    Op.ON_OR_AFTER: date.__ge__,
    Op.BEFORE: date.__lt__,
    Op.ON_OR_BEFORE: date.__le__,
}


def _literal(text: str) -> date | None:
    return date.fromisoformat(text) if text[:1].isdigit() else None
