"""Responsibility begins with the admission, a handoff with a completed sheet."""

import pytest

from services.chassis.decider import Refused
from services.jobcenter_bridge.state import UNDECIDED
from staffel_contracts.codes import HandoffStatus, ResponsibilityDomain, WithdrawReason
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    NotifyBenefitStart,
    RejectHandoff,
    WithdrawHandoff,
)
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffWithdrawn,
    ResponsibilityChanged,
)
from tests.support.entries import (
    DIGEST,
    RECEIVER,
    SENDER,
    admitted,
    drafted,
    ends,
    ends_after_all,
    goes_on,
    sheet,
)
from tests.support.given import CASE, day, types
from tests.support.handoffs import (
    REACHED,
    Handoffs,
    expired,
    information_requested,
    rejected,
    submitted,
)

S = HandoffStatus


def test_the_district_is_responsible_from_the_admission_on() -> None:
    bridge = Handoffs("2024-09-02")

    (changed,) = bridge.hears(admitted("2024-09-02"))

    assert changed == ResponsibilityChanged(
        domain=ResponsibilityDomain.BENEFITS,
        from_agency=None,
        to_agency=SENDER,
        valid_from=day("2024-09-02"),
    )


def test_an_admission_heard_twice_changes_responsibility_once() -> None:
    bridge = Handoffs("2024-09-02")
    bridge.hears(admitted())

    assert bridge.hears(admitted()) == []


def test_a_completed_sheet_is_submitted() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))

    (handed,) = bridge.hears(sheet())

    assert isinstance(handed, HandedToJobcenter)
    assert (handed.from_agency, handed.to_agency) == (SENDER, RECEIVER)
    assert (handed.submitted_on, handed.effective_on) == (day("2025-04-04"), day("2025-05-01"))
    assert (handed.sheet_ref, handed.sheet_digest) == ("sheet-1", DIGEST)
    assert handed.lossfree_on == day("2025-05-31")
    assert bridge.owner_on("2025-12-31") == SENDER


def test_a_sheet_heard_before_the_admission_waits_for_it() -> None:
    bridge = Handoffs("2025-04-04")

    assert bridge.hears(sheet()) == []
    assert bridge.state().about == (CASE, "person-1", "12069")
    assert types(bridge.hears(admitted())) == [ResponsibilityChanged, HandedToJobcenter]


def test_a_draft_waits_for_its_sheet_and_gives_the_handoff_its_id() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), drafted())
    assert bridge.stage is S.DRAFTED

    bridge.hears(sheet(handoff_id="draft-1"))

    assert (bridge.stage, bridge.state().handoff_id) == (S.SUBMITTED, "draft-1")


def test_what_was_handed_over_again_is_no_draft_when_it_takes_effect() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), drafted())
    bridge.hears(sheet(handoff_id="draft-1"))
    bridge.answers(WithdrawHandoff)
    bridge.hears(sheet("sheet-2", replaces_handoff="draft-1"))
    for step in (ConfirmDelivery, AcknowledgeHandoff, AcceptHandoff):
        bridge.answers(step)
    bridge.on("2025-05-02")

    bridge.answers(NotifyBenefitStart)

    assert bridge.stage is S.COMPLETED


def test_a_sheet_heard_twice_is_submitted_once() -> None:
    bridge = submitted()

    assert bridge.hears(sheet()) == []


