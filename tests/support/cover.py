"""Which benefit covers which day, reckoned anew from what was reported, day by day."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from services.chassis.legal_calendar import last_day_of_months, legal_date
from staffel_contracts.codes import AgencyKind, BenefitOutcome, BenefitReason, CloseReason
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge

DAY = timedelta(days=1)
NOTIFIED = "notified"
Days = frozenset[date]


class Benefit(NamedTuple):
    """What an agency pays from its first to its last day; ``None``: no end is known."""

    agency: str
    ref: str
    from_on: date
    to_on: date | None


class NoNeed(NamedTuple):
    """An agency decided that nothing is needed, until somebody pays again."""

    agency: str
    ref: str
    since: date
    until: date = date.max
    """The first day on which it does not hold any more."""

    def before(self, day: date) -> "NoNeed":
        """It holds no longer than until a day."""
        return self._replace(until=min(self.until, day))


class Reported:
    """What is known of a person's benefits after everything that was heard and said so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.admitted_on: date | None = None
        self.district: str | None = None
        self.end_on: date | None = None
        self.left_on: date | None = None
        """The last day before another agency answered for the first time."""
        self.taken_over: date | None = None
        self.closed: casework.CaseClosed | None = None
        self.responsible = ""
        self.benefits: list[Benefit] = []
        self.no_need: list[NoNeed] = []
        self.handoffs: dict[str, Any] = {}
        self.agreed: dict[str, date] = {}

    def take(self, fact: Fact) -> None:
        """Learn what a fact says; one that says nothing of benefits is passed over."""
        match fact:
            case intake.PersonAdmitted():
                self.admitted_on, self.district = fact.admitted_on, fact.agency
            case casework.EntitlementEndComputed() | casework.EntitlementEndRevised():
                self.end_on = fact.end_on
            case casework.CaseClosed():
                self.closed = fact
            case casework.CaseReopened():
                self.closed = None
            case _:
                self._take_own(fact)

    def _take_own(self, fact: Fact) -> None:
        match fact:
            case bridge.HandedToJobcenter() | bridge.HandoffSubmitted():
                self.handoffs[fact.handoff_id] = fact
            case bridge.HandedBackToDistrict():
                self.handoffs[fact.handoff_id] = fact
            case bridge.HandoffAccepted():
                self.agreed[fact.handoff_id] = fact.effective_on
            case bridge.ResponsibilityChanged():
                self.responsible = fact.to_agency
                if fact.handoff_id:
                    self._moves(fact.handoff_id)
            case bridge.BenefitStartNotified():
                self._pays(Benefit(fact.to_agency, NOTIFIED, fact.starts_on, None))
            case bridge.BridgingGranted():
                ref = f"bridging/{fact.bridging_ref}"
                self._pays(Benefit(fact.agency, ref, fact.from_on, fact.to_on))
            case bridge.BenefitDecided():
                self._decides(fact)

    def _decides(self, fact: bridge.BenefitDecided) -> None:
        """A decision takes the place of a start that was only notified, and of itself before."""
        old = {(fact.agency, NOTIFIED), (fact.agency, fact.decision_ref)}
        self.benefits = [one for one in self.benefits if (one.agency, one.ref) not in old]
        self.no_need = [one for one in self.no_need if (one.agency, one.ref) not in old]
        if fact.from_on:
            self._pays(Benefit(fact.agency, fact.decision_ref, fact.from_on, _granted_to(fact)))
        elif fact.reason_code is BenefitReason.NO_NEED:
            none = NoNeed(fact.agency, fact.decision_ref, fact.decided_on)
            for one in self.benefits:
                none = none.before(one.from_on) if one.from_on > none.since else none
            self.no_need.append(none)

    def _pays(self, benefit: Benefit) -> None:
        """Who is paid is in need: on those days and, for all that is known, on those after them."""
        self.benefits.append(benefit)
        self.no_need = [
            one if benefit.to_on and benefit.to_on < one.since else one.before(benefit.from_on)
            for one in self.no_need
        ]

    def _moves(self, handoff_id: str) -> None:
        """What the sender paid without an end ends the day before the day agreed."""
        handoff, last = self.handoffs[handoff_id], self.agreed[handoff_id] - DAY
        self.benefits = [
            one._replace(to_on=last)
            if one.agency == handoff.from_agency and one.to_on is None
            else one
            for one in self.benefits
        ]
        self.no_need = [
            one.before(last + DAY)
            if one.agency == handoff.from_agency and one.until == date.max
            else one
            for one in self.no_need
        ]
        self.left_on = self.left_on or last
        if getattr(handoff, "to_kind", None) is AgencyKind.DISTRICT:
            self.taken_over = self.taken_over or last

    def all(self) -> list[Benefit]:
        """Every benefit, AsylbLG benefits of the district among them."""
        ends = [end for end in (self.end_on or self.left_on, self.taken_over) if end]
        end = min(ends, default=None)
        begun = self.admitted_on or end
        reported = [self._until_decided(one) for one in self.benefits]
        if begun is None:
            return reported
        return [Benefit(self.district or "", "asylbens", begun, end), *reported]

    def _until_decided(self, one: Benefit) -> Benefit:
        """A start that was only notified holds until days that its agency has decided about."""
        if one.ref != NOTIFIED:
            return one
        for other in self.benefits:
            by_agency = other.agency == one.agency and not other.ref.startswith("bridging/")
            if by_agency and other.ref != NOTIFIED and (other.to_on or date.max) >= one.from_on:
                last = min(one.to_on or date.max, other.from_on - DAY)
                one = one._replace(to_on=last)
        return one

    def covered(self, today: date) -> Days:
        """The days that any benefit covers, the last day of all gaps or today included."""
        paid = {day for one in self.all() for day in days_of(one, today)}
        for one in self.no_need:
            paid |= {*days(one.since, min(one.until - DAY, today + 730 * DAY))}
        return frozenset(paid)

    def needed(self, today: date) -> Days:
        """The days since AsylbLG benefits ended on which somebody must pay, or say why not."""
        if self.end_on is None:
            return frozenset()
        first = max(self.end_on + DAY, self.admitted_on or date.min)
        return frozenset(day for day in days(first, today) if not self.is_over(day))

    @property
    def is_gone(self) -> bool:
        """Whether the district closed the case because nobody anywhere has to do anything."""
        gone = (CloseReason.LEFT, CloseReason.DIED, CloseReason.ENTERED_IN_ERROR)
        return self.closed is not None and self.closed.reason_code in gone

    @property
    def is_elsewhere(self) -> bool:
        """Whether a district that is responsible closed the case because the person moved away."""
        moved = self.closed is not None and self.closed.reason_code is CloseReason.MOVED_AWAY
        return moved and self.responsible.startswith("district-")

    def is_over(self, day: date) -> bool:
        """Whether the person needs nothing here on a day, because the case is closed by then."""
        closed_on = self.closed.closed_on if self.closed else date.max
        return day >= closed_on and (self.is_gone or self.is_elsewhere)


