"""The rules that must always hold, as far as the entries of a bundle show them."""

from collections import Counter
from typing import Any, NamedTuple

from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.audit.course import Broken
from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.lines import entry_named
from staffel_contracts.audit.opening import Read
from staffel_contracts.audit.person import BRIDGE, INTAKE, LOOKED_AT, Known, Person
from staffel_contracts.codes import AgencyKind, ResponsibilityDomain, kind_of
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts.notify import EntryDisclosed


class _Short(NamedTuple):
    """A numbered fact before which numbers are missing, and how many of them nothing excuses."""

    service: str
    index: int  # type: ignore[assignment] # tuples have a method of this name
    row: tuple[str, str]
    numbers: range
    count: int  # type: ignore[assignment]


class Invariants:
    """Sees every entry once, log by log, and notes in the report which rules are broken.

    Rules about a case are checked where the bundle holds all of it: in a whole log, or in a part
    that was selected by case alone; those between logs where it holds these logs. A case of which
    something cannot be read is blind from then on. Memory grows with the number of cases, not of
    entries.
    """

    def __init__(self, report: Report, *, whole: bool) -> None:
        """Take the report, and whether the logs are whole."""
        self.report, self.whole = report, whole
        self.all_of_case = whole or report.selection.keys() == {"case"}
        self._persons: dict[str, Person] = {}
        self._blind: set[str] = set()
        self._heard: dict[str, int] = {}
        """The last entry of a log that the bridge has surely heard: it caused something."""
        self._last: dict[str, tuple[int, str]] = {}
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._short: list[_Short] = []
        self._kept: dict[tuple[str, str], set[int]] = {}
        """Numbers of which the log says that what had them was erased, by name and receiver."""
        self._unread: Counter[str] = Counter()

    def see(self, service: str, entry: Read) -> None:
        """Look at the next entry of a log."""
        if _is_said_again(service, entry.leaf):
            return
        self._number(service, entry)
        self._last[service] = (entry.index, entry.leaf["time"])
        if service == BRIDGE:
            self._hears(entry.leaf["cause"])
        if entry.fact is not None:
            self._keep(entry.fact)
        if isinstance(entry.fact, EntryDisclosed):
            self._disclosure(service, entry.index, entry.fact)
        if self.all_of_case and entry.case is not None:
            self._of_case(service, entry.case, entry)

    def end(self) -> None:
        """Look at what only the end shows: what nobody said, and what logs say of each other."""
        self.report.blind = len(self._blind)
        self._shortages()
        known = Known(self._heard, self._last)
        for person in self._persons.values():
            self._admission(person)
            for service, index, rule in person.broken(known):
                self._note(service, index, rule)

    def _admission(self, person: Person) -> None:
        """Whether anybody answers for who was admitted, from that day on."""
        if person.admitted is None:
            return
        index, admitted_on = person.admitted
        first = person.course.first_on
        begun = first.get(ResponsibilityDomain.BENEFITS)
        if begun is None and index > self._heard.get(INTAKE, -1):
            return
        if begun is None:
            self._note(INTAKE, index, "I1: nobody is responsible for the person admitted")
        if {*first.values()} - {admitted_on}:
            self._note(INTAKE, index, "I1: responsibility does not begin with the admission")

    def _hears(self, cause: str) -> None:
        named = entry_named(cause)
        if named is not None and named[0] in LOOKED_AT:
            log, index = named
            self._heard[log] = max(self._heard.get(log, -1), index)

    def _of_case(self, service: str, case: str, entry: Read) -> None:
        known = FACTS.get(entry.leaf["type"])
        if known is None or known.NAME not in LOOKED_AT.get(service, ()) or case in self._blind:
            return
        if entry.fact is None:
            self._blind.add(case)
            self._persons.pop(case, None)
            return
        try:
            self._persons.setdefault(case, Person()).see(service, entry, entry.fact, self._heard)
        except Broken as error:
            self._note(service, entry.index, str(error))

    def _number(self, service: str, entry: Read) -> None:
        """Numbered facts count 0, 1, 2, … for each receiver; what was erased may leave a hole."""
        known = FACTS.get(entry.leaf["type"])
        if known is None or known.NUMBERED is None or not self.whole:
            return
        fact = entry.fact
        if fact is None or fact.NUMBERED is None:
            self._unread[known.NAME] += 1
            return
        by, into = fact.NUMBERED
        row = (known.NAME, getattr(fact, by))
        number, expected = getattr(fact, into), self._numbers[row]
        missing = number - expected
        if missing < 0:
            self._note(service, entry.index, f"{known.NAME}: number {number} is there already")
            return
        excused = min(missing, self._unread[known.NAME])
        self._unread[known.NAME] -= excused
        if missing > excused:
            missed = range(expected, number)
            self._short.append(_Short(service, entry.index, row, missed, missing - excused))
        self._numbers[row] = number + 1

    def _keep(self, fact: Fact) -> None:
        for name, numbers in fact.erased_numbers().items():
            sequence, _, receiver = name.partition("/")
            self._kept.setdefault((sequence.rpartition(".")[0], receiver), set()).update(numbers)

    def _shortages(self) -> None:
        """Numbers that are missing beyond what nobody can read: another fact has to keep them.

        After a restore more may be kept than were ever given, so that none is given twice.
        """
        for service, index, row, numbers, count in self._short:
            if sum(number in numbers for number in self._kept.get(row, ())) < count:
                rule = f"{row[0]}: number {numbers.stop} where {numbers.start} belongs"
                self._note(service, index, rule)

    def _disclosure(self, service: str, index: int, told: EntryDisclosed) -> None:
        """No agency is told what its audience does not allow."""
        known = FACTS.get(str(told.view.get("type")))
        data = told.view.get("data")
        if known is None or not isinstance(data, dict):
            return
        seen = AUDIENCES.get(known, {}).get(kind_of(told.agency) or AgencyKind.JOBCENTER)
        surplus = sorted(data.keys() - (seen.fields if seen else frozenset()))
        if surplus:
            rule = f"{known.TYPE}: told the receiver {', '.join(surplus[:5])} without a basis"
            self._note(service, index, rule)

    def _note(self, service: str, index: int, rule: str) -> None:
        self.report.add(Code.INVARIANT, service, index, rule)


def _is_said_again(service: str, leaf: dict[str, Any]) -> bool:
    """Whether the entry repeats in an older version what the newer one before it said."""
    known: type[Fact] | None = FACTS.get(leaf["type"])
    if known is None or known.SUCCESSOR is None:
        return False
    log: str = leaf["cause"].rpartition("/")[0]
    return log == service
