"""Which benefit covers which day of a person, reckoned anew from what the logs say (I3, I4)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from staffel_contracts.codes import (
    AgencyKind,
    BenefitOutcome,
    BenefitReason,
    CloseReason,
    ResponsibilityDomain,
    kind_of,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    CaseClosed,
    CaseReopened,
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
)
from staffel_contracts.facts.intake import PersonAdmitted
from staffel_contracts.facts.jobcenter_bridge import (
    BenefitDecided,
    BenefitStartNotified,
    BridgingGranted,
    CoverageGapClosed,
    CoverageGapDetected,
    CoverageOverlapDetected,
    HandoffAccepted,
    HandoffSubmitted,
    ResponsibilityChanged,
)

BY_BRIDGE: tuple[type[Fact], ...] = (
    BenefitDecided,
    BenefitStartNotified,
    BridgingGranted,
    CoverageGapClosed,
    CoverageGapDetected,
    CoverageOverlapDetected,
    HandoffAccepted,
    HandoffSubmitted,
    ResponsibilityChanged,
)
BY_CASEWORK: tuple[type[Fact], ...] = (
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    CaseClosed,
    CaseReopened,
)
_DAY = timedelta(days=1)
_NOTIFIED, _BRIDGING = "~notified", "~bridging/"
"""No reference of a decision begins like these."""
Span = tuple[date, date]
"""A first and a last day, both included."""


class Benefit(NamedTuple):
    """What an agency pays; ``None``: no end is known."""

    agency: str
    ref: str
    from_on: date
    to_on: date | None

    def until(self, today: date) -> Span:
        """Its days, as far as today where no end is known."""
        return self.from_on, self.to_on or max(self.from_on, today)


class Cover:
    """The benefits of one person, and which days without or with two of them were told."""

    __slots__ = (
        "_agreed", "_benefits", "_closed", "_district", "_end_on", "_from", "_gaps", "_left_on",
        "_needless", "_overlaps", "_responsible", "_to_district", "_to_district_on",
    )  # fmt: skip

    def __init__(self) -> None:
        self._district = ""
        self._from: date | None = None
        self._end_on: date | None = None
        self._closed: CaseClosed | None = None
        self._responsible = ""
        self._left_on: date | None = None
        self._to_district_on: date | None = None
        self._to_district: frozenset[str] = frozenset()
        self._agreed: dict[str, date] = {}
        self._benefits: list[Benefit] = []
        self._needless: dict[tuple[str, str], Span] = {}
        """Days on which nothing is needed, by who decided so in which decision."""
        self._gaps: dict[date, date | None] = {}
        self._overlaps: list[Span] = []

    def see(self, fact: Fact) -> None:
        """Look at the next fact of a log; the logs may come one after the other."""
        if getattr(fact, "domain", ResponsibilityDomain.BENEFITS) != ResponsibilityDomain.BENEFITS:
            return
        match fact:
            case PersonAdmitted():
                self._from, self._district = fact.admitted_on, fact.agency
            case EntitlementEndComputed() | EntitlementEndRevised():
                self._end_on = fact.end_on
            case EntitlementEndWithdrawn():
                self._end_on = None
            case CaseClosed():
                self._closed = fact
            case CaseReopened():
                self._closed = None
            case CoverageGapDetected():
                self._gaps[fact.from_on] = None
            case CoverageGapClosed():
                self._gaps[fact.from_on] = fact.to_on
            case CoverageOverlapDetected():
                runs_on = fact.to_on >= fact.detected_on
                self._overlaps.append((fact.from_on, date.max if runs_on else fact.to_on))
            case _:
                self._see_benefits(fact)

    def _see_benefits(self, fact: Fact) -> None:
        match fact:
            case HandoffSubmitted(to_kind=AgencyKind.DISTRICT):
                self._to_district |= {fact.handoff_id}
            case HandoffAccepted():
                self._agreed[fact.handoff_id] = fact.effective_on
            case ResponsibilityChanged():
                self._responsible = fact.to_agency
                self._moved(fact.handoff_id or "", fact.from_agency)
            case BenefitStartNotified():
                self._add(fact.to_agency, _NOTIFIED, fact.starts_on, None)
            case BridgingGranted():
                self._add(fact.agency, _BRIDGING + fact.bridging_ref, fact.from_on, fact.to_on)
            case BenefitDecided():
                self._decided(fact)

    def _add(self, agency: str, ref: str, first: date, last: date | None) -> None:
        """Who is paid needs it, from that day on; days that were over before are not spoken of."""
        self._benefits.append(Benefit(agency, ref, first, last))
        for key, (since, to_on) in self._needless.items():
            if since <= (last or date.max):
                self._needless[key] = since, min(to_on, first - _DAY)

    def _decided(self, fact: BenefitDecided) -> None:
        """A decision takes the place of a start that was notified, and of itself before."""
        decided = (fact.agency, fact.decision_ref)
        old = {(fact.agency, _NOTIFIED), decided}
        self._benefits = [one for one in self._benefits if (one.agency, one.ref) not in old]
        self._needless.pop(decided, None)
        if fact.from_on:
            self._add(*decided, fact.from_on, fact.to_on or _usual_end(fact, fact.from_on))
        elif fact.reason_code is BenefitReason.NO_NEED:
            paid = (one.from_on - _DAY for one in self._benefits if one.from_on > fact.decided_on)
            self._needless[decided] = fact.decided_on, min(paid, default=date.max)

    def _moved(self, handoff: str, agency: str | None) -> None:
        """What the sender paid without an end ends the day before the day agreed."""
        agreed_on = self._agreed.get(handoff)
        if agreed_on is None:
            return
        last = agreed_on - _DAY
        self._benefits = [
            one._replace(to_on=last) if (one.agency, one.to_on) == (agency, None) else one
            for one in self._benefits
        ]
        for (said_by, ref), (since, to_on) in self._needless.items():
            if (said_by, to_on) == (agency, date.max):
                self._needless[said_by, ref] = since, last
        self._left_on = self._left_on or last
        if handoff in self._to_district:
            self._to_district_on = self._to_district_on or last

    # -- what must hold ----------------------------------------------------------------------------

    def broken(self, today: date) -> Iterator[str]:
        """The rules that are broken by what is known up to a day."""
        if self._uncovered(today):
            yield "I3: a day is without benefits, and no gap was told"
        if self._paid_twice(today):
            yield "I4: a day is paid twice, and no overlap was told"

    def _all(self) -> list[Benefit]:
        ends = [end for end in (self._end_on or self._left_on, self._to_district_on) if end]
        end = min(ends, default=None)
        first = self._from or end
        reported = [self._announced(one) for one in self._benefits]
        if first is None:
            return reported
        return [Benefit(self._district, "asylbens", first, end), *reported]

    def _announced(self, one: Benefit) -> Benefit:
        """A start that was notified goes on until its agency has decided about the days."""
        decided = (known for known in self._benefits if not known.ref.startswith("~"))
        ends = [
            known.from_on - _DAY
            for known in decided
            if known.agency == one.agency and one.from_on <= (known.to_on or date.max)
        ]
        if one.ref != _NOTIFIED or not ends:
            return one
        return one._replace(to_on=min(*ends, one.to_on or date.max))

    def _uncovered(self, today: date) -> bool:
        """Whether since the end of AsylbLG benefits a day is neither covered nor in a gap told."""
        if self._end_on is None:
            return False
        last = min(today, self._needed_to())
        first = max(self._end_on + _DAY, self._from or date.min)
        covered = [one.until(last) for one in self._all()]
        told = [(day, to_on or date.max) for day, to_on in self._gaps.items()]
        return not _within((first, last), [*covered, *self._needless.values(), *told])

    def _needed_to(self) -> date:
        """The last day on which the person may need benefits from an agency here.

        Who leaves, dies or was entered in error needs none from the day of the closing on; who
        moves away none from a district. Where the case is somebody else's now, need goes on.
        """
        closed = self._closed
        if closed is None or closed.reason_code is CloseReason.HANDED_OVER:
            return date.max
        if closed.reason_code is CloseReason.MOVED_AWAY:
            at_district = kind_of(self._responsible) is AgencyKind.DISTRICT
            return closed.closed_on - _DAY if at_district else date.max
        return closed.closed_on - _DAY

    def _paid_twice(self, today: date) -> bool:
        """Whether a day that two agencies pay is in no overlap told."""
        return any(
            not _within(_both(one.until(today), other.until(today), today), self._overlaps)
            for one, other in combinations(self._all(), 2)
            if one.agency != other.agency
        )


def _usual_end(fact: BenefitDecided, first: date) -> date | None:
    """The last day of a jobcenter's grant that names none (§ 41 Abs. 3 S. 1, S. 2 Nr. 1 SGB II)."""
    if kind_of(fact.agency) is not AgencyKind.JOBCENTER:
        return None
    months = first.month - 1 + (6 if fact.outcome is BenefitOutcome.PROVISIONAL else 12)
    year, month = first.year + months // 12, months % 12 + 1
    end = date(year, month, min(first.day, monthrange(year, month)[1]))
    return end if end.day < first.day else end - _DAY


def _both(one: Span, other: Span, today: date) -> Span:
    return max(one[0], other[0]), min(one[1], other[1], today)


def _within(span: Span, spans: Iterable[Span]) -> bool:
    """Whether each day of a span is in one of some others; a span may have no day."""
    day, last = span
    for first, end in sorted(spans):
        if first > day or day > last:
            break
        if end == date.max:
            return True
        day = max(day, end + _DAY)
    return day > last
