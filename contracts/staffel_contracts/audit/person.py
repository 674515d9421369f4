"""One case in all logs: what each of them says by itself, and what must hold between them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from staffel_contracts.audit.course import Course
from staffel_contracts.audit.cover import BY_BRIDGE, BY_CASEWORK, Cover
from staffel_contracts.audit.opening import Read
from staffel_contracts.audit.sheets import SHEET_FACTS, NeedsConsent, Sheets
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts.intake import ConsentGiven, PersonAdmitted
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffAccepted,
    HandoffSubmission,
)

INTAKE, CASEWORK, BRIDGE = "intake", "casework", "jobcenter_bridge"
Broken = tuple[str, int, str]
"""In which log, at which entry, which rule."""
_HANDOFF = frozenset(
    fact for fact in FACTS.values() if fact.SAYER == BRIDGE and "handoff_id" in fact.model_fields
)
"""The facts that tell of responsibility and handoffs."""
LOOKED_AT: Mapping[str, frozenset[str]] = {
    INTAKE: frozenset(fact.NAME for fact in (PersonAdmitted, ConsentGiven)),
    CASEWORK: frozenset(fact.NAME for fact in (*BY_CASEWORK, *SHEET_FACTS)),
    BRIDGE: frozenset(fact.NAME for fact in (*_HANDOFF, *BY_BRIDGE)),
}
"""By log, the facts whose names matter here."""
_DAY = timedelta(days=1)


class Known(NamedTuple):
    """How far the logs of a bundle reach: what was surely heard, and until when things were said.

    ``heard`` is the last entry of each log that the bridge surely has heard, because something it
    says was caused by it; ``last`` the last index and moment of each log.
    """

    heard: Mapping[str, int]
    last: Mapping[str, tuple[int, str]]

    @property
    def today(self) -> date:
        """The day before the bridge's last entry: whatever was due by then has been said."""
        moment = self.last.get(BRIDGE, (0, "1000-01-02"))[1]
        return date.fromisoformat(moment[:10]) - _DAY

    def surely(self, log: str, index: int) -> bool:
        """Whether the bridge has heard an entry, and nothing that is not in the bundle."""
        heard = self.heard.get(log, -1)
        return index <= heard <= self.last.get(log, (-1, ""))[0]


class _Taken(NamedTuple):
    """An acceptance for benefits that end by law, and what the bridge surely had heard by then."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    time: str
    effective_on: date
    heard: int


class Person:
    """A case so far."""

    __slots__ = (
        "_by_law", "_consents", "_cover", "_last", "_sheets", "_submitted", "_taken", "admitted",
        "course",
    )  # fmt: skip

    def __init__(self) -> None:
        self.course = Course()
        self.admitted: tuple[int, date] | None = None
        self._cover, self._sheets = Cover(), Sheets()
        self._consents: list[ConsentGiven] = []
        self._submitted: dict[str, tuple[int, str]] = {}
        self._by_law: str | None = None
        self._taken: list[_Taken] = []
        self._last = {CASEWORK: -1, BRIDGE: -1}

    def see(self, log: str, entry: Read, fact: Fact, heard: Mapping[str, int]) -> None:
        """Look at the next entry of a log; ``heard`` is what the bridge surely has heard so far.

        Raises:
            course.Broken: it breaks a rule.
        """
        if log == INTAKE:
            self._see_intake(fact, entry.index)
        elif log == CASEWORK:
            self._see_casework(fact, entry)
        else:
            self._see_bridge(fact, entry, heard.get(CASEWORK, -1))

    def _see_intake(self, fact: Fact, index: int) -> None:
        if isinstance(fact, PersonAdmitted):
            self.admitted = (index, fact.admitted_on)
            self._cover.see(fact)
        elif isinstance(fact, ConsentGiven):
            self._consents.append(fact)

    def _see_casework(self, fact: Fact, entry: Read) -> None:
        if isinstance(fact, BY_CASEWORK):
            self._last[CASEWORK] = entry.index
            self._cover.see(fact)
        if isinstance(fact, SHEET_FACTS):
            self._sheets.see(fact, entry.index, entry.leaf["time"])

    def _see_bridge(self, fact: Fact, entry: Read, heard: int) -> None:
        self._last[BRIDGE] = entry.index
        if isinstance(fact, BY_BRIDGE):
            self._cover.see(fact)
        if isinstance(fact, HandoffSubmission):
            self._submitted[fact.sheet_ref] = (entry.index, fact.sheet_digest)
        if isinstance(fact, HandedToJobcenter) and fact.domain is ResponsibilityDomain.BENEFITS:
            self._by_law = fact.handoff_id
        if isinstance(fact, HandoffAccepted) and fact.handoff_id == self._by_law:
            moment = (entry.index, entry.leaf["time"])
            self._taken.append(_Taken(*moment, fact.effective_on, heard))
        if type(fact) in _HANDOFF:
            self.course.see(fact, entry.leaf["time"])

    # -- at the end --------------------------------------------------------------------------------

    def broken(self, known: Known) -> Iterator[Broken]:
        """The rules between logs that are broken, and those broken by what was not said."""
        here = self._last[BRIDGE]
        yield from ((BRIDGE, here, rule) for rule in self.course.overdue(known.today))
        if self._is_covered_by_known(known):
            yield from ((BRIDGE, here, rule) for rule in self._cover.broken(known.today))
        if CASEWORK in known.last:
            yield from self._between_bridge_and_casework()
            if INTAKE in known.last:
                yield from self._without_consent(known.last[INTAKE][1])

    def _is_covered_by_known(self, known: Known) -> bool:
        """Whether the bridge reckoned with exactly what the bundle tells of benefits."""
        begun = self.admitted is not None and ResponsibilityDomain.BENEFITS in self.course.first_on
        return begun and known.surely(CASEWORK, self._last[CASEWORK])

    def _between_bridge_and_casework(self) -> Iterator[Broken]:
        for sheet_ref, (index, digest) in self._submitted.items():
            if self._sheets.digests.get(sheet_ref, digest) != digest:
                yield BRIDGE, index, "I8: another sheet is submitted than was completed"
        for taken in self._taken:
            if self._ends_later(taken):
                yield BRIDGE, taken.index, "I5: accepted for a day on which benefits have not ended"
        for printed in self._sheets.printed:
            sender, completed_on = self.course.completed.get(printed.sheet_ref, ("", date.max))
            if printed.agency == sender and printed.on - _DAY > completed_on:
                yield (
                    CASEWORK,
                    printed.index,
                    "I11: its sender prints the sheet of what is complete",
                )

    def _ends_later(self, taken: _Taken) -> bool:
        """Whether the day accepted is before any end of benefits that may have been known."""
        ends = self._sheets.ends
        heard = [one for one in ends if one.index <= taken.heard][-1:]
        after = [one for one in ends if one.index > taken.heard and one.time <= taken.time]
        return bool(heard) and taken.effective_on <= min(one.end_on for one in heard + after)

    def _without_consent(self, until: str) -> Iterator[Broken]:
        """Sheets that leave by consent only, as far as the log of consents reaches."""
        for need in self._sheets.needs:
            if need.time <= until and not any(_lets(one, need) for one in self._consents):
                yield CASEWORK, need.index, "I10: a sheet leaves without the consent that it takes"


def _lets(given: ConsentGiven, need: NeedsConsent) -> bool:
    on = date.fromisoformat(need.time[:10])
    same = (given.consent_kind, given.recipient) == (need.kind, need.receiver)
    return same and given.valid_to >= on
