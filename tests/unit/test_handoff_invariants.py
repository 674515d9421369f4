"""Whatever is heard late, asked by anyone or left undone: the promises about a handoff hold."""

from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from staffel_contracts.codes import (
    AgencyKind,
    AnnulReason,
    BenefitOutcome,
    BenefitReason,
    BridgingInstrument,
    CloseReason,
    DeliveryFault,
    ForwardReason,
    HandBackCause,
    HandoffStatus,
    RejectReason,
    SheetField,
    WithdrawReason,
)
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.facts.jobcenter_bridge import (
    BridgingRequested,
    HandoffForwarded,
    HandoffSubmission,
)
from tests.support.course import AGENCIES, OTHER_DISTRICT, Course
from tests.support.cover import DAY
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted, supplied
from tests.support.given import CASE
from tests.support.handoff_invariants import EVERY

ROLES = st.sampled_from(["caseworker", "caseworker", "lead"])
ANYONE = st.sampled_from(AGENCIES)
WAITS = st.sampled_from([1, 1, 2, 3, 7, 15, 31])
SOON = st.integers(-40, 70)
SHORT = st.sampled_from([0, 10, 30])
TAKEN = frozenset({HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT})
FORWARDED_TO = st.sampled_from([STRANGER, STRANGER, OTHER_DISTRICT, RECEIVER, SENDER])
NEXT: dict[HandoffStatus, type[commands.HandoffCommand]] = {
    HandoffStatus.SUBMITTED: commands.ConfirmDelivery,
    HandoffStatus.DELIVERY_FAILED: commands.ConfirmDelivery,
    HandoffStatus.DELIVERED: commands.AcknowledgeHandoff,
    HandoffStatus.ACKNOWLEDGED: commands.AcceptHandoff,
    HandoffStatus.INFORMATION_REQUESTED: commands.AcceptHandoff,
    HandoffStatus.SECOND_LOOK: commands.AcceptHandoff,
    HandoffStatus.IN_EFFECT: commands.NotifyBenefitStart,
}
"""What takes a handoff to its end."""
ANSWERS = (
    commands.ConfirmDelivery,
    commands.ReportDeliveryFailure,
    commands.AcknowledgeHandoff,
    commands.RequestHandoffInformation,
    commands.AcceptHandoff,
    commands.RejectHandoff,
    commands.ForwardHandoff,
    commands.NotifyBenefitStart,
    commands.WithdrawHandoff,
    commands.AnnulHandoff,
)
OF_THE_SENDER = (commands.WithdrawHandoff, commands.AnnulHandoff)


