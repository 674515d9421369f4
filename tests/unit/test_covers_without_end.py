"""A benefit that was only announced, or not needed, hides no day that nobody pays later."""

from dataclasses import replace
from typing import Any

import pytest

from services.chassis.decider import Refused
from services.jobcenter_bridge.coverage import awaited_gap, awaited_overlap, covers, uncovered
from services.jobcenter_bridge.folding import evolve
from staffel_contracts.codes import (
    BenefitOutcome,
    BenefitReason,
    BridgingInstrument,
    GapCause,
    RefusalCode,
    RejectReason,
)
from staffel_contracts.commands.jobcenter_bridge import (
    GrantBridging,
    NotifyBenefitStart,
    RejectHandoff,
    ReportBenefitDecision,
)
from staffel_contracts.facts.jobcenter_bridge import BenefitDecided, CoverageGapDetected
from tests.support.entries import RECEIVER
from tests.support.given import CASE, day
from tests.support.handoffs import Handoffs, acknowledged, in_effect


def decide(bridge: Handoffs, ref: str, **more: Any) -> None:
    usual: dict[str, Any] = {"decided_on": bridge.now.date(), "outcome": BenefitOutcome.GRANTED}
    wish = ReportBenefitDecision(case=CASE, decision_ref=ref, **usual | more)
    bridge.asks(wish, RECEIVER)


def grant(bridge: Handoffs, first: str, last: str, ref: str = "grant-1") -> None:
    decide(bridge, ref, from_on=day(first), to_on=day(last))


def refuse(bridge: Handoffs, on: str, reason: BenefitReason = BenefitReason.NO_NEED) -> None:
    decide(
        bridge,
        "refusal-1",
        decided_on=day(on),
        outcome=BenefitOutcome.REFUSED,
        reason_code=reason,
    )


def notify(bridge: Handoffs, on: str) -> None:
    bridge.answers(NotifyBenefitStart, starts_on=day(on))


def rejected_as(reason: RejectReason) -> Handoffs:
    bridge = acknowledged()
    bridge.answers(RejectHandoff, reason_code=reason)
    return bridge


def open_gaps(bridge: Handoffs) -> list[str]:
    return [first for first, gap in bridge.state().gaps.items() if gap["open"]]


def cause(bridge: Handoffs) -> GapCause:
    found: CoverageGapDetected = bridge.last(CoverageGapDetected)
    return found.cause_code


# -- announced -------------------------------------------------------------------------------------


@pytest.mark.parametrize("decided_first", [True, False])
def test_the_end_of_a_grant_is_a_gap_whether_its_start_was_told_before_or_after_it(
    decided_first: bool,  # noqa: FBT001 - the case
) -> None:
    bridge = in_effect()
    if not decided_first:
        notify(bridge, "2025-05-01")
    grant(bridge, "2025-05-01", "2026-04-30")
    if decided_first:
        notify(bridge, "2025-05-01")

    bridge.on("2026-05-01")

    assert open_gaps(bridge) == ["2026-05-01"]
    assert cause(bridge) is GapCause.GRANT_ENDED


def test_a_start_told_for_days_before_the_grant_covers_them_and_no_more() -> None:
    bridge = in_effect()
    grant(bridge, "2025-06-01", "2026-05-31")
    notify(bridge, "2025-05-01")

    bridge.on("2026-06-01")

    assert open_gaps(bridge) == ["2026-06-01"]
    assert bridge.state().gaps["2025-05-01"]["to_on"] == "2025-04-30"


def test_a_start_told_after_an_old_grant_ended_runs_on() -> None:
    bridge = in_effect()
    grant(bridge, "2025-05-01", "2025-05-31")
    bridge.on("2025-07-01")

    notify(bridge, "2025-06-01")
    bridge.on("2026-07-01")

    assert open_gaps(bridge) == []


# -- not needed ------------------------------------------------------------------------------------


def test_the_end_of_a_grant_is_a_gap_although_nothing_was_needed_before_it() -> None:
    bridge = in_effect()
    bridge.on("2025-05-20")
    refuse(bridge, "2025-05-20")
    bridge.on("2025-08-20")
    grant(bridge, "2025-09-01", "2026-02-28")

    bridge.on("2026-03-01")

    assert open_gaps(bridge) == ["2026-03-01"]
    assert cause(bridge) is GapCause.GRANT_ENDED


def test_a_refusal_reported_after_a_later_grant_covers_the_days_before_it() -> None:
    bridge = in_effect()
    bridge.on("2025-08-20")
    grant(bridge, "2025-09-01", "2026-02-28")
    refuse(bridge, "2025-05-20")

    bridge.on("2026-03-01")

    assert open_gaps(bridge) == ["2026-03-01"]
    assert bridge.state().gaps["2025-05-01"]["to_on"] == "2025-05-19"


