"""Days that no benefit covers: detected in time, counted once the start of benefits is known."""

import pytest

from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import BridgingInstrument, GapCause, HandoffStatus
from staffel_contracts.commands.jobcenter_bridge import AcceptHandoff, NotifyBenefitStart
from staffel_contracts.facts.jobcenter_bridge import CoverageGapClosed, CoverageGapDetected
from tests.support.entries import admitted, ends, ends_after_all
from tests.support.given import day
from tests.support.handoffs import (
    REACHED,
    Handoffs,
    accepted,
    acknowledged,
    in_effect,
    rejected,
)


def _gaps(bridge: Handoffs) -> list[CoverageGapDetected | CoverageGapClosed]:
    return [f for f in bridge.said if isinstance(f, CoverageGapDetected | CoverageGapClosed)]


def test_there_is_no_gap_while_the_senders_benefits_run() -> None:
    bridge = acknowledged()

    bridge.on("2025-04-30")

    assert _gaps(bridge) == []
    assert bridge.pending()["gap"] == start_of_day(day("2025-05-01"))


@pytest.mark.parametrize(
    ("stage", "cause"),
    [
        (HandoffStatus.ACKNOWLEDGED, GapCause.NOT_ACCEPTED),
        (HandoffStatus.INFORMATION_REQUESTED, GapCause.NOT_ACCEPTED),
        (HandoffStatus.REJECTED, GapCause.NOT_ACCEPTED),
        (HandoffStatus.EXPIRED, GapCause.NOT_ACCEPTED),
        (HandoffStatus.ACCEPTED, GapCause.NO_BENEFIT_DECISION),
    ],
)
def test_a_gap_opens_with_the_first_day_that_nothing_covers(
    stage: HandoffStatus, cause: GapCause
) -> None:
    bridge = REACHED[stage]()

    first = day("2025-05-01")
    bridge.at(start_of_day(first))

    (gap,) = _gaps(bridge)
    assert isinstance(gap, CoverageGapDetected)
    assert (gap.from_on, gap.detected_on, gap.to_on) == (first, first, None)
    assert gap.cause_code is cause
    assert BridgingInstrument.ADVANCE_S42 in gap.proposed
    assert "gap" not in bridge.pending()


def test_benefits_notified_in_time_leave_no_gap() -> None:
    bridge = accepted()
    bridge.answers(NotifyBenefitStart, starts_on=day("2025-05-01"))

    bridge.on("2025-12-31")

    assert _gaps(bridge) == []


def test_benefits_notified_late_but_from_the_first_day_close_the_gap_without_days() -> None:
    bridge = in_effect()
    bridge.on("2025-05-15")

    bridge.answers(NotifyBenefitStart, starts_on=day("2025-05-01"))

    closed = bridge.last(CoverageGapClosed)
    assert (closed.from_on, closed.to_on, closed.days) == (day("2025-05-01"), day("2025-04-30"), 0)
    assert closed.cause_code is GapCause.NO_BENEFIT_DECISION


def test_the_days_between_the_end_and_the_start_are_counted() -> None:
    bridge = acknowledged()
    bridge.on("2025-05-20")
    bridge.answers(AcceptHandoff, effective_on=day("2025-05-20"))

    bridge.answers(NotifyBenefitStart, starts_on=day("2025-05-20"))

    closed = bridge.last(CoverageGapClosed)
    assert (closed.from_on, closed.to_on, closed.days) == (day("2025-05-01"), day("2025-05-19"), 19)
    assert closed.cause_code is GapCause.NOT_ACCEPTED


def test_a_start_that_is_too_late_is_known_as_a_gap_at_once() -> None:
    bridge = accepted()

    bridge.answers(NotifyBenefitStart, starts_on=day("2025-06-01"))

    detected, closed = _gaps(bridge)
    assert isinstance(detected, CoverageGapDetected)
    assert (detected.from_on, detected.detected_on) == (day("2025-05-01"), day("2025-04-04"))
    assert isinstance(closed, CoverageGapClosed)
    assert (closed.to_on, closed.days) == (day("2025-05-31"), 31)
    assert closed.cause_code is GapCause.LATE_APPLICATION
    bridge.on("2025-12-31")
    assert len(_gaps(bridge)) == 2


def test_an_end_that_becomes_known_late_opens_the_gap_at_once() -> None:
    bridge = Handoffs("2025-06-10")

    bridge.hears(ends("2025-04-30", "2025-05-01", "2025-05-31"))

    (gap,) = _gaps(bridge)
    assert isinstance(gap, CoverageGapDetected)
    assert (gap.from_on, gap.detected_on) == (day("2025-05-01"), day("2025-06-10"))


def test_a_later_end_closes_the_gap_without_days_and_opens_another_in_its_time() -> None:
    bridge = rejected()
    bridge.on("2025-05-10")

    bridge.hears(ends_after_all("2025-09-30", "2025-10-01", "2025-10-31", "2025-04-30"))

    assert bridge.last(CoverageGapClosed).days == 0
    assert bridge.pending() == {"gap": start_of_day(day("2025-10-01"))}
    bridge.on("2025-10-01")
    assert bridge.last(CoverageGapDetected).from_on == day("2025-10-01")


def test_an_earlier_end_puts_the_gap_where_it_really_begins() -> None:
    bridge = rejected()
    bridge.on("2025-05-10")

    bridge.hears(ends_after_all("2025-03-31", "2025-04-01", "2025-04-30", "2025-04-30"))

    assert [gap.from_on for gap in _gaps(bridge)] == [
        day("2025-05-01"),
        day("2025-05-01"),
        day("2025-04-01"),
    ]
    assert [first for first, gap in bridge.state().gaps.items() if gap["open"]] == ["2025-04-01"]


def test_an_earlier_end_after_the_start_was_notified_shows_the_days_in_between() -> None:
    bridge = accepted()
    bridge.answers(NotifyBenefitStart, starts_on=day("2025-05-01"))

    bridge.hears(ends_after_all("2025-03-31", "2025-04-01", "2025-04-30", "2025-04-30"))

    assert bridge.last(CoverageGapClosed).days == 30


def test_a_gap_is_the_same_after_folding_the_own_log() -> None:
    bridge = in_effect()
    bridge.answers(NotifyBenefitStart, starts_on=day("2025-05-10"))

    assert bridge.folded() == bridge.own()
    (row,) = bridge.rows["coverage_gap"].values()
    assert (row["days"], row["to_on"]) == (9, day("2025-05-09"))


def test_an_admission_heard_late_leaves_no_gap_before_it() -> None:
    bridge = in_effect()
    bridge.on("2025-05-10")

    bridge.hears(admitted("2025-05-08"))

    *_, closed, gap = _gaps(bridge)
    assert isinstance(closed, CoverageGapClosed)
    assert (closed.from_on, closed.days) == (day("2025-05-01"), 0)
    assert isinstance(gap, CoverageGapDetected)
    assert (gap.from_on, gap.to_on) == (day("2025-05-08"), None)
