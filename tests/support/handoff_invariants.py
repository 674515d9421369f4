"""What holds of a person after everything that is heard, asked and left undone."""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

from services.jobcenter_bridge.app import HANDOFF
from services.jobcenter_bridge.queue import work_item
from services.jobcenter_bridge.state import MOVED, OVER, UNDECIDED
from staffel_contracts.codes import HandoffStatus, NextStep, RefusalCode
from staffel_contracts.facts import jobcenter_bridge as bridge
from tests.support.course import Course
from tests.support.cover import DAY, days, gap_days, gaps
from tests.support.given import Given
from tests.support.receipts import Receipts

BEGUN = (bridge.HandoffSubmission, bridge.HandedBackToDistrict)
DECIDED = (
    bridge.HandoffAccepted,
    bridge.HandoffRejected,
    bridge.HandoffForwarded,
    bridge.HandoffExpired,
    bridge.HandoffWithdrawn,
    bridge.HandoffAnnulled,
)
"""What ends the waiting for an answer; each handoff meets one of them, once."""
CODES = frozenset(RefusalCode)


def one_agency_answers_for_each_day(course: Course) -> None:
    """I1: from the admission on, without hole or overlap, and never for a day to come."""
    changes = course.all(bridge.ResponsibilityChanged)
    for before, after in pairwise(changes):
        assert after.from_agency == before.to_agency != after.to_agency
        assert before.valid_from < after.valid_from <= course.today
    for change in changes[:1]:
        assert (change.from_agency, change.handoff_id) == (None, None)


def the_past_never_changes(course: Course) -> None:
    """I1: a day that is over keeps its agency, once there was one."""
    for day, owner in course.owners.items():
        assert owner in (None, course.bridge.owner_on(day.isoformat()))


def only_an_acceptance_moves_responsibility(course: Course) -> None:
    """I2: each change but the first goes to the receiver of a handoff accepted before."""
    accepted: dict[str, Any] = {}
    moved: list[str] = []
    for fact in course.bridge.said:
        if isinstance(fact, bridge.HandoffAccepted):
            accepted[fact.handoff_id] = fact
        elif isinstance(fact, bridge.ResponsibilityChanged) and fact.handoff_id:
            taken = accepted[fact.handoff_id]
            assert (fact.from_agency, fact.to_agency) == (taken.from_agency, taken.to_agency)
            assert fact.valid_from >= max(taken.effective_on, taken.accepted_on)
            moved.append(fact.handoff_id)
    assert len({*moved}) == len(moved)


def days_without_benefits_are_in_a_gap(course: Course) -> None:
    """I3: each such day is counted or in an open gap, and no covered day is in any."""
    today, said = course.today, course.bridge.said
    covered, lost = course.reported.covered(today), gap_days(said, today)
    missing = course.reported.needed(today) - covered - {*lost}
    assert not missing, f"nothing covers {min(missing)}, and nobody says so"
    wrong = covered & {*lost}
    assert not wrong, f"{min(wrong)} is covered, and a gap is said"
    assert len({*lost}) == len(lost), "a day is counted in two gaps"
    assert sum(gap.to_on is None for gap in gaps(said)) <= 1


def days_paid_twice_are_known(course: Course) -> None:
    """I4: such a day lies in an overlap that was detected, or follows one that still runs."""
    told, running = _overlaps(course)
    paid: dict[Any, set[str]] = {}
    for one in course.reported.all():
        for day in days(one.from_on, min(one.to_on or course.today, course.today)):
            paid.setdefault(day, set()).add(one.agency)
    for day in sorted(day for day, agencies in paid.items() if len(agencies) > 1):
        assert day in told or (day - DAY) in running, f"{day} is paid twice, and nobody says so"
        if day not in told:
            running.add(day)


def _overlaps(course: Course) -> tuple[set[Any], set[Any]]:
    told, running = set(), set()
    for fact in course.all(bridge.CoverageOverlapDetected):
        told |= {*days(fact.from_on, fact.to_on)}
        if fact.to_on >= fact.detected_on:
            running.add(fact.to_on)
    return told, running


def nobody_takes_over_before_benefits_end(course: Course) -> None:
    """I5: the day agreed is the day after the end as it was known, or a later one."""
    back = {fact.handoff_id for fact in course.all(bridge.HandedBackToDistrict)}
    back |= {fact.handoff_id for fact in course.all(bridge.HandoffSubmitted)}
    for fact, end_on in zip(course.bridge.said, course.ends, strict=True):
        if isinstance(fact, bridge.HandoffAccepted) and fact.handoff_id not in back and end_on:
            assert fact.effective_on > end_on