class AnyHistory(RuleBasedStateMachine):
    """A person in the bridge, among five agencies, through months."""

    def __init__(self) -> None:
        """Begin with nobody."""
        super().__init__()
        self.course = Course()

    # -- what the others say -------------------------------------------------------------------

    @rule(earlier=st.sampled_from([215, 215, 215, 3, 0]))
    def admit(self, earlier: int) -> None:
        """The admission is heard, first or last, or once more with another day."""
        self.course.hears(admitted((self.course.today - earlier * DAY).isoformat()))

    @rule(months=st.integers(-2, 3))
    def end(self, months: int) -> None:
        """The end of benefits becomes known, or was wrong."""
        self.course.hears(self.course.end(months))

    @rule(to_agency=st.sampled_from([RECEIVER, STRANGER]))
    def draft(self, to_agency: str) -> None:
        """A handoff is being prepared."""
        self.course.hears(self.course.draft(to_agency))

    @rule(
        to=st.sampled_from([RECEIVER, RECEIVER, STRANGER]),
        later=st.sampled_from([0, 0, 0, 20]),
        data=st.data(),
    )
    def hand_over(self, to: str, later: int, data: st.DataObject) -> None:
        """Whoever is responsible hands over, in place of the handoff before."""
        usual = self.course.sheet()
        current = self.course.state.handoff_id if self.course.state else None
        more = {
            "from_agency": self.course.responsible or SENDER,
            "to_agency": self._forwarded_to() or to,
            "replaces_handoff": self.course.state.handoff_id if self.course.state else None,
            "effective_on": usual.effective_on + later * DAY,
            "handoff_id": data.draw(st.sampled_from([self.course.draft_id, None, current])),
        }
        self.course.hears(usual.model_copy(update=more))

    @precondition(lambda self: not self.course.all(HandoffSubmission))
    @rule(months=st.integers(0, 3))
    def hand_over_in_time(self, months: int) -> None:
        """As it usually begins."""
        self.admit(215)
        self.end(months)
        self.course.hears(self.course.sheet())

    @rule(from_agency=ANYONE, replaces=st.sampled_from([None, "handoff-0", "sheet-1"]))
    def hand_over_what_contradicts(self, from_agency: str, replaces: str | None) -> None:
        """A sheet of anyone, for a handoff that may be another."""
        more = {"from_agency": from_agency, "replaces_handoff": replaces}
        self.course.hears(self.course.sheet(**more))

    @rule()
    def hand_over_to_another_district(self) -> None:
        """Another district takes the person in."""
        to = {"to_agency": OTHER_DISTRICT, "to_kind": AgencyKind.DISTRICT}
        before = self.course.state.handoff_id if self.course.state else None
        sender = self.course.responsible or SENDER
        self.course.hears(self.course.sheet(**to, replaces_handoff=before, from_agency=sender))

    @rule(round_=st.integers(1, 3))
    def supply(self, round_: int) -> None:
        """The sender answers, maybe a question that nobody asked yet."""
        self.course.hears(supplied(self.course.current(), round_))

    @rule(later=st.sampled_from([0, 0, -20]), reason=st.sampled_from(CloseReason))
    def close(self, later: int, reason: CloseReason) -> None:
        """The district has nothing more to do."""
        self.course.hears(self.course.closed(later, reason))

    @rule()
    def reopen(self) -> None:
        """The district takes the case up again."""
        self.course.hears(self.course.reopened())

    # -- what agencies ask ---------------------------------------------------------------------

    @precondition(lambda self: self.course.state and self.course.state.stage in NEXT)
    @rule(times=st.integers(1, 4))
    def receive(self, times: int) -> None:
        """The receiver does what is next."""
        self.go_on(times)

    def go_on(self, times: int) -> None:
        """Each step that takes a handoff to its end, as often as there is one."""
        for _ in range(times):
            state = self.course.state
            if state.stage in NEXT:
                self._answer(NEXT[state.stage], state.to_agency, "caseworker", {})

    @precondition(lambda self: self.course.state and self.course.state.stage in NEXT)
    @rule(days=st.integers(0, 80))
    def take_over(self, days: int) -> None:
        """The receiver does all that is left to do, and its day comes."""
        self.go_on(4)
        state = self.course.state
        if state.stage is HandoffStatus.ACCEPTED:
            self.course.waits(min(days, (state.effective_on - self.course.today).days + 1))

    @rule(kind=st.sampled_from(ANSWERS), agency=ANYONE, role=ROLES, later=SOON)
    def answer(self, kind: Any, agency: str, role: str, later: int) -> None:
        """Anyone says anything."""
        day = self.course.today + later * DAY
        self._answer(kind, agency, role, {"effective_on": day, "starts_on": day, "due_on": day})

    @rule(kind=st.sampled_from(ANSWERS), role=ROLES, data=st.data())
    def answer_rightly(self, kind: Any, role: str, data: st.DataObject) -> None:
        """Whose turn it is says anything, for reasons of its own."""
        state = self.course.state
        more = {
            "forwarded_to": data.draw(FORWARDED_TO) if kind is commands.ForwardHandoff else None,
            "reason": data.draw(st.integers(0, 20)),
        }
        if state:
            side = state.from_agency if kind in OF_THE_SENDER else state.to_agency
            self._answer(kind, side or SENDER, role, more)

    @rule(agency=ANYONE, earlier=st.integers(-1, 30))
    def request(self, agency: str, earlier: int) -> None:
        """An agency has the application already, and asks for the handoff."""
        day = self.course.today - earlier * DAY
        self._ask(commands.RequestHandoff, agency, application_received_on=day)

    @rule(agency=st.sampled_from([None, None, None, *AGENCIES]), later=SOON, data=st.data())
    def hand_back(self, agency: str | None, later: int, data: st.DataObject) -> None:
        """The person goes back to a district."""
        values = {
            "effective_on": self.course.today + later * DAY,
            "cause": data.draw(st.sampled_from(HandBackCause)),
            "to_agency": data.draw(st.sampled_from([None, None, OTHER_DISTRICT, STRANGER])),
        }
        self._ask(commands.HandBackToDistrict, agency or self._responsible(), **values)

    @precondition(lambda self: self.course.state and self.course.state.from_agency)
    @rule(later=st.sampled_from([0, 0, 0, 30]), times=st.integers(0, 3), days=st.integers(0, 40))
    def take_back(self, later: int, times: int, days: int) -> None:
        """The receiver accepts and hands back before its day; the sender answers, or time does."""
        self.go_on(3)
        state = self.course.state
        if state.takeover_on:
            cause: dict[str, Any] = {"cause": HandBackCause.TITLE_LOST}
            day = state.takeover_on + later * DAY
            self._ask(commands.HandBackToDistrict, state.taker, effective_on=day, **cause)
            self.go_on(times)
            self.course.waits(days)

    # -- what agencies report ------------------------------------------------------------------

    @rule(agency=ANYONE, earlier=st.integers(-1, 40))
    def apply(self, agency: str, earlier: int) -> None:
        """The person applied."""
        values = {"application_ref": self.course.fresh("application"), "received_by_agency": agency}
        day = self.course.today - earlier * DAY
        self._ask(commands.RecordJobcenterApplication, agency, filed_on=day, **values)

    @rule(
        who=st.sampled_from(["responsible", "receiver", "anyone"]),
        outcome=st.sampled_from(BenefitOutcome),
        later=SOON,
        length=st.sampled_from([None, 0, 30, 90, 364]),
        data=st.data(),
    )
    def decide(
        self, who: Any, outcome: BenefitOutcome, later: int, length: int | None, data: st.DataObject
    ) -> None:
        """An agency decided about benefits, for the first time or anew."""
        first = self.course.today + later * DAY
        granted = outcome is not BenefitOutcome.REFUSED
        values = {
            "decision_ref": data.draw(st.sampled_from(["decision-1", "decision-2"])),
            "decided_on": self.course.today - data.draw(st.integers(0, 20)) * DAY,
            "outcome": outcome,
            "from_on": first if granted else None,
            "to_on": first + length * DAY if granted and length is not None else None,
            "reason_code": data.draw(st.sampled_from(BenefitReason)),
        }
        self._ask(commands.ReportBenefitDecision, self._payer(who), **values)

    @rule(
        who=st.sampled_from(["responsible", "receiver"]),
        days=st.sampled_from([0, 3, 31]),
        length=SHORT,
    )
    def need_nothing_for_a_while(self, who: str, days: int, length: int) -> None:
        """An agency decided that nothing is needed, and grants something later."""
        none = {"outcome": BenefitOutcome.REFUSED, "reason_code": BenefitReason.NO_NEED}
        self._decide(who, self.course.today, none)
        self.course.waits(days)
        self._decide(who, self.course.today, self._granted(self.course.today, length))

    @precondition(lambda self: self.course.state and self.course.state.stage in TAKEN)
    @rule(length=SHORT, then=st.sampled_from([0, 60]), decided_first=st.booleans())
    def begin_to_pay(self, length: int, then: int, *, decided_first: bool) -> None:
        """The receiver grants benefits and tells when they start, in either order; time passes."""
        kind, receiver = commands.NotifyBenefitStart, self.course.state.to_agency
        granted = self._granted(self._usual(kind, 0)["starts_on"], length)
        if decided_first:
            self._decide("receiver", self.course.today, granted)
        self._answer(kind, receiver, "caseworker", {})
        if not decided_first:
            self._decide("receiver", self.course.today, granted)
        self.course.waits(then)

    @rule(
        who=st.sampled_from(["responsible", "receiver", "anyone"]),
        instrument=st.sampled_from(BridgingInstrument),
        later=SOON,
        length=st.integers(-1, 40),
        asked_for=st.booleans(),
    )
    def bridge(
        self, who: str, instrument: Any, later: int, length: int, *, asked_for: bool
    ) -> None:
        """Days are bridged, on request or without one."""
        ref, agency, first = self.course.fresh("bridging"), self._payer(who), self.course.today
        named: dict[str, Any] = {"bridging_ref": ref, "instrument": instrument}
        wish = commands.RequestBridging(case=CASE, requested_on=first, **named)
        known = asked_for and self.course.asks(wish, agency)
        payer = self.course.all(BridgingRequested)[-1].agency if known else agency
        first += later * DAY
        values: dict[str, Any] = {
            "granted_on": self.course.today,
            "from_on": first,
            "to_on": first + length * DAY,
        }
        granted = self.course.asks(commands.GrantBridging(case=CASE, **values, **named), payer)
        assert granted or not known or length < 0, "who is asked to bridge may not"

    @rule(days=WAITS)
    def wait(self, days: int) -> None:
        """Time passes."""
        self.course.waits(days)

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def every_promise_holds(self) -> None:
        """After every step."""
        for promise in EVERY:
            promise(self.course)

    # -- how -----------------------------------------------------------------------------------

    def _answer(self, kind: Any, agency: str, role: str, more: dict[str, Any]) -> None:
        usual = {"handoff_id": self.course.current(), **self._usual(kind, more.pop("reason", 0))}
        given = {name: value for name, value in more.items() if value and name in usual}
        self.course.asks(kind(case=CASE, **usual | given), agency, role)

    def _ask(self, kind: Any, agency: str, **values: Any) -> None:
        self.course.asks(kind(case=CASE, **values), agency)

    def _decide(self, who: str, on: date, values: dict[str, Any]) -> None:
        usual = {"decision_ref": self.course.fresh("decision"), "decided_on": on}
        self._ask(commands.ReportBenefitDecision, self._payer(who), **usual | values)

    def _granted(self, first: date, length: int) -> dict[str, Any]:
        last = first + length * DAY
        return {"outcome": BenefitOutcome.GRANTED, "from_on": first, "to_on": last}

    def _usual(self, kind: Any, reason: int) -> dict[str, Any]:
        state, start = self.course.state, (self.course.reported.end_on or self.course.today) + DAY
        digest = (state and state.sheet_digest) or "0" * 64
        start = max(start, (state and state.effective_on) or start)
        usual: dict[Any, dict[str, Any]] = {
            commands.ConfirmDelivery: {"sheet_digest": digest, "receipt_ref": "receipt-1"},
            commands.ReportDeliveryFailure: {"fault_code": nth(DeliveryFault, reason)},
            commands.AcknowledgeHandoff: {"unit_ref": "team-7"},
            commands.RequestHandoffInformation: {
                "item_codes": (SheetField.HEALTH_FUND,),
                "due_on": self.course.today + 7 * DAY,
            },
            commands.AcceptHandoff: {"effective_on": start, "sheet_digest": digest},
            commands.RejectHandoff: {"reason_code": nth(RejectReason, reason)},
            commands.ForwardHandoff: {
                "forwarded_to": STRANGER,
                "reason_code": nth(ForwardReason, reason),
            },
            commands.NotifyBenefitStart: {"starts_on": start},
            commands.WithdrawHandoff: {"reason_code": nth(WithdrawReason, reason)},
            commands.AnnulHandoff: {"reason_code": nth(AnnulReason, reason)},
        }
        return usual[kind]

    def _forwarded_to(self) -> str | None:
        forwarded = self.course.all(HandoffForwarded)
        state = self.course.state
        last = forwarded[-1] if forwarded else None
        return last.forwarded_to if last and last.handoff_id == state.handoff_id else None

    def _responsible(self) -> str:
        return self.course.responsible or SENDER

    def _payer(self, who: Any) -> str:
        receiver = (self.course.state and self.course.state.to_agency) or RECEIVER
        return {"responsible": self._responsible(), "receiver": receiver}.get(who, STRANGER)


def nth(codes: Any, number: int) -> Any:
    """One of the codes."""
    every = list(codes)
    return every[number % len(every)]


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=150, stateful_step_count=40)