def _granted_to(fact: bridge.BenefitDecided) -> date | None:
    """A jobcenter's grant that names no last day runs for a year, a provisional one for half."""
    if fact.to_on or fact.from_on is None or not fact.agency.startswith("jobcenter-"):
        return fact.to_on
    months = 6 if fact.outcome is BenefitOutcome.PROVISIONAL else 12
    return last_day_of_months(fact.from_on, months)


class Gap(NamedTuple):
    """Days without cover; ``None``: it runs on."""

    from_on: date
    to_on: date | None


def gaps(said: list[Fact]) -> list[Gap]:
    """The gaps as they were said last, by their first day."""
    found: dict[date, Gap] = {}
    for fact in said:
        if isinstance(fact, bridge.CoverageGapDetected):
            found[fact.from_on] = Gap(fact.from_on, None)
        elif isinstance(fact, bridge.CoverageGapClosed):
            assert fact.days == (fact.to_on - fact.from_on).days + 1
            found[fact.from_on] = Gap(fact.from_on, fact.to_on)
    return list(found.values())


def gap_days(said: list[Fact], today: date) -> list[date]:
    """Every day of every gap, as often as it was said."""
    return [day for gap in gaps(said) for day in days(gap.from_on, gap.to_on or today)]


def days_of(one: Benefit, today: date) -> list[date]:
    """The days of a benefit; where no end is known, as far as two years from today."""
    return days(one.from_on, one.to_on or today + 730 * DAY)


def days(first: date, last: date) -> list[date]:
    """The days from a first to a last one, both included."""
    return [first + number * DAY for number in range((last - first).days + 1)]


def today_of(given: Any) -> date:
    """The legal date on which a service decides."""
    return legal_date(given.now)
