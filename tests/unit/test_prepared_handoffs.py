"""Handoffs that were prepared and have not left: without a consent, dropped, drafted anew."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.casework import handing
from services.casework.domains import in_domain
from services.chassis.decider import Asked
from services.jobcenter_bridge.queue import work_item
from staffel_contracts.codes import (
    HandoffStatus,
    HandoffTask,
    RefusalCode,
    RejectReason,
    WithdrawReason,
)
from staffel_contracts.commands.casework import DraftHandoff, DropHandoffDraft
from staffel_contracts.commands.jobcenter_bridge import RejectHandoff
from staffel_contracts.facts import casework
from staffel_contracts.facts import jobcenter_bridge as bridge
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import CASE, day
from tests.support.relay import Relay
from tests.unit.test_domains import (
    COUNSELLING,
    HOUSING,
    REVOKED,
    SOCIAL,
    YOUTH,
    consent,
    draft,
    is_sound,
    known,
    refusal,
)


def sheet_without_consent() -> Relay:
    """The bridge hears that the consent was revoked before it hears of the sheet."""
    relay = known()
    consent(relay)
    wish = DraftHandoff(
        case=CASE, domain=COUNSELLING, to_agency=YOUTH, effective_on=day("2025-04-15")
    )
    said = relay.casework.asks(wish, SENDER)
    relay.say("intake", REVOKED)
    relay.settle()
    relay.say("casework", *said)
    relay.settle()
    return relay


def draft_without_consent() -> Relay:
    """No sheet can be made yet, and the consent is revoked meanwhile."""
    relay = known()
    consent(relay)
    drafted = casework.HandoffDrafted(
        handoff_id="draft-1",
        domain=COUNSELLING,
        from_agency=SENDER,
        to_agency=YOUTH,
        drafted_on=day("2025-03-28"),
        effective_on=day("2025-06-15"),
        by_hand=True,
    )
    relay.bridge.hears(drafted)
    relay.say("intake", REVOKED)
    relay.settle()
    return relay


@pytest.mark.parametrize("prepared", [sheet_without_consent, draft_without_consent])
def test_a_handoff_whose_consent_ended_before_it_left_waits_for_a_consent_by_a_day(
    prepared: Callable[[], Relay],
) -> None:
    relay = prepared()

    reminder = relay.bridge.last(bridge.HandoffReminderDue)
    assert (reminder.agency, reminder.to_agency, reminder.domain) == (SENDER, YOUTH, COUNSELLING)
    item = work_item(relay.state_in(COUNSELLING))
    assert item is not None
    assert (item.task, item.agency) == (HandoffTask.RENEW_CONSENT, SENDER)
    assert item.handoff_id == reminder.handoff_id
    assert item.due_on == reminder.due_on == day("2025-03-31")
    assert not [f for f in relay.bridge.said if isinstance(f, bridge.HandoffSubmission)]
    is_sound(relay)


def test_a_sheet_that_waited_for_a_consent_leaves_with_a_new_one() -> None:
    relay = sheet_without_consent()
    consent(relay, ref="consent-2")

    assert relay.handed_in(COUNSELLING).to_agency == YOUTH
    item = work_item(relay.state_in(COUNSELLING))
    assert item is not None
    assert item.task is HandoffTask.CONFIRM_DELIVERY
    is_sound(relay)


def test_a_draft_is_reminded_of_on_the_day_after_the_last_of_its_consent() -> None:
    relay = known(decided=False)
    consent(relay)
    drafted = casework.HandoffDrafted(
        handoff_id="draft-1",
        domain=COUNSELLING,
        from_agency=SENDER,
        to_agency=YOUTH,
        drafted_on=day("2025-03-28"),
        effective_on=day("2026-06-15"),
        by_hand=True,
    )
    relay.bridge.hears(drafted)

    relay.bridge.on("2025-12-31")
    before = work_item(relay.state_in(COUNSELLING))
    relay.bridge.on("2026-01-01")
    after = work_item(relay.state_in(COUNSELLING))

    assert before is not None
    assert after is not None
    assert (before.task, after.task) == (HandoffTask.COMPLETE_SHEET, HandoffTask.RENEW_CONSENT)


def test_no_handoff_is_drafted_while_another_was_accepted_and_not_taken_over() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    relay.take_over(HOUSING, "2025-05-01")

    refused = refusal(lambda: draft(relay, HOUSING, "2025-06-01", SOCIAL))

    assert refused.code is RefusalCode.HANDOFF_OPEN


def nothing_yet() -> Relay:
    return known("2025-04-07")


def a_rejection() -> Relay:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    relay.take_up(HOUSING)
    relay.answer(RejectHandoff, domain=HOUSING, reason_code=RejectReason.INCOMPLETE)
    return relay


def a_handoff_that_took_effect() -> Relay:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    relay.take_over(HOUSING, "2025-05-01")
    relay.on("2025-05-01")
    return relay


@pytest.mark.parametrize("after", [nothing_yet, a_rejection, a_handoff_that_took_effect])
def test_no_handoff_is_drafted_while_a_sheet_is_on_its_way_to_the_bridge(
    after: Callable[[], Relay],
) -> None:
    relay = after()
    wish = DraftHandoff(case=CASE, domain=HOUSING, to_agency=SOCIAL, effective_on=day("2025-07-01"))
    agency = relay.state_in(HOUSING).responsible or SENDER

    said = relay.casework.asks(wish, agency)
    refused = refusal(lambda: relay.casework.asks(wish, agency))

    assert isinstance(said[-1], casework.HandoverSheetCompleted)
    assert refused.code is RefusalCode.HANDOFF_OPEN
    relay.say("casework", *said)
    relay.settle()
    assert relay.handed_in(HOUSING).to_agency == SOCIAL
    is_sound(relay)


def drop(relay: Relay, handoff_id: str, agency: str = SENDER) -> None:
    reason = WithdrawReason.CONSENT_ENDED
    wish = DropHandoffDraft(case=CASE, handoff_id=handoff_id, reason_code=reason)
    relay.ask("casework", wish, agency)


def test_what_waits_for_a_consent_is_dropped_and_a_later_one_sends_nothing() -> None:
    relay = sheet_without_consent()
    item = work_item(relay.state_in(COUNSELLING))
    assert item is not None
    drop(relay, str(item.handoff_id))
    consent(relay, ref="consent-2")

    assert work_item(relay.state_in(COUNSELLING)) is None
    assert relay.state_in(COUNSELLING).responsible == SENDER
    assert not [f for f in relay.bridge.said if isinstance(f, bridge.HandoffSubmission)]
    assert in_domain(relay.casework.state(), COUNSELLING.value).sheet_ref is None
    draft(relay, COUNSELLING, "2025-06-01", YOUTH)
    assert relay.handed_in(COUNSELLING).effective_on == day("2025-06-01")
    is_sound(relay)


def test_a_draft_without_a_sheet_is_dropped() -> None:
    relay = known(decided=False)
    drafted = casework.HandoffDrafted(
        handoff_id="draft-1",
        domain=HOUSING,
        from_agency=SENDER,
        to_agency=SOCIAL,
        drafted_on=day("2025-03-28"),
        effective_on=day("2025-06-15"),
        by_hand=True,
    )
    gone = casework.HandoffDraftDropped(
        handoff_id="draft-1",
        domain=HOUSING,
        dropped_on=day("2025-03-28"),
        reason_code=WithdrawReason.NO_NEED,
    )
    relay.bridge.hears(drafted)
    before = relay.state_in(HOUSING)
    relay.bridge.hears(gone)

    assert before.stage is HandoffStatus.DRAFTED
    assert relay.state_in(HOUSING).stage is HandoffStatus.NONE
    assert work_item(relay.state_in(HOUSING)) is None
    assert relay.state_in(HOUSING).responsible == SENDER


def test_what_was_submitted_is_withdrawn_and_not_dropped() -> None:
    relay = known()
    draft(relay, HOUSING, "2025-05-01")
    handed = relay.handed_in(HOUSING)

    refused = refusal(lambda: drop(relay, handed.handoff_id))

    assert refused.code is RefusalCode.ILLEGAL_TRANSITION


def test_nobody_drops_what_follows_from_the_end_of_benefits() -> None:
    """Somebody has to take over when AsylbLG benefits end."""
    relay = known("2025-04-07")
    handoff_id = relay.casework.last(casework.HandoffDrafted).handoff_id
    case = relay.casework.state()
    waiting = replace(case, draft_id=handoff_id, sheet_ref=None, handoff=None)
    wish = DropHandoffDraft(case=CASE, handoff_id=handoff_id, reason_code=WithdrawReason.NO_NEED)
    asked = Asked(wish, SENDER, SENDER, "caseworker", "new-1")

    refused = refusal(lambda: handing.drop(waiting, asked, day("2025-04-07")))

    assert refused.code is RefusalCode.ILLEGAL_TRANSITION


def test_only_who_is_responsible_drops_what_is_known() -> None:
    relay = sheet_without_consent()
    item = work_item(relay.state_in(COUNSELLING))
    assert item is not None

    stranger = refusal(lambda: drop(relay, str(item.handoff_id), RECEIVER))
    unknown = refusal(lambda: drop(relay, "draft-9"))

    assert stranger.code is RefusalCode.NOT_RESPONSIBLE
    assert unknown.code is RefusalCode.NO_HANDOFF


@pytest.mark.parametrize("agency", ["course-provider-1", "immigration-office-12069", "nobody-1"])
def test_no_sheet_about_benefits_is_made_for_who_could_not_answer(agency: str) -> None:
    relay = known()
    wish = DraftHandoff(case=CASE, to_agency=agency, effective_on=day("2025-07-01"))

    found = refusal(lambda: relay.casework.asks(wish, SENDER))

    assert (found.code, found.field) == (RefusalCode.INVALID, "to_agency")
