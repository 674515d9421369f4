"""The rules that must always hold, as far as the entries of a bundle show them."""

from collections import Counter
from datetime import date
from typing import Any

from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.audit.course import Broken, Course
from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.opening import Read
from staffel_contracts.codes import AgencyKind, ResponsibilityDomain, kind_of
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts.intake import PersonAdmitted
from staffel_contracts.facts.jobcenter_bridge import ResponsibilityChanged
from staffel_contracts.facts.notify import EntryDisclosed

INTAKE, BRIDGE = "intake", "jobcenter_bridge"
_HANDOFF = tuple(
    name
    for name, fact in FACTS.items()
    if fact.SAYER == BRIDGE and ("handoff_id" in fact.model_fields)
)
"""The types that tell of responsibility and handoffs."""


class Invariants:
    """Sees every entry once, log by log, and notes in the report which rules are broken.

    Rules about a case are checked where the bundle holds all of it: in a whole log, or in a part
    that was selected by case alone. A case of which something cannot be read is blind from then
    on. Memory grows with the number of cases, not of entries.
    """

    def __init__(self, report: Report, *, whole: bool) -> None:
        """Take the report, and whether the logs are whole."""
        self.report, self.whole = report, whole
        self.all_of_case = whole or report.selection.keys() == {"case"}
        self._courses: dict[str, Course] = {}
        self._blind: set[str] = set()
        self._admitted: dict[str, tuple[int, date]] = {}
        self._heard = -1
        """The last entry of intake that the bridge has surely heard: it caused something."""
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._unread: Counter[str] = Counter()

    def see(self, service: str, entry: Read) -> None:
        """Look at the next entry of a log."""
        kind = entry.leaf["type"]
        if _is_said_again(service, entry.leaf):
            return
        self._number(service, entry)
        if isinstance(entry.fact, EntryDisclosed):
            self._disclosure(service, entry.index, entry.fact)
        if self.all_of_case and entry.case is not None:
            if service == BRIDGE and kind in _HANDOFF:
                self._handoff(entry.case, entry)
            elif isinstance(entry.fact, PersonAdmitted) and service == INTAKE:
                self._admitted[entry.fact.case_id] = (entry.index, entry.fact.admitted_on)

    def end(self) -> None:
        """Look at what only the end shows: whether anybody was admitted and nobody answers."""
        self.report.blind = len(self._blind)
        for case, (index, admitted_on) in self._admitted.items():
            course = self._courses.get(case)
            first = course.first_on if course else {}
            begun = first.get(ResponsibilityDomain.BENEFITS)
            if case in self._blind or (begun is None and index > self._heard):
                continue
            if begun is None:
                self._note(INTAKE, index, "I1: nobody is responsible for the person admitted")
            if {*first.values()} - {admitted_on}:
                self._note(INTAKE, index, "I1: responsibility does not begin with the admission")

    def _handoff(self, case: str, entry: Read) -> None:
        if entry.leaf["type"] == ResponsibilityChanged.TYPE:
            log, _, cause = entry.leaf["cause"].rpartition("/")
            if log == INTAKE and cause.isdecimal():
                self._heard = max(self._heard, int(cause))
        if case in self._blind:
            return
        if entry.fact is None:
            self._blind.add(case)
            self._courses.pop(case, None)
            return
        try:
            self._courses.setdefault(case, Course()).see(entry.fact, entry.leaf["time"])
        except Broken as error:
            self._note(BRIDGE, entry.index, str(error))

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
        if missing > self._unread[known.NAME]:
            rule = f"{known.NAME}: number {number} where {expected} belongs"
            self._note(service, entry.index, rule)
        else:
            self._unread[known.NAME] -= missing
        self._numbers[row] = number + 1

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