def test_a_grant_for_the_day_of_a_refusal_takes_its_place() -> None:
    bridge = in_effect()
    bridge.on("2025-05-20")
    refuse(bridge, "2025-05-20")
    grant(bridge, "2025-05-01", "2025-10-31")

    bridge.on("2025-11-01")

    assert open_gaps(bridge) == ["2025-11-01"]


def test_nothing_is_missing_once_a_running_grant_is_not_needed_any_more() -> None:
    bridge = in_effect()
    grant(bridge, "2025-05-01", "2026-04-30")
    bridge.on("2026-01-10")
    refuse(bridge, "2026-01-10")
    grant(bridge, "2025-05-01", "2025-12-31")

    bridge.on("2026-06-01")

    assert open_gaps(bridge) == []


def test_whoever_gets_an_advance_needs_it() -> None:
    bridge = in_effect()
    bridge.on("2025-05-20")
    refuse(bridge, "2025-05-20")
    bridge.on("2025-09-01")
    advance = GrantBridging(
        case=CASE,
        bridging_ref="bridging-1",
        instrument=BridgingInstrument.ADVANCE_S42,
        granted_on=day("2025-09-01"),
        from_on=day("2025-09-01"),
        to_on=day("2025-09-30"),
    )

    bridge.asks(advance, RECEIVER)
    bridge.on("2025-10-01")

    assert open_gaps(bridge) == ["2025-10-01"]


def test_a_decision_leaves_an_advance_of_the_same_reference() -> None:
    bridge = in_effect()
    advance = GrantBridging(
        case=CASE,
        bridging_ref="grant-1",
        instrument=BridgingInstrument.ADVANCE_S42,
        granted_on=day("2025-05-02"),
        from_on=day("2025-05-02"),
        to_on=day("2025-05-31"),
    )
    bridge.asks(advance, RECEIVER)

    grant(bridge, "2025-06-01", "2026-05-31")

    kinds = [cover.kind for cover in covers(bridge.state())]
    assert kinds == ["asylbens", "advance-s42", "benefits"]


# -- granted without a last day --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "first_uncovered"),
    [(BenefitOutcome.GRANTED, "2026-05-01"), (BenefitOutcome.PROVISIONAL, "2025-11-01")],
)
def test_a_grant_without_a_last_day_covers_the_usual_period(
    outcome: BenefitOutcome, first_uncovered: str
) -> None:
    """A year, half of it provisionally (§ 41 Abs. 3 SGB II)."""
    bridge = in_effect()
    reason = BenefitReason.INCOME_OPEN if outcome is BenefitOutcome.PROVISIONAL else None

    decide(bridge, "grant-1", outcome=outcome, from_on=day("2025-05-01"), reason_code=reason)
    bridge.on("2026-06-01")

    assert open_gaps(bridge) == [first_uncovered]
    assert cause(bridge) is GapCause.GRANT_ENDED


def test_social_assistance_may_be_granted_until_further_notice() -> None:
    bridge = in_effect()
    office = "social-assistance-12069"
    fact = BenefitDecided(
        decision_ref="g-1",
        agency=office,
        decided_on=day("2025-05-02"),
        outcome=BenefitOutcome.GRANTED,
        from_on=day("2025-05-01"),
    )

    state = evolve(bridge.state(), fact)

    assert [cover.to_on for cover in covers(state) if cover.agency == office] == [None]


@pytest.mark.parametrize("later", [[], [("2025-06-01", "2025-07-31", "grant-2")]])
def test_an_old_grant_to_the_last_day_of_the_calendar_has_no_end(later: list[Any]) -> None:
    bridge = in_effect()
    grant(bridge, "2025-05-01", "2026-04-30")
    for first, last, ref in later:
        grant(bridge, first, last, ref)
    state = bridge.state()
    old = [one | {"to_on": "9999-12-31"} for one in state.coverage[:1]] + state.coverage[1:]

    state = replace(state, coverage=old)

    assert awaited_gap(state) is None
    assert uncovered(state, day("2030-01-01")) == {}
    assert awaited_overlap(state) is None


# -- already with the receiver ---------------------------------------------------------------------


def test_whoever_rejects_as_it_pays_already_reports_what_it_pays() -> None:
    bridge = rejected_as(RejectReason.ALREADY_WITH_US)
    bridge.on("2025-05-02")
    assert open_gaps(bridge) == ["2025-05-01"]

    grant(bridge, "2025-05-01", "2026-04-30")

    assert open_gaps(bridge) == []


def test_whoever_rejects_for_another_reason_has_nothing_to_report() -> None:
    bridge = rejected_as(RejectReason.PERSON_DECLINED)

    with pytest.raises(Refused) as refused:
        grant(bridge, "2025-05-01", "2026-04-30")

    assert refused.value.code is RefusalCode.NOT_RESPONSIBLE