def the_first_receipt_never_gets_later(course: Course) -> None:
    """I6: along a chain each handoff has the day of the one that it replaces, or an earlier one.

    What takes effect is the end of its chain.
    """
    received: dict[str, Any] = {}
    for fact in course.bridge.said:
        if isinstance(fact, bridge.ResponsibilityChanged):
            received.pop(fact.handoff_id or "", None)
        elif isinstance(fact, bridge.HandoffSubmission):
            before = received.get(fact.replaces_handoff or "")
            received[fact.handoff_id] = fact.first_received_on
            assert before is None or (fact.first_received_on or course.today + DAY) <= before
        elif isinstance(fact, bridge.HandoffReversed):
            both = (received.get(fact.handoff_id), received.get(fact.reverses_handoff))
            received[fact.handoff_id] = min(day for day in both if day)
        elif isinstance(fact, bridge.HandoffDelivered):
            known = received.get(fact.handoff_id) or fact.delivered_on
            received[fact.handoff_id] = min(known, fact.delivered_on)
        elif isinstance(fact, bridge.HandoffForwarded):
            assert fact.first_received_on == received[fact.handoff_id]


def the_first_receipt_is_that_of_what_is_handed_over(course: Course) -> None:
    """I6: no day of a receipt is lost on the way, and none goes on that was answered.

    Who asks tells one until the next handoff begins, a chain until it takes effect, an application
    until the receiver has granted or pays.
    """
    receipts = Receipts()
    for fact in course.bridge.said:
        if isinstance(fact, bridge.HandoffSubmission):
            first, known = fact.first_received_on, receipts.of_chain(fact.replaces_handoff)
            certain = [day for day in (*known, *receipts.asked, *receipts.sure()) if day]
            assert first in {None, *certain, *receipts.filed}, "it was received on another day"
            assert not certain or (first and first <= min(certain)), "it was received before"
            assert first is None or first in certain or receipts.waits(first)
        receipts.take(fact)


def one_handoff_waits_for_an_answer(course: Course) -> None:
    """I7: none begins while another is undecided, or accepted and not yet in effect.

    But the one that reverses it, which waits for an answer beside it until its day.
    """
    waiting = standing = accepted = None
    for fact in course.bridge.said:
        if isinstance(fact, BEGUN):
            back = getattr(fact, "reverses_handoff", None)
            if back and back == waiting == accepted:
                waiting, standing = None, back
            assert waiting is None
            assert standing in (None, back)
            waiting = fact.handoff_id
        elif isinstance(fact, bridge.HandoffAccepted):
            accepted = fact.handoff_id
        elif isinstance(fact, bridge.HandoffReversed):
            assert (fact.handoff_id, fact.reverses_handoff) == (waiting, standing)
            waiting = standing = None
        elif isinstance(fact, bridge.ResponsibilityChanged) and fact.handoff_id == standing:
            standing = None
        elif isinstance(fact, (bridge.ResponsibilityChanged, DECIDED)):
            assert fact.handoff_id == waiting
            waiting = None


def what_was_reversed_moves_nothing(course: Course) -> None:
    """I2: it was accepted both ways before its day, and neither way moves responsibility."""
    moved = {fact.handoff_id for fact in course.all(bridge.ResponsibilityChanged)}
    accepted = {fact.handoff_id: fact for fact in course.all(bridge.HandoffAccepted)}
    for fact in course.all(bridge.HandoffReversed):
        both = {fact.handoff_id, fact.reverses_handoff}
        assert not both & moved
        first, back = accepted[fact.reverses_handoff], accepted[fact.handoff_id]
        assert (first.from_agency, first.to_agency) == (back.to_agency, back.from_agency)
        assert back.accepted_on == fact.reversed_on < fact.effective_on


def a_handoff_ends_once(course: Course) -> None:
    """Accepted, rejected, forwarded, expired, withdrawn and annulled exclude each other."""
    ended = [fact.handoff_id for fact in course.all(*DECIDED)]
    begun = [fact.handoff_id for fact in course.all(*BEGUN)]
    assert len({*ended}) == len(ended)
    assert len({*begun}) == len(begun)
    assert {*ended} <= {*begun}


def what_is_accepted_is_what_was_submitted(course: Course) -> None:
    """I8: the digests are equal, and what is accepted was delivered and taken up."""
    digests = {fact.handoff_id: fact.sheet_digest for fact in course.all(*BEGUN)}
    delivered = {fact.handoff_id for fact in course.all(bridge.HandoffDelivered)}
    taken_up = {fact.handoff_id for fact in course.all(bridge.HandoffAcknowledged)}
    for fact in course.all(bridge.HandoffAccepted):
        assert fact.accepted_digest == digests[fact.handoff_id]
        assert fact.handoff_id in delivered & taken_up


def what_waits_is_somebodys_work(course: Course) -> None:
    """I9: it has one owner, one of the agencies involved, and a day."""
    state = course.state
    if state is None or state.responsible is None:
        return
    status = HandoffStatus(state.status)
    decided = {HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT}
    under_way = status in UNDECIDED | decided or state.is_standing
    waits = under_way or _is_left_open(course)
    assert state.stage is not HandoffStatus.DRAFTED or (course.draft_id and not under_way)
    item = work_item(state)
    assert item is not None or not waits, f"{state.stage.value} waits for nobody"
    if item:
        assert item.agency in course.involved()
        assert item.due_on.year < 2100, f"{item.task.value} is due on no day"
        waiting = {state.handoff_id if under_way else course.draft_id}
        waiting |= {state.standing["handoff_id"]} if state.is_standing else set()
        assert not waits or None in waiting or item.handoff_id in waiting


