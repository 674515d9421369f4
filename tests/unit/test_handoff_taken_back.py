"""What was accepted may be handed back before its day: it stands until somebody accepts that."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.decider import Refused
from services.jobcenter_bridge.queue import work_item
from staffel_contracts.codes import HandBackCause, HandoffStatus, HandoffTask
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    HandBackToDistrict,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoff,
    WithdrawHandoff,
)
from staffel_contracts.facts.jobcenter_bridge import (
    BenefitStartNotified,
    HandedBackToDistrict,
    HandedToJobcenter,
    HandoffAccepted,
    HandoffCompleted,
    HandoffReversed,
    ResponsibilityChanged,
)
from tests.support.entries import RECEIVER, SENDER, STRANGER, ends_after_all, goes_on, sheet
from tests.support.given import CASE, day, types
from tests.support.handoffs import Handoffs, accepted

S = HandoffStatus
TAKEOVER_ON = day("2025-05-01")


def hand_back(bridge: Handoffs, by: str = RECEIVER, **more: Any) -> Any:
    usual = {"case": CASE, "effective_on": TAKEOVER_ON, "cause": HandBackCause.TITLE_LOST}
    return bridge.asks(HandBackToDistrict.model_validate(usual | more), by)


def handed_back(**more: Any) -> Handoffs:
    bridge = accepted()
    hand_back(bridge, **more)
    return bridge


def answered(bridge: Handoffs, *kinds: type[HandoffCommand], by: str = SENDER, **more: Any) -> Any:
    """What is said to the last answer."""
    said: Any = []
    for kind in kinds:
        digest = bridge.state().sheet_digest
        given: dict[str, Any] = (
            {"sheet_digest": digest} if "sheet_digest" in kind.model_fields else {}
        )
        said = bridge.answers(kind, by, **given | (more if kind is kinds[-1] else {}))
    return said


TAKEN_UP = (ConfirmDelivery, AcknowledgeHandoff)


def status_of(bridge: Handoffs, handoff_id: str | None) -> str:
    return str(bridge.rows["handoff_record"][str(handoff_id)]["status"])


def task(bridge: Handoffs) -> Any:
    item = work_item(bridge.state())
    return item and (item.task, item.agency)


def test_who_accepted_hands_back_before_its_day_by_a_new_linked_handoff() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id

    (said,) = hand_back(bridge)

    assert isinstance(said, HandedBackToDistrict)
    assert (said.from_agency, said.to_agency, said.reverses_handoff) == (RECEIVER, SENDER, old)
    assert (bridge.stage, status_of(bridge, old)) == (S.SUBMITTED, "accepted")
    assert bridge.owner_on("2025-12-31") == SENDER


def test_the_sender_who_accepts_it_back_before_its_day_stays_responsible() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)

    said = answered(bridge, *TAKEN_UP, AcceptHandoff)

    assert [type(one).NAME for one in said] == ["handoff-accepted", "handoff-reversed"]
    assert said[1].reverses_handoff == old
    assert said[1].effective_on == TAKEOVER_ON
    assert status_of(bridge, old) == status_of(bridge, said[1].handoff_id) == "reversed"
    assert not [one for one in bridge.on("2025-06-20") if isinstance(one, ResponsibilityChanged)]
    assert bridge.owner_on("2025-06-20") == SENDER


def test_what_was_reversed_is_the_senders_work_and_keeps_its_first_receipt() -> None:
    bridge = accepted()
    received_on = bridge.state().first_received_on
    bridge.on("2025-04-10")
    hand_back(bridge)
    answered(bridge, *TAKEN_UP, AcceptHandoff)
    todo, last = task(bridge), bridge.state().handoff_id

    bridge.hears(sheet("sheet-2", to_agency=STRANGER, replaces_handoff=last))

    assert todo == (HandoffTask.HAND_OVER_AGAIN, SENDER)
    assert bridge.last(HandedToJobcenter).first_received_on == received_on == day("2025-04-04")


def test_what_was_reversed_reminds_the_sender_before_benefits_end() -> None:
    bridge = handed_back()
    answered(bridge, *TAKEN_UP, AcceptHandoff)

    said = bridge.on("2025-04-30")

    assert {getattr(one, "agency", None) for one in said} == {SENDER}
    assert {getattr(one, "step", None) for one in said} >= {"follow", "heads"}


def test_undecided_until_the_day_it_takes_effect_and_is_decided_about_afterwards() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)
    answered(bridge, *TAKEN_UP)

    moved = [one for one in bridge.on("2025-05-02") if isinstance(one, ResponsibilityChanged)]
    then = answered(bridge, AcceptHandoff, effective_on=day("2025-05-02"))

    assert [(one.handoff_id, one.valid_from) for one in moved] == [(old, TAKEOVER_ON)]
    assert status_of(bridge, old) == "in-effect"
    assert types(then)[:2] == [HandoffAccepted, ResponsibilityChanged]
    owners = [bridge.owner_on(f"2025-0{text}") for text in ("4-30", "5-01", "5-02")]
    assert owners == [SENDER, RECEIVER, SENDER]


def test_an_acceptance_on_the_very_day_comes_after_the_takeover() -> None:
    bridge = handed_back()
    answered(bridge, *TAKEN_UP)
    bridge.now = bridge.now.replace(month=5, day=1)  # the clock has not been heard yet

    said = answered(bridge, AcceptHandoff)

    assert types(said)[:2] == [ResponsibilityChanged, HandoffAccepted]
    assert bridge.state().takeover_on == day("2025-05-02")


def test_accepted_back_for_a_later_day_both_take_effect_each_on_its_own() -> None:
    bridge = handed_back(effective_on=day("2025-07-01"))
    answered(bridge, *TAKEN_UP, AcceptHandoff, effective_on=day("2025-07-01"))

    bridge.on("2025-07-02")

    owners = [bridge.owner_on(f"2025-{text}") for text in ("04-30", "05-01", "06-30", "07-01")]
    assert owners == [SENDER, RECEIVER, RECEIVER, SENDER]


@pytest.mark.parametrize("ends", ["rejected", "expired", "withdrawn"])
def test_what_the_sender_does_not_take_back_takes_effect_as_accepted(ends: str) -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)
    if ends == "rejected":
        answered(bridge, *TAKEN_UP, RejectHandoff)
    elif ends == "expired":
        bridge.on("2025-04-21")
    else:
        answered(bridge, WithdrawHandoff, by=RECEIVER)
    before, ended, owner = bridge.stage, status_of(bridge, bridge.state().handoff_id), task(bridge)

    bridge.on("2025-05-01")

    assert (before.value, ended, owner[1]) == (ends, ends, RECEIVER)
    assert (bridge.stage, bridge.state().handoff_id) == (S.IN_EFFECT, old)
    assert status_of(bridge, old) == "in-effect"
    assert bridge.owner_on("2025-05-01") == RECEIVER
    bridge.answers(NotifyBenefitStart)
    assert bridge.stage is S.COMPLETED


def test_who_takes_the_handing_back_back_is_to_take_over() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)

    answered(bridge, WithdrawHandoff, by=RECEIVER)

    assert task(bridge) == (HandoffTask.TAKE_OVER, RECEIVER)
    item = work_item(bridge.state())
    assert item
    assert (item.handoff_id, item.due_on) == (old, TAKEOVER_ON)
    assert not bridge.on("2025-04-30"), "nobody is reminded of what goes its way"


def test_after_a_rejection_it_may_be_handed_back_once_more_and_reverses_the_same() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)
    answered(bridge, *TAKEN_UP, RejectHandoff)

    (again,) = hand_back(bridge)
    said = answered(bridge, *TAKEN_UP, AcceptHandoff)

    assert again.reverses_handoff == old
    assert isinstance(said[1], HandoffReversed)
    assert said[1].reverses_handoff == old


def test_a_handing_back_that_the_sender_forwards_waits_for_the_day_of_the_takeover() -> None:
    bridge = handed_back()
    answered(bridge, *TAKEN_UP)
    answered(bridge, ForwardHandoff, forwarded_to="district-13074")

    bridge.on("2025-05-01")

    assert (bridge.stage, bridge.state().responsible) == (S.FORWARDED, RECEIVER)


def test_nothing_else_begins_while_what_was_accepted_stands() -> None:
    bridge = handed_back()
    answered(bridge, *TAKEN_UP, RejectHandoff)
    last = bridge.state().handoff_id

    wish = RequestHandoff(case=CASE, application_received_on=day("2025-04-01"))
    with pytest.raises(Refused, match="handoff-open"):
        bridge.asks(wish, STRANGER)
    with pytest.raises(Refused, match="handoff-open"):
        bridge.hears(sheet("sheet-2", replaces_handoff=last))
    with pytest.raises(Refused, match="handoff-open"):
        hand_back(bridge, by=SENDER, to_agency="district-13074")


def test_a_second_handing_back_is_refused_while_the_first_is_undecided() -> None:
    with pytest.raises(Refused, match="handoff-open"):
        hand_back(handed_back())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"effective_on": TAKEOVER_ON - timedelta(days=1)}, "implausible-dates"),
        ({"effective_on": day("2026-05-02")}, "implausible-dates"),
        ({"to_agency": "district-13074"}, "invalid"),
    ],
)
def test_before_the_takeover_it_goes_back_to_the_sender_and_for_its_day_or_later(
    wrong: dict[str, Any], code: str
) -> None:
    bridge = accepted()

    with pytest.raises(Refused, match=code):
        hand_back(bridge, **wrong)

    assert bridge.stage is S.ACCEPTED


def test_only_who_accepted_takes_it_back() -> None:
    with pytest.raises(Refused, match="not-responsible"):
        hand_back(accepted(), by=STRANGER)
    with pytest.raises(Refused, match="handoff-open"):
        hand_back(accepted(), by=SENDER, to_agency="district-13074")


def test_an_end_that_is_withdrawn_or_revised_leaves_the_handing_back_alone() -> None:
    bridge = handed_back()

    revised = bridge.hears(ends_after_all("2025-05-31", "2025-06-01", "2025-06-30", "2025-04-30"))
    withdrawn = bridge.hears(goes_on("2025-05-31"))

    assert [*revised, *withdrawn] == []
    assert bridge.stage is S.SUBMITTED


def test_a_sheet_that_crosses_the_acceptance_is_not_submitted_after_the_reversal() -> None:
    bridge = accepted()
    old = bridge.state().handoff_id
    hand_back(bridge)
    late = bridge.hears(sheet("sheet-2", replaces_handoff=old, effective_on=day("2025-06-01")))

    answered(bridge, *TAKEN_UP, AcceptHandoff)

    assert late == []
    assert bridge.stage is S.REVERSED
    assert not [one for one in bridge.on("2025-05-20") if isinstance(one, HandedToJobcenter)]


def test_folding_the_log_gives_the_same_state() -> None:
    bridge = handed_back()
    answered(bridge, *TAKEN_UP, AcceptHandoff)

    assert bridge.folded() == bridge.own()


# -- after the takeover --------------------------------------------------------------------------


def taken_over_and_handed_back(*kinds: type[HandoffCommand]) -> tuple[Handoffs, str]:
    """The receiver took over, hands back from the first of June on, and is told no; the old id."""
    bridge = accepted()
    old = str(bridge.state().handoff_id)
    bridge.on("2025-05-06")
    hand_back(bridge, effective_on=day("2025-06-01"))
    day_back: dict[str, Any] = {"effective_on": day("2025-06-01")} if AcceptHandoff in kinds else {}
    answered(bridge, *kinds, **day_back)
    return bridge, old


def pays(bridge: Handoffs, handoff_id: str) -> Any:
    starts = NotifyBenefitStart(case=CASE, handoff_id=handoff_id, starts_on=TAKEOVER_ON)
    return bridge.asks(starts, RECEIVER)


REJECTED = (*TAKEN_UP, RejectHandoff)


def test_who_took_over_and_is_not_relieved_tells_when_it_pays_and_goes_on() -> None:
    bridge, old = taken_over_and_handed_back(*REJECTED)
    back = bridge.state().handoff_id

    said = pays(bridge, old)

    assert types(said)[:2] == [BenefitStartNotified, HandoffCompleted]
    assert said[0].handoff_id == said[1].handoff_id == old
    assert (bridge.stage, bridge.state().handoff_id) == (S.COMPLETED, old)
    assert (status_of(bridge, old), status_of(bridge, back)) == ("completed", "rejected")
    assert bridge.folded() == bridge.own()


def test_it_goes_on_as_well_after_several_rejections_and_once_alone() -> None:
    bridge, old = taken_over_and_handed_back(*REJECTED)
    hand_back(bridge, effective_on=day("2025-06-01"))
    answered(bridge, *REJECTED)

    pays(bridge, old)

    with pytest.raises(Refused, match="already-notified"):
        pays(bridge, old)


def test_undecided_at_the_takeover_and_withdrawn_after_it_the_start_is_told_too() -> None:
    bridge = handed_back()
    old = str(bridge.state().replaces_handoff)
    answered(bridge, *TAKEN_UP)
    bridge.on("2025-05-02")
    answered(bridge, WithdrawHandoff, by=RECEIVER)

    pays(bridge, old)

    assert (bridge.stage, bridge.state().handoff_id) == (S.COMPLETED, old)


@pytest.mark.parametrize("kinds", [(), TAKEN_UP, (*TAKEN_UP, AcceptHandoff)])
def test_while_somebody_is_to_take_it_back_no_start_is_told(
    kinds: tuple[type[HandoffCommand], ...],
) -> None:
    bridge, old = taken_over_and_handed_back(*kinds)

    with pytest.raises(Refused, match="not-the-receiver"):
        pays(bridge, old)


def test_who_was_relieved_tells_no_start_any_more() -> None:
    bridge, old = taken_over_and_handed_back(*TAKEN_UP, AcceptHandoff)
    bridge.on("2025-06-02")

    with pytest.raises(Refused, match="not-the-receiver"):
        pays(bridge, old)


def test_what_the_district_forwarded_waits_for_who_is_to_answer() -> None:
    bridge, old = taken_over_and_handed_back(*TAKEN_UP)
    answered(bridge, ForwardHandoff, forwarded_to="district-13074")

    with pytest.raises(Refused, match="not-the-receiver"):
        pays(bridge, old)


def test_the_start_is_told_of_what_was_taken_over_not_of_the_handing_back() -> None:
    bridge, _ = taken_over_and_handed_back(*REJECTED)

    with pytest.raises(Refused, match="not-the-receiver"):
        pays(bridge, str(bridge.state().handoff_id))
