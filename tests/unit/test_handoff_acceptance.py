"""An acceptance, the day on which responsibility moves, and the end of a handoff."""

import pytest

from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import HandoffStatus, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import AcceptHandoff, NotifyBenefitStart
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffAccepted,
    HandoffCompleted,
    ResponsibilityChanged,
)
from tests.support.entries import RECEIVER, SENDER, ends_after_all
from tests.support.given import day, types
from tests.support.handoffs import accepted, acknowledged, completed, in_effect

S = HandoffStatus


# -- acceptance ------------------------------------------------------------------------------------


def test_an_acceptance_alone_moves_no_responsibility() -> None:
    bridge = acknowledged()

    said = bridge.answers(AcceptHandoff)

    assert types(said) == [HandoffAccepted]
    assert bridge.state().responsible == SENDER
    assert bridge.pending()["effect"] == start_of_day(day("2025-05-01"))


def test_responsibility_moves_at_the_start_of_the_day_that_was_agreed() -> None:
    bridge = accepted()

    said = bridge.at(start_of_day(day("2025-05-01")))

    moved = said[0]
    assert isinstance(moved, ResponsibilityChanged)
    assert (moved.from_agency, moved.to_agency) == (SENDER, RECEIVER)
    assert (moved.valid_from, moved.handoff_id) == (day("2025-05-01"), bridge.state().handoff_id)
    assert (bridge.owner_on("2025-04-30"), bridge.owner_on("2025-05-01")) == (SENDER, RECEIVER)


def test_the_day_agreed_counts_even_if_its_deadline_is_worked_off_late() -> None:
    bridge = accepted()
    bridge.now = start_of_day(day("2025-05-03"))

    bridge.on("2025-05-03")

    assert bridge.last(ResponsibilityChanged).valid_from == day("2025-05-01")


def test_a_later_day_may_be_agreed() -> None:
    bridge = acknowledged()

    bridge.answers(AcceptHandoff, effective_on=day("2025-06-01"))
    bridge.on("2025-06-01")

    assert (bridge.owner_on("2025-05-31"), bridge.owner_on("2025-06-01")) == (SENDER, RECEIVER)


@pytest.mark.parametrize("effective_on", ["2025-04-30", "1900-01-01"])
def test_nobody_takes_over_before_the_senders_benefits_end(effective_on: str) -> None:
    refusal = acknowledged().refusal(AcceptHandoff, effective_on=day(effective_on))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "effective_on")


@pytest.mark.parametrize("effective_on", ["2025-11-02", "2026-05-01", "2099-12-31"])
def test_a_day_so_late_that_it_is_a_slip_is_not_agreed(effective_on: str) -> None:
    """What was accepted is not taken back, so nobody could set it right before that day."""
    refusal = acknowledged().refusal(AcceptHandoff, effective_on=day(effective_on))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "effective_on")


def test_a_revised_end_decides_from_when_the_receiver_can_take_over() -> None:
    bridge = acknowledged()
    bridge.hears(ends_after_all("2025-03-31", "2025-04-01", "2025-04-30", "2025-04-30"))

    said = bridge.answers(AcceptHandoff, effective_on=day("2025-04-01"))

    assert types(said)[:2] == [HandoffAccepted, ResponsibilityChanged]


def test_an_acceptance_of_another_sheet_is_refused() -> None:
    refusal = acknowledged().refusal(AcceptHandoff, sheet_digest="f" * 64)

    assert (refusal.code, refusal.field) == (RefusalCode.DIGEST_DIFFERS, "sheet_digest")


@pytest.mark.parametrize("late", ["2025-05-01", "2025-05-20", "2026-02-01"])
def test_after_a_late_acceptance_responsibility_moves_at_once_and_not_backwards(late: str) -> None:
    bridge = acknowledged()
    bridge.on(late)

    said = bridge.answers(AcceptHandoff, effective_on=day("2025-05-01"))

    assert types(said) == [HandoffAccepted, ResponsibilityChanged]
    assert bridge.last(HandoffAccepted).effective_on == day("2025-05-01")
    assert bridge.last(ResponsibilityChanged).valid_from == day(late)
    assert "effect" not in bridge.pending()


# -- completion ------------------------------------------------------------------------------------


def test_it_is_complete_when_responsibility_has_moved_and_benefits_run() -> None:
    bridge = acknowledged()
    bridge.on("2025-04-11")
    bridge.answers(AcceptHandoff)
    bridge.answers(NotifyBenefitStart)
    assert bridge.stage is S.ACCEPTED

    said = bridge.on("2025-05-02")

    assert types(said) == [ResponsibilityChanged, HandoffCompleted]
    fact = bridge.last(HandoffCompleted)
    assert (fact.completed_on, fact.benefit_start_on) == (day("2025-05-01"), day("2025-05-01"))
    assert fact.days_to_accept == 7


def test_benefits_that_start_later_complete_it_later() -> None:
    bridge = in_effect()

    assert HandoffCompleted not in types(
        bridge.answers(NotifyBenefitStart, starts_on=day("2025-06-01"))
    )
    assert bridge.pending()["completion"] == start_of_day(day("2025-06-01"))
    assert types(bridge.on("2025-06-01")) == [HandoffCompleted]


def test_benefits_of_the_jobcenter_do_not_start_before_the_senders_end() -> None:
    refusal = in_effect().refusal(NotifyBenefitStart, starts_on=day("2025-04-30"))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "starts_on")


def test_a_start_so_late_that_it_is_a_slip_is_refused() -> None:
    refusal = in_effect().refusal(NotifyBenefitStart, starts_on=day("2026-05-01"))

    assert (refusal.code, refusal.field) == (RefusalCode.IMPLAUSIBLE_DATES, "starts_on")


def test_the_start_of_benefits_is_notified_once() -> None:
    bridge = accepted()
    bridge.answers(NotifyBenefitStart)

    assert bridge.refusal(NotifyBenefitStart).code is RefusalCode.ALREADY_NOTIFIED


def test_when_all_is_done_no_deadline_is_left() -> None:
    assert completed().pending() == {}
