"""A receiver that heard of its handoff before casework did is told to ask again, nobody else is."""

import pytest

from services.casework.handoff_copy import HandoffKnown
from services.casework.sheets_api import check_reader
from services.casework.state import Case
from services.chassis.decider import Refused
from staffel_contracts.codes import RefusalCode

SENDER, RECEIVER, STRANGER = "district-12069", "jobcenter-12069", "jobcenter-14612"
ROW = {"sheet_ref": "s-2", "case_id": "c-1", "from_agency": SENDER, "to_agency": RECEIVER}
FORMER = HandoffKnown("c-1", handoff_id="h-1", sheet_ref="s-1")
GIVEN_BACK = HandoffKnown("c-1", handoff_id="h-3", sheet_ref=None)


def answered(known: HandoffKnown | None, agency: str) -> RefusalCode | None:
    try:
        check_reader(ROW, Case("c-1", sheet_ref="s-2", handoff=known), agency)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("known", [None, HandoffKnown("c-1"), FORMER])
def test_what_the_bridge_said_was_not_heard_yet(known: HandoffKnown | None) -> None:
    assert answered(known, RECEIVER) is RefusalCode.UNAVAILABLE
    assert answered(known, STRANGER) is RefusalCode.NOT_THE_RECEIVER


def test_once_it_was_heard_the_sheet_is_there() -> None:
    assert answered(HandoffKnown("c-1", handoff_id="h-2", sheet_ref="s-2"), RECEIVER) is None


def test_who_gave_the_person_back_is_no_receiver_any_more() -> None:
    assert answered(GIVEN_BACK, RECEIVER) is RefusalCode.NOT_THE_RECEIVER
