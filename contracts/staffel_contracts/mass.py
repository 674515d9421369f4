"""Mass handoff: a plan of many cases, carried out so that it can be broken off and taken up again.

A plan is a file of JSON Lines: a head, then one line per case. What became of each case is appended
to ``<plan>.done``. Every command has the plan's id and the case in its idempotency key, so a case
is handed over once, however often the plan is run. A plan that is made anew has another id: what
was refused or dropped since is tried again.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import AccessPurpose, RefusalCode, ResponsibilityDomain
from staffel_contracts.commands.casework import DraftHandoff
from staffel_contracts.fact import Ref
from staffel_contracts.mass_ledger import Ledger

AT_ONCE: Final = 256
NOT_TRIED: Final = "not tried"
_WAITS: Final = {RefusalCode.MAINTENANCE, RefusalCode.BROKEN, RefusalCode.CASE_PARKED}
"""No end: it goes on when maintenance is over, or somebody has mended it."""


class UnreadablePlan(ValueError):
    """A file is no plan; says the line and the rule."""


class Planned(NamedTuple):
    """One case of a plan: to whom it goes, or what stands against it."""

    case: Ref
    to_agency: Ref
    blocked: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be handed over, in which domain, by whom, and from which day on."""

    plan_id: str
    from_agency: str
    effective_on: date
    domain: ResponsibilityDomain
    selection: dict[str, str]
    cases: tuple[Planned, ...] = field(repr=False)

    @property
    def ready(self) -> list[Planned]:
        """The cases that nothing stands against."""
        return [one for one in self.cases if one.blocked is None]

    def counts(self) -> dict[str, int]:
        """How many cases go to whom, and how many are blocked by what."""
        found = Counter(f"to {one.to_agency}" for one in self.ready)
        found.update(f"blocked: {one.blocked}" for one in self.cases if one.blocked)
        return dict(sorted(found.items()))

    def write(self, path: Path) -> None:
        """Write the plan; whole or not at all."""
        head = {
            "plan": 1,
            "plan_id": self.plan_id,
            "from_agency": self.from_agency,
            "effective_on": self.effective_on.isoformat(),
            "domain": self.domain.value,
            "selection": self.selection,
        }
        lines = [head, *(one._asdict() for one in self.cases)]
        part = path.with_name(path.name + ".part")
        part.write_text("".join(json.dumps(line) + "\n" for line in lines))
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """Read a plan.

        Raises:
            UnreadablePlan: the file is missing, or a line is not what it should be.
        """
        try:
            lines = path.read_bytes().splitlines() or [b""]
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}"
            raise UnreadablePlan(msg) from error
        head = _line(path, 1, lines[0], _HEAD)
        rows = (_line(path, n, line, _ROW) for n, line in enumerate(lines[1:], 2))
        named = head.model_dump(exclude={"plan"})
        return cls(**named, cases=tuple(rows))


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plan: Literal[1]
    plan_id: Ref
    from_agency: Ref
    effective_on: date
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    selection: dict[str, str]


_HEAD: Final = TypeAdapter(_Head)
_ROW: Final = TypeAdapter(Planned)
_T = TypeVar("_T")


def _line(path: Path, number: int, line: bytes, form: TypeAdapter[_T]) -> _T:
    try:
        return form.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        msg = f"{path}: line {number}: {place}: {first['msg']}"
        raise UnreadablePlan(msg) from None


async def plan(
    connection: Connection,
    agency: str,
    selection: dict[str, str],
    effective_on: date,
    receiver: str,
    *,
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS,
) -> Plan:
    """Ask for the cases of a selection and plan them for one receiver; nothing is changed.

    Raises:
        Refusal: the selection names something unknown, or the receiver cannot take the domain over.
    """
    wanted = selection | {"domain": domain.value, "to_agency": receiver}
    cases = [
        Planned(row["case"], receiver, row["blocked"]) async for row in _cases(connection, wanted)
    ]
    plan_id = f"plan-{uuid4().hex[:16]}"
    return Plan(plan_id, agency, effective_on, domain, selection, tuple(cases))


async def _cases(connection: Connection, wanted: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    after: str | None = ""
    while after is not None:
        page = await connection.ask(
            "casework", "cases", purpose=AccessPurpose.HANDOFF, after=after, **wanted
        )
        for row in page["cases"]:
            yield row
        after = page["next"]


async def carry_out(
    connection: Connection,
    plan: Plan,
    ledger: Ledger,
    *,
    per_second: float | None = None,
    done: Callable[[str], None] = lambda _: None,
) -> Counter[str]:
    """Draft every case that is ready and not done yet, at most so many a second per receiver.

    Gives how many came to which end, those of earlier runs included. What cannot be done at present
    is not an end: it is counted, and done when the plan is run again.
    """
    run = _Run(connection, plan, ledger, Pace(per_second), done)
    try:
        await asyncio.gather(*(run.work() for _ in range(AT_ONCE)))
    finally:
        ledger.close()
    return Counter(ledger.outcomes.values()) + run.waits()


class _Run:
    """One run of a plan."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        ledger: Ledger,
        pace: "Pace",
        done: Callable[[str], None],
    ) -> None:
        self._connection, self._plan, self._ledger = connection, plan, ledger
        self._pace, self._done = pace, done
        self._left = [one for one in reversed(plan.ready) if one.case not in ledger.outcomes]
        self._later: Counter[str] = Counter()
        self._closed = False

    async def work(self) -> None:
        """Take one case after the other, until none is left or nobody is taken any more."""
        while self._left and not self._closed:
            one = self._left.pop()
            await self._pace.wait(one.to_agency)
            outcome = await self._draft(one)
            if outcome in _WAITS:
                self._later[outcome] += 1
                self._closed |= outcome == RefusalCode.MAINTENANCE
            else:
                self._ledger.note(one.case, outcome)
                self._done(outcome)

    def waits(self) -> Counter[str]:
        """What this run did not bring to an end."""
        return self._later + Counter({NOT_TRIED: len(self._left)})

    async def _draft(self, one: Planned) -> str:
        wish = DraftHandoff(
            case=one.case,
            domain=self._plan.domain,
            to_agency=one.to_agency,
            effective_on=self._plan.effective_on,
        )
        try:
            await self._connection.send(wish, f"{self._plan.plan_id}/{one.case}")
        except Refusal as refusal:
            return refusal.problem.code.value
        return "drafted"


class Pace:
    """Lets so many through a second, for each receiver by itself."""

    def __init__(self, per_second: float | None) -> None:
        """Without a number nobody waits."""
        self._gap = 1 / per_second if per_second else 0.0
        self._next: dict[str, float] = {}

    async def wait(self, receiver: str) -> None:
        """Wait for one's turn."""
        if not self._gap:
            return
        now = time.monotonic()
        turn = max(self._next.get(receiver, now), now)
        self._next[receiver] = turn + self._gap
        await asyncio.sleep(turn - now)


def selected(words: list[str]) -> Iterator[tuple[str, str]]:
    """Read a selection from words such as ``protection=temporary_s24``.

    Raises:
        ValueError: a word is not NAME=VALUE.
    """
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            msg = f"{word[:40]!r}: NAME=VALUE is expected"
            raise ValueError(msg)
        yield name, value