@pytest.mark.parametrize("stage", sorted(set(REACHED) & UNDECIDED))
def test_no_other_handoff_begins_while_one_is_undecided(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    with pytest.raises(Refused, match="handoff-open"):
        bridge.hears(sheet("sheet-2"))

    assert bridge.stage is stage


@pytest.mark.parametrize("stage", sorted(set(REACHED) & UNDECIDED))
def test_a_sheet_made_anew_takes_the_undecided_handoff_back_first(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()
    old = bridge.state().handoff_id

    said = bridge.hears(sheet("sheet-2", replaces_handoff=old, effective_on=day("2025-06-01")))

    assert types(said) == [HandoffWithdrawn, HandedToJobcenter]
    assert said[0].reason_code is WithdrawReason.END_REVISED  # type: ignore[attr-defined]
    assert said[1].replaces_handoff == old  # type: ignore[attr-defined]


@pytest.mark.parametrize("stage", [S.ACCEPTED, S.IN_EFFECT, S.COMPLETED])
def test_a_sheet_that_crosses_the_acceptance_changes_nothing(stage: HandoffStatus) -> None:
    bridge = REACHED[stage]()

    assert bridge.hears(sheet("sheet-2", replaces_handoff=bridge.state().handoff_id)) == []

    assert bridge.stage is stage


@pytest.mark.parametrize("over", [rejected, expired])
def test_after_a_rejection_or_an_expiry_a_new_handoff_is_linked_to_the_old_one(
    over: object,
) -> None:
    bridge = over()  # type: ignore[operator]
    old = bridge.state().handoff_id

    said = bridge.hears(sheet("sheet-2", replaces_handoff=old))

    assert types(said) == [HandedToJobcenter]
    assert bridge.last(HandedToJobcenter).replaces_handoff == old
    assert bridge.last(HandedToJobcenter).handoff_id != old
    assert bridge.stage is S.SUBMITTED
    assert bridge.rows["handoff_record"][old]["status"] in ("rejected", "expired")


def test_a_new_handoff_begins_without_the_rounds_and_receipts_of_the_old_one() -> None:
    bridge = information_requested()
    bridge.answers(RejectHandoff)

    bridge.hears(sheet("sheet-2", replaces_handoff=bridge.state().handoff_id))

    state = bridge.state()
    assert (state.round, state.unit_ref, state.expires_on, state.reason_code) == (0,) + (None,) * 3


@pytest.mark.parametrize("replaces", [None, "handoff-7"])
def test_a_new_handoff_must_name_the_one_that_it_replaces(replaces: str | None) -> None:
    with pytest.raises(Refused, match="handoff-other"):
        rejected().hears(sheet("sheet-2", replaces_handoff=replaces))


@pytest.mark.parametrize("stage", sorted(UNDECIDED))
def test_an_end_that_was_withdrawn_takes_back_the_undecided_handoff_that_rests_on_it(
    stage: HandoffStatus,
) -> None:
    handoffs = REACHED[stage]()

    (said,) = handoffs.hears(goes_on("2025-04-30"))

    assert isinstance(said, HandoffWithdrawn)
    assert said.reason_code is WithdrawReason.END_REVISED
    assert handoffs.state().benefits.end_on is None


def test_an_end_that_was_withdrawn_leaves_alone_what_an_official_set_or_the_receiver_took() -> None:
    accepted = REACHED[HandoffStatus.ACCEPTED]()
    by_hand = REACHED[HandoffStatus.SUBMITTED]()

    assert accepted.hears(goes_on("2025-04-30")) == []
    assert by_hand.hears(goes_on("2025-05-31")) == []


def test_only_the_responsible_agency_hands_over() -> None:
    bridge = Handoffs()
    bridge.hears(admitted())

    with pytest.raises(Refused, match="not-responsible"):
        bridge.hears(sheet(from_agency="district-13074"))


def test_a_sheet_made_with_its_draft_has_its_id_and_is_no_handing_back() -> None:
    bridge = Handoffs("2025-04-04")
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))
    bridge.hears(drafted(), sheet("draft-1", handoff_id="draft-1"))
    for step in (ConfirmDelivery, AcknowledgeHandoff):
        bridge.answers(step)

    bridge.hears(ends_after_all("2025-05-31", "2025-06-01", "2025-06-30", "2025-04-30"))

    assert bridge.refusal(AcceptHandoff).code == "implausible-dates"
    assert bridge.answers(AcceptHandoff, effective_on=day("2025-06-01"))