def _is_left_open(course: Course) -> bool:
    """Whether anything was prepared, asked for or ended without a successor, and still matters.

    To who is gone nothing matters but what was begun since; to who moved away from the responsible
    district, what has to reach the next agency.
    """
    last, asked = _last_word(course)
    drafted_on = course.drafted_on if course.draft_id else None
    begun = [day for day in (drafted_on, asked and asked.requested_on) if day]
    closed = course.reported.closed
    if closed and course.reported.is_gone:
        return any(day >= closed.closed_on for day in begun)
    lost = isinstance(last, bridge.HandoffExpired | bridge.HandoffForwarded) or (
        isinstance(last, bridge.HandoffRejected) and last.next_step is not NextStep.CLOSE
    )
    taken = (bridge.HandoffWithdrawn, bridge.HandoffAnnulled, bridge.HandoffReversed)
    taken_back = isinstance(last, taken)
    return bool(begun) or lost or (taken_back and not course.reported.is_elsewhere)


def _last_word(course: Course) -> tuple[Any, bridge.HandoffRequested | None]:
    """The last that was said of the last handoff, and who has asked for the person since."""
    last = asked = None
    for fact in course.bridge.said:
        if isinstance(fact, bridge.HandoffRequested):
            asked = fact
        elif isinstance(fact, bridge.ResponsibilityChanged):
            standing = not isinstance(last, (*BEGUN, bridge.HandoffForwarded))
            last = None if standing else last  # what was handed back in vain took effect
        elif isinstance(fact, (*BEGUN, *DECIDED, bridge.HandoffReversed)):
            last = fact
            asked = None if isinstance(fact, BEGUN) else asked
    return last, asked


def the_own_log_gives_state_and_rows(course: Course) -> None:
    """I12: folding the log anew gives the same state, and the same rows for readers."""
    assert course.bridge.folded() == course.bridge.own()
    anew = Given(course.bridge.service, course.bridge.today)
    for (_, key), log in course.bridge.logs.items():
        reduce(_show(anew), log, HANDOFF.state(key))
    assert anew.rows == course.bridge.rows


def _show(anew: Given) -> Callable[[Any, Any], Any]:
    def step(state: Any, fact: Any) -> Any:
        state = HANDOFF.evolve(state, fact)
        anew.show(HANDOFF, fact, state)
        return state

    return step


def a_gap_that_is_shown_was_said(course: Course) -> None:
    """I12: the rows of gaps are the gaps that were said last."""
    rows = course.bridge.rows.get("coverage_gap", {}).values()
    assert {(row["from_on"], row["to_on"]) for row in rows} == {*gaps(course.bridge.said)}


def an_auditor_finds_nothing(course: Course) -> None:
    """I1 to I9: what is reckoned from the log alone says the same; on the day itself already."""
    assert not [*course.replayed.overdue(course.today)]
    assert not [*course.cover.broken(course.today)]


def no_deadline_is_left_behind(course: Course) -> None:
    """Whatever is due lies in the future."""
    assert all(moment > course.bridge.now for moment in course.bridge.pending().values())


def refusals_have_a_stable_code(course: Course) -> None:
    """Whoever is refused is told why, in a code that programs can read."""
    for refusal in course.refused:
        assert refusal.code in CODES
        assert "Samira" not in str(refusal)


def the_receiver_of_what_took_effect_is_responsible(course: Course) -> None:
    """Both say the same: the current handoff in effect, and who is responsible."""
    state = course.state
    if state is not None and HandoffStatus(state.status) in MOVED:
        assert state.responsible == state.to_agency
    elif state is not None and state.is_standing:
        standing = state.standing
        assert (standing["from_agency"], standing["to_agency"]) == (state.responsible, state.taker)
        assert state.from_agency == state.taker
    elif state is not None and HandoffStatus(state.status) not in OVER:
        assert state.responsible == state.from_agency


EVERY: tuple[Callable[[Course], None], ...] = (
    one_agency_answers_for_each_day,
    the_past_never_changes,
    only_an_acceptance_moves_responsibility,
    days_without_benefits_are_in_a_gap,
    days_paid_twice_are_known,
    nobody_takes_over_before_benefits_end,
    the_first_receipt_never_gets_later,
    the_first_receipt_is_that_of_what_is_handed_over,
    one_handoff_waits_for_an_answer,
    what_was_reversed_moves_nothing,
    a_handoff_ends_once,
    what_is_accepted_is_what_was_submitted,
    what_waits_is_somebodys_work,
    the_own_log_gives_state_and_rows,
    a_gap_that_is_shown_was_said,
    an_auditor_finds_nothing,
    no_deadline_is_left_behind,
    refusals_have_a_stable_code,
    the_receiver_of_what_took_effect_is_responsible,
)
