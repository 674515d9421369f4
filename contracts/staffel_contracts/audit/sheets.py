"""What must hold of what casework says of one case: dates and sheets (I5, I8, I10, I11, I13)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from staffel_contracts.audit.course import must
from staffel_contracts.codes import SheetField
from staffel_contracts.domains import BY_CONSENT
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoffDraftDropped,
    HandoffDrafted,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
    HandoverSheetPrinted,
)
from staffel_contracts.sheet import NEVER_LEAVES, sheet_digest

SHEET_FACTS: tuple[type[Fact], ...] = (
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoffDraftDropped,
    HandoffDrafted,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
    HandoverSheetPrinted,
)
_DAY = timedelta(days=1)


class Printed(NamedTuple):
    """A sheet that an agency printed, by the entry that says so."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    sheet_ref: str
    agency: str
    on: date


class Ends(NamedTuple):
    """An end of benefits that was computed, by the entry that says so and its moment."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    time: str
    end_on: date


class NeedsConsent(NamedTuple):
    """A sheet that leaves by consent only, by the entry that says so and its moment."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    time: str
    kind: str
    receiver: str


class Sheets:
    """One case so far, as casework tells it."""

    __slots__ = ("_end", "_set_on", "digests", "ends", "needs", "printed")

    def __init__(self) -> None:
        self._end: EntitlementEndComputed | EntitlementEndRevised | None = None
        self._set_on: dict[str, date | None] = {}
        self.ends: list[Ends] = []
        self.digests: dict[str, str] = {}
        """By sheet."""
        self.printed: list[Printed] = []
        self.needs: list[NeedsConsent] = []

    def see(self, fact: Fact, index: int, time: str) -> None:
        """Look at the next fact, at its index and recorded at this moment.

        Raises:
            Broken: it breaks a rule.
        """
        if isinstance(fact, EntitlementEndComputed | EntitlementEndRevised):
            self.ends.append(Ends(index, time, fact.end_on))
            self._ends(fact)
        elif isinstance(fact, EntitlementEndWithdrawn):
            self._goes_on(fact)
        elif isinstance(fact, HandoffDrafted):
            self._set_on[fact.domain] = fact.effective_on if fact.by_hand else None
        elif isinstance(fact, HandoffDraftDropped):
            self._set_on[fact.domain] = None
        elif isinstance(fact, HandoverSheetPrinted):
            self.printed.append(Printed(index, fact.sheet_ref, fact.agency, fact.printed_on))
        elif isinstance(fact, HandoffInformationSupplied):
            _may_leave(fact.fields.keys())
        elif isinstance(fact, HandoverSheetCompleted):
            if kind := BY_CONSENT.get(fact.domain):
                self.needs.append(NeedsConsent(index, time, kind, fact.to_agency))
            self._completed(fact)

    def _ends(self, fact: EntitlementEndComputed | EntitlementEndRevised) -> None:
        before, self._end = self._end, fact
        must(fact.next_start_on == fact.end_on + _DAY, "I5: the next day is not that after the end")
        if isinstance(fact, EntitlementEndRevised):
            same = before is not None and before.end_on == fact.replaces_end_on
            must(same, "I13: a revision takes the place of an end that was not the last")
        else:
            must(before is None, "I13: an end is computed anew where it should be revised")

    def _goes_on(self, fact: EntitlementEndWithdrawn) -> None:
        """No end is known from here on; the next one is computed anew."""
        known = self._end is not None and self._end.end_on == fact.replaces_end_on
        must(known, "I13: an end is withdrawn that was not the last")
        self._end = None
        self.ends.clear()

    def _completed(self, fact: HandoverSheetCompleted) -> None:
        self.digests[fact.sheet_ref] = fact.digest
        told = {code.value: value for code, value in fact.fields.items()}
        must(sheet_digest(told) == fact.digest, "I8: the digest is not that of the sheet's fields")
        named = {*fact.field_codes} == fact.fields.keys()
        must(named, "I10: a sheet tells other fields than it names")
        withheld = fact.fields.keys() & {*fact.withheld_codes}
        must(not withheld, "I10: a field that is withheld is told")
        _may_leave(fact.fields.keys())
        day = self._set_on.get(fact.domain) or (self._end.next_start_on if self._end else None)
        known = day is None or fact.effective_on == day
        must(known, "I5: the receiver is to begin on another day than that after the end")


def _may_leave(codes: Iterable[SheetField]) -> None:
    must(NEVER_LEAVES.isdisjoint(codes), "I11: a field is told that leaves to nobody")
