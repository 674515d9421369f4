"""Whatever is asked, heard and left undone: one agency is responsible for each day."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.chassis.decider import Refused
from services.chassis.legal_calendar import first_of_next_month, last_of_month, legal_date
from services.jobcenter_bridge.state import OVER
from services.jobcenter_bridge.state import UNDECIDED as OPEN
from staffel_contracts.codes import HandoffStatus, RejectReason
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffAccepted,
    HandoffAnnulled,
    HandoffDelivered,
    HandoffExpired,
    HandoffForwarded,
    HandoffRejected,
    HandoffWithdrawn,
    ResponsibilityChanged,
)
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    ends,
    ends_after_all,
    sheet,
    supplied,
)
from tests.support.handoffs import COMMANDS, Handoffs, side_of

ADMITTED_ON = date(2024, 9, 2)
DAY = timedelta(days=1)
OTHER_DIGEST = "0" * 64
NEXT: dict[HandoffStatus, type[HandoffCommand]] = {
    HandoffStatus.SUBMITTED: ConfirmDelivery,
    HandoffStatus.DELIVERED: AcknowledgeHandoff,
    HandoffStatus.ACKNOWLEDGED: AcceptHandoff,
    HandoffStatus.INFORMATION_REQUESTED: AcceptHandoff,
    HandoffStatus.IN_EFFECT: NotifyBenefitStart,
}
"""What takes a handoff to its end."""
UNDECIDED = frozenset({HandoffStatus.ACKNOWLEDGED, HandoffStatus.INFORMATION_REQUESTED})
ENDED = (HandoffRejected, HandoffExpired, HandoffForwarded, HandoffWithdrawn, HandoffAnnulled)
"""What ends a handoff without an acceptance."""
TAKEN = frozenset({HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT})


class AnyCourse(RuleBasedStateMachine):
    """A person's handoffs, driven at random through months."""

    bridge: Handoffs

    @initialize(order=st.permutations([0, 1, 2]))
    def begin(self, order: list[int]) -> None:
        """The admission, the end of benefits and the first sheet are heard in any order."""
        self.bridge = Handoffs()
        self.sheets = 1
        self.end_on = date(2025, 4, 30)
        self.past: dict[date, str | None] = {}
        news = [admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), sheet()]
        for place in order:
            self.bridge.hears(news[place])

    @precondition(lambda self: self.bridge.stage in NEXT)
    @rule()
    def go_on(self) -> None:
        """The receiver does what is next."""
        self._ask(NEXT[self.bridge.stage], RECEIVER, **self._usual(NEXT[self.bridge.stage]))

    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 20, 45]))
    def wait(self, days: int) -> None:
        """Time passes."""
        before = self._today()
        self.bridge.on((before + days * DAY).isoformat())
        for number in range(days):
            self.past[before + number * DAY] = self._owner(before + number * DAY)

    @rule(
        kind=st.sampled_from(COMMANDS),
        agency=st.sampled_from([RECEIVER, RECEIVER, RECEIVER, SENDER, STRANGER]),
        which=st.sampled_from([None, None, None, "handoff-7"]),
    )
    def answer(self, kind: type[HandoffCommand], agency: str, which: str | None) -> None:
        """Any agency sends any command about any handoff."""
        self._ask(kind, agency, **({"handoff_id": which} if which else {}))

    @precondition(lambda self: self.bridge.stage in UNDECIDED)
    @rule(later=st.integers(-40, 90))
    def accept(self, later: int) -> None:
        """The receiver accepts, for a day it chooses."""
        self._ask(AcceptHandoff, RECEIVER, effective_on=self.end_on + later * DAY)

    @precondition(lambda self: self.bridge.stage in UNDECIDED)
    @rule()
    def accept_another_sheet(self) -> None:
        """The receiver accepts what was not sent."""
        day = self.end_on + DAY
        self._ask(AcceptHandoff, RECEIVER, effective_on=day, sheet_digest=OTHER_DIGEST)

    @precondition(lambda self: self.bridge.stage is HandoffStatus.SUBMITTED)
    @rule()
    def confirm_another_sheet(self) -> None:
        """The receiver confirms the delivery of a sheet that was not sent."""
        self._ask(ConfirmDelivery, RECEIVER, sheet_digest=OTHER_DIGEST)

    @precondition(lambda self: self.bridge.stage in UNDECIDED)
    @rule(reason=st.sampled_from(RejectReason))
    def reject(self, reason: RejectReason) -> None:
        """The receiver rejects."""
        self._ask(RejectHandoff, RECEIVER, reason_code=reason)

    @precondition(lambda self: self.bridge.stage in TAKEN)
    @rule(later=st.integers(-5, 90))
    def notify(self, later: int) -> None:
        """The receiver pays from a day on."""
        self._ask(NotifyBenefitStart, RECEIVER, starts_on=self.end_on + later * DAY)

    @precondition(lambda self: self.bridge.stage is HandoffStatus.ACKNOWLEDGED)
    @rule()
    def ask_back(self) -> None:
        """The receiver asks, twice at most."""
        before = self.bridge.state().round
        self._ask(RequestHandoffInformation, RECEIVER)
        assert self.bridge.state().round <= 2
        asked = self.bridge.state().round > before
        assert (self.bridge.stage is HandoffStatus.INFORMATION_REQUESTED) == asked

    @precondition(lambda self: self.bridge.stage is HandoffStatus.INFORMATION_REQUESTED)
    @rule()
    def supply(self) -> None:
        """The sender answers."""
        state = self.bridge.state()
        self.bridge.hears(supplied(state.handoff_id, state.round))
        assert self.bridge.stage is HandoffStatus.ACKNOWLEDGED

    @rule()
    def hand_over_again(self) -> None:
        """A new sheet comes: in its time, or while the last handoff is not over."""
        state = self.bridge.state()
        again = sheet(f"sheet-{self.sheets + 1}", replaces_handoff=state.handoff_id)
        if state.status in OVER | OPEN:
            self.bridge.hears(again)
            self.sheets += 1
        else:
            self._refused(lambda: self.bridge.hears(again))

    @precondition(lambda self: self.bridge.state().benefit_start_on is None)
    @rule(months=st.integers(-2, 3))
    def revise(self, months: int) -> None:
        """The end of benefits was wrong."""
        end_on = last_of_month(self.end_on.replace(day=15) + months * 30 * DAY)
        start = first_of_next_month(end_on)
        texts = [day.isoformat() for day in (end_on, start, last_of_month(start), self.end_on)]
        self.bridge.hears(ends_after_all(*texts))
        self.end_on = end_on

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def one_agency_answers_for_each_day(self) -> None:
        """Responsibility begins with the admission and passes on without hole or overlap."""
        changes = self._all(ResponsibilityChanged)
        assert changes[0].valid_from == ADMITTED_ON
        assert changes[0].from_agency is None
        for before, after in pairwise(changes):
            assert after.from_agency == before.to_agency
            assert before.valid_from < after.valid_from <= self._today()

    @invariant()
    def only_an_acceptance_moves_responsibility(self) -> None:
        """Every change but the first follows from an accepted handoff, to its receiver."""
        taken = {fact.handoff_id: fact for fact in self._all(HandoffAccepted)}
        for change in self._all(ResponsibilityChanged)[1:]:
            accepted = taken[change.handoff_id]
            assert change.to_agency == accepted.to_agency
            assert change.valid_from >= max(accepted.effective_on, accepted.accepted_on)

    @invariant()
    def nobody_changes_who_was_responsible_in_the_past(self) -> None:
        """A day that is over keeps its agency."""
        assert all(self._owner(day) == owner for day, owner in self.past.items())

    @invariant()
    def one_handoff_is_open(self) -> None:
        """Every handoff but the last was rejected or has expired."""
        handed = [fact.handoff_id for fact in self._all(HandedToJobcenter)]
        over = {fact.handoff_id for fact in self._all(*ENDED)}
        assert set(handed[:-1]) <= over

    @invariant()
    def an_acceptance_and_an_end_exclude_each_other(self) -> None:
        """No handoff is both accepted and rejected or expired, and none is accepted twice."""
        accepted = [fact.handoff_id for fact in self._all(HandoffAccepted)]
        over = [fact.handoff_id for fact in self._all(*ENDED)]
        assert len({*accepted, *over}) == len(accepted) + len(over)

    @invariant()
    def what_is_accepted_is_what_was_submitted(self) -> None:
        """The digest delivered and accepted is the digest of the sheet."""
        digests = {fact.handoff_id: fact.sheet_digest for fact in self._all(HandedToJobcenter)}
        for fact in self._all(HandoffAccepted):
            assert fact.accepted_digest == digests[fact.handoff_id]
            delivered = [f.handoff_id for f in self._all(HandoffDelivered)]
            assert fact.handoff_id in delivered

    @invariant()
    def a_day_without_cover_is_an_open_gap(self) -> None:
        """After the end and the admission a gap is open, unless a start was notified."""
        state = self.bridge.state()
        open_gaps = [first for first, gap in state.gaps.items() if gap["open"]]
        if state.benefit_start_on is None and self._today() > self.end_on:
            assert open_gaps == [max(self.end_on + DAY, ADMITTED_ON).isoformat()]
        else:
            assert open_gaps == []

    @invariant()
    def no_deadline_is_left_behind(self) -> None:
        """Whatever is due lies in the future."""
        assert all(moment > self.bridge.now for moment in self.bridge.pending().values())

    @invariant()
    def the_own_log_gives_the_state(self) -> None:
        """The state is a fold of what the bridge said."""
        assert self.bridge.folded() == self.bridge.own()
        status = self.bridge.rows["handoff_record"][self.bridge.state().handoff_id]["status"]
        assert status == self.bridge.state().status

    # -- how ------------------------------------------------------------------------------------

    def _ask(self, kind: type[HandoffCommand], agency: str, **more: Any) -> None:
        if agency == side_of(kind):
            self._refused(lambda: self.bridge.answers(kind, agency, **more))
            return
        before = len(self.bridge.said)
        self._refused(lambda: self.bridge.answers(kind, agency, **more))
        assert len(self.bridge.said) == before

    def _usual(self, kind: type[HandoffCommand]) -> dict[str, Any]:
        name = {AcceptHandoff: "effective_on", NotifyBenefitStart: "starts_on"}.get(kind)
        return {name: self.end_on + DAY} if name else {}

    def _refused(self, act: Any) -> None:
        """Let it happen or be refused; what is refused changes nothing."""
        before = self.bridge.state()
        try:
            act()
        except Refused:
            assert self.bridge.state() == before

    def _all(self, *kinds: type[Any]) -> list[Any]:
        return [fact for fact in self.bridge.said if isinstance(fact, kinds)]

    def _owner(self, day: date) -> str | None:
        return self.bridge.owner_on(day.isoformat())

    def _today(self) -> date:
        return legal_date(self.bridge.now)


TestAnyCourse = AnyCourse.TestCase
TestAnyCourse.settings = settings(max_examples=200, stateful_step_count=40)


def test_each_stage_can_be_told_from_its_code() -> None:
    assert {status.value for status in OVER} < {status.value for status in HandoffStatus}
