"""Who may print a sheet: the district, who is responsible, and the receiver while it has it."""

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import RefusalCode, WithdrawReason
from staffel_contracts.commands.casework import RecordSheetPrinted
from staffel_contracts.facts.casework import HandoverSheetPrinted
from staffel_contracts.facts.jobcenter_bridge import HandoffWithdrawn
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    admitted,
    charged,
    handed_over,
    recognised,
)
from tests.support.given import CASE, Given, day


@pytest.fixture
def case() -> Given:
    """A case whose sheet was submitted."""
    case = Given(SERVICE, "2025-04-04")
    case.hears(admitted(), charged(), recognised("2025-03-20"))
    case.hears(handed_over(case.state().sheet_ref))
    return case


def prints(case: Given, agency: str) -> list[str]:
    wish = RecordSheetPrinted(
        case=CASE, sheet_ref=case.state().sheet_ref or "", pdf_digest="ab" * 32
    )
    return [one.agency for one in case.asks(wish, agency) if isinstance(one, HandoverSheetPrinted)]


def test_sender_and_receiver_print_it_and_nobody_else(case: Given) -> None:
    assert prints(case, SENDER) == [SENDER]
    assert prints(case, RECEIVER) == [RECEIVER]

    with pytest.raises(Refused) as refused:
        prints(case, STRANGER)

    assert (refused.value.code, refused.value.field) == (RefusalCode.NOT_FOUND, "case")


def test_a_receiver_does_not_print_what_was_taken_back(case: Given) -> None:
    handed = handed_over(case.state().sheet_ref)
    names = ("handoff_id", "domain", "from_agency", "to_agency")
    same = {name: getattr(handed, name) for name in names}
    reason = next(iter(WithdrawReason))
    case.hears(HandoffWithdrawn(**same, withdrawn_on=day("2025-04-04"), reason_code=reason))

    with pytest.raises(Refused) as refused:
        prints(case, RECEIVER)

    assert refused.value.code is RefusalCode.NOT_FOUND
