"""A handoff in any stage, reached as it would be in an office."""

from typing import Any

import pytest

from services.chassis.decider import Refused
from services.jobcenter_bridge.app import SERVICE
from staffel_contracts.codes import (
    AnnulReason,
    DeliveryFault,
    ForwardReason,
    HandoffStatus,
    RejectReason,
    SheetField,
    WithdrawReason,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    AnnulHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    ReportDeliveryFailure,
    RequestHandoffInformation,
    WithdrawHandoff,
)
from staffel_contracts.fact import Fact
from tests.support.entries import DIGEST, RECEIVER, SENDER, admitted, ends, sheet
from tests.support.given import CASE, Given, day

SUBMITTED_ON = "2025-04-04"


class Handoffs(Given):
    """The bridge, with one person in it; commands go to the current handoff."""

    def __init__(self, today: str = SUBMITTED_ON) -> None:
        """Begin with nobody."""
        super().__init__(SERVICE, today)

    def answers(
        self,
        kind: type[HandoffCommand],
        agency: str | None = None,
        role: str = "caseworker",
        **more: Any,
    ) -> list[Fact]:
        """What is said when the side that this command is for sends it, as it usually would."""
        current = self.state().handoff_id if self.states else "handoff-1"
        usual = {"case": CASE, "handoff_id": current, **_USUAL[kind]}
        return self.asks(kind(**usual | more), agency or side_of(kind), role)

    def refusal(
        self, kind: type[HandoffCommand], agency: str | None = None, **more: Any
    ) -> Refused:
        """The refusal of an answer; it changes nothing."""
        before = self.state()
        with pytest.raises(Refused) as refusal:
            self.answers(kind, agency, **more)
        assert self.state() == before
        return refusal.value

    @property
    def stage(self) -> HandoffStatus:
        """Where the handoff stands."""
        return HandoffStatus(self.state().stage)

    def owner_on(self, text: str) -> str | None:
        """Who is responsible on a day, as the intervals for readers tell."""
        rows = self.rows.get("responsibility", {}).values()
        begun = [row for row in rows if row["valid_from"] <= day(text)]
        return str(max(begun, key=_begin)["agency"]) if begun else None


def _begin(row: Any) -> Any:
    return row["valid_from"]


_USUAL: dict[type[HandoffCommand], dict[str, Any]] = {
    ConfirmDelivery: {"sheet_digest": DIGEST, "receipt_ref": "receipt-1"},
    AcknowledgeHandoff: {"unit_ref": "team-7"},
    RequestHandoffInformation: {
        "item_codes": (SheetField.HEALTH_FUND,),
        "due_on": day("2030-01-01"),
    },
    AcceptHandoff: {"effective_on": day("2025-05-01"), "sheet_digest": DIGEST},
    RejectHandoff: {"reason_code": RejectReason.INCOMPLETE},
    NotifyBenefitStart: {"starts_on": day("2025-05-01")},
    ReportDeliveryFailure: {"fault_code": DeliveryFault.REFUSED},
    ForwardHandoff: {
        "forwarded_to": "jobcenter-13074",
        "reason_code": ForwardReason.NOT_COMPETENT_LOCAL,
    },
    WithdrawHandoff: {"reason_code": WithdrawReason.NO_NEED},
    AnnulHandoff: {"reason_code": AnnulReason.WRONG_PERSON},
}
OF_THE_SENDER = (WithdrawHandoff, AnnulHandoff)
"""What the sender says about its own handoff."""
COMMANDS = tuple(_USUAL)


def usual(kind: type[HandoffCommand]) -> dict[str, Any]:
    """What a command says as a rule, apart from case and handoff."""
    return _USUAL[kind]


def side_of(kind: type[HandoffCommand]) -> str:
    """The agency that a command is for."""
    return SENDER if kind in OF_THE_SENDER else RECEIVER


def submitted(today: str = SUBMITTED_ON) -> Handoffs:
    """A handoff submitted in time: benefits of the sender end on 30 April 2025."""
    bridge = Handoffs(today)
    bridge.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"), sheet())
    return bridge


def delivered() -> Handoffs:
    """Delivered on the day of the submission."""
    bridge = submitted()
    bridge.answers(ConfirmDelivery)
    return bridge


def acknowledged() -> Handoffs:
    """Taken up on the day of the submission."""
    bridge = delivered()
    bridge.answers(AcknowledgeHandoff)
    return bridge


def information_requested() -> Handoffs:
    """With an open question."""
    bridge = acknowledged()
    bridge.answers(RequestHandoffInformation)
    return bridge


def accepted() -> Handoffs:
    """Accepted in time for 1 May 2025."""
    bridge = acknowledged()
    bridge.answers(AcceptHandoff)
    return bridge


def in_effect() -> Handoffs:
    """Taken over on 1 May 2025; it is not known yet when benefits start."""
    bridge = accepted()
    bridge.on("2025-05-02")
    return bridge


def completed() -> Handoffs:
    """Taken over, and benefits run."""
    bridge = in_effect()
    bridge.answers(NotifyBenefitStart)
    return bridge


def rejected() -> Handoffs:
    """Rejected as incomplete."""
    bridge = acknowledged()
    bridge.answers(RejectHandoff)
    return bridge


def expired() -> Handoffs:
    """Nobody took it up within 14 days."""
    bridge = submitted()
    bridge.on("2025-04-22")
    return bridge


def delivery_failed() -> Handoffs:
    """The receiver's system refused it."""
    bridge = submitted()
    bridge.answers(ReportDeliveryFailure)
    return bridge


def second_look() -> Handoffs:
    """To be rejected so late that a lead has to look first."""
    bridge = acknowledged()
    bridge.on("2025-04-28")
    bridge.answers(RejectHandoff)
    return bridge


def forwarded() -> Handoffs:
    """Passed on to the competent jobcenter."""
    bridge = acknowledged()
    bridge.answers(ForwardHandoff)
    return bridge


def withdrawn() -> Handoffs:
    """Taken back by the sender."""
    bridge = delivered()
    bridge.answers(WithdrawHandoff, SENDER)
    return bridge


def annulled() -> Handoffs:
    """Entered in error."""
    bridge = delivered()
    bridge.answers(AnnulHandoff, SENDER)
    return bridge


REACHED = {
    HandoffStatus.DELIVERY_FAILED: delivery_failed,
    HandoffStatus.SECOND_LOOK: second_look,
    HandoffStatus.FORWARDED: forwarded,
    HandoffStatus.WITHDRAWN: withdrawn,
    HandoffStatus.ANNULLED: annulled,
    HandoffStatus.SUBMITTED: submitted,
    HandoffStatus.DELIVERED: delivered,
    HandoffStatus.ACKNOWLEDGED: acknowledged,
    HandoffStatus.INFORMATION_REQUESTED: information_requested,
    HandoffStatus.ACCEPTED: accepted,
    HandoffStatus.IN_EFFECT: in_effect,
    HandoffStatus.COMPLETED: completed,
    HandoffStatus.REJECTED: rejected,
    HandoffStatus.EXPIRED: expired,
}
"""How each stage is reached."""
