"""Days are bridged by the agency that the law names, whether or not it has the handoff."""

from typing import Any

import pytest

from services.chassis.decider import Refused
from staffel_contracts.codes import AgencyKind, BridgingInstrument, RejectReason
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    GrantBridging,
    RejectHandoff,
    RequestBridging,
)
from staffel_contracts.facts.jobcenter_bridge import BridgingGranted, BridgingRequested
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted, ends, sheet
from tests.support.given import CASE, day, types
from tests.support.handoffs import Handoffs, acknowledged, in_effect

HOW = BridgingInstrument
OTHER_DISTRICT, THIRD = "district-12054", "jobcenter-14713"


def ask_for(bridge: Handoffs, instrument: BridgingInstrument, by: str = SENDER) -> str:
    """Ask for bridging; the agency that is named for it."""
    today = bridge.now.date()
    wish = RequestBridging(
        case=CASE, bridging_ref="bridging-1", instrument=instrument, requested_on=today
    )
    bridge.asks(wish, by)
    named: BridgingRequested = bridge.last(BridgingRequested)
    return named.agency


def grant(
    bridge: Handoffs, instrument: BridgingInstrument, agency: str, ref: str = "bridging-1"
) -> Any:
    days: dict[str, Any] = {"from_on": day("2025-05-01"), "to_on": day("2025-05-31")}
    wish = GrantBridging(
        case=CASE,
        bridging_ref=ref,
        instrument=instrument,
        granted_on=bridge.now.date(),
        **days,
    )
    return bridge.asks(wish, agency)


def disputed() -> Handoffs:
    """The jobcenter says that it is not competent, and AsylbLG benefits have ended."""
    bridge = acknowledged()
    bridge.answers(RejectHandoff, reason_code=RejectReason.NOT_COMPETENT_LOCAL)
    bridge.on("2025-05-02")
    return bridge


def moved_between_districts() -> Handoffs:
    """Another district took the person over from the one of the admission."""
    bridge = Handoffs()
    to: dict[str, Any] = {
        "to_agency": OTHER_DISTRICT,
        "to_kind": AgencyKind.DISTRICT,
        "effective_on": day("2025-04-10"),
    }
    bridge.hears(admitted(), sheet(**to))
    for step in (ConfirmDelivery, AcknowledgeHandoff):
        bridge.answers(step, OTHER_DISTRICT)
    bridge.answers(AcceptHandoff, OTHER_DISTRICT, effective_on=day("2025-04-10"))
    bridge.on("2025-04-11")
    return bridge


def test_whoever_was_approached_first_pays_although_it_rejected_the_handoff() -> None:
    """§ 43 Abs. 1 SGB I."""
    bridge = disputed()

    named = ask_for(bridge, HOW.PROVISIONAL_S43)

    assert named == RECEIVER
    assert BridgingGranted in types(grant(bridge, HOW.PROVISIONAL_S43, RECEIVER))


def test_bridging_covers_the_days_of_a_dispute() -> None:
    bridge = disputed()
    ask_for(bridge, HOW.PROVISIONAL_S43)

    grant(bridge, HOW.PROVISIONAL_S43, RECEIVER)

    assert not [gap for gap in bridge.state().gaps.values() if gap["open"]]
    bridge.on("2025-06-01")
    assert [first for first, gap in bridge.state().gaps.items() if gap["open"]] == ["2025-06-01"]


def test_of_several_that_dispute_the_first_pays() -> None:
    bridge = acknowledged()
    bridge.answers(ForwardHandoff)
    again = {"to_agency": STRANGER, "replaces_handoff": bridge.state().handoff_id}
    bridge.hears(sheet("sheet-2", **again))
    for step in (ConfirmDelivery, AcknowledgeHandoff, RejectHandoff):
        reason = {"reason_code": RejectReason.NOT_COMPETENT_LOCAL} if step is RejectHandoff else {}
        bridge.answers(step, STRANGER, **reason)
    bridge.on("2025-05-02")

    named = ask_for(bridge, HOW.PROVISIONAL_S43)

    assert named == RECEIVER
    assert BridgingGranted in types(grant(bridge, HOW.PROVISIONAL_S43, RECEIVER))


def test_the_first_asked_pays_although_the_sender_asked_another_one_since() -> None:
    """§ 43 Abs. 1 SGB I: the first rejected it, and so did the one after it."""
    bridge = disputed()
    for number, agency in enumerate((STRANGER, THIRD), 2):
        again = {"to_agency": agency, "replaces_handoff": bridge.state().handoff_id}
        bridge.hears(sheet(f"sheet-{number}", **again))
        for step in (ConfirmDelivery, AcknowledgeHandoff):
            bridge.answers(step, agency)
        reason = {"reason_code": RejectReason.NOT_COMPETENT_SUBJECT}
        bridge.answers(RejectHandoff, agency, role="lead", **reason)

    named = ask_for(bridge, HOW.PROVISIONAL_S43)

    assert named == RECEIVER
    assert BridgingGranted in types(grant(bridge, HOW.PROVISIONAL_S43, RECEIVER))
    assert bridge.folded() == bridge.own()


def test_a_rejection_for_another_reason_is_no_dispute() -> None:
    bridge = acknowledged()
    bridge.answers(RejectHandoff, reason_code=RejectReason.INCOMPLETE)
    again = {"to_agency": STRANGER, "replaces_handoff": bridge.state().handoff_id}
    bridge.hears(sheet("sheet-2", **again))

    assert ask_for(bridge, HOW.PROVISIONAL_S43) == STRANGER


@pytest.mark.parametrize("agency", [STRANGER, SENDER])
def test_nobody_else_grants_what_one_agency_was_asked_for(agency: str) -> None:
    bridge = disputed()
    ask_for(bridge, HOW.PROVISIONAL_S43)

    with pytest.raises(Refused, match="not-responsible"):
        grant(bridge, HOW.PROVISIONAL_S43, agency)


def test_whoever_was_asked_to_bridge_grants_nothing_else() -> None:
    bridge = disputed()
    ask_for(bridge, HOW.PROVISIONAL_S43)

    with pytest.raises(Refused, match="not-responsible"):
        grant(bridge, HOW.ADVANCE_S42, RECEIVER, "bridging-2")


def test_benefits_of_the_asylblg_are_continued_by_the_district_that_handed_over() -> None:
    bridge = in_effect()

    named = ask_for(bridge, HOW.ASYLBENS_CONTINUED, RECEIVER)

    assert named == SENDER
    assert BridgingGranted in types(grant(bridge, HOW.ASYLBENS_CONTINUED, SENDER))


def test_benefits_of_the_asylblg_are_continued_by_the_district_that_is_responsible_now() -> None:
    bridge = moved_between_districts()
    bridge.hears(ends("2025-04-30", "2025-05-01", "2025-05-31"))

    named = ask_for(bridge, HOW.ASYLBENS_CONTINUED, OTHER_DISTRICT)

    assert named == OTHER_DISTRICT
    assert BridgingGranted in types(grant(bridge, HOW.ASYLBENS_CONTINUED, OTHER_DISTRICT))
