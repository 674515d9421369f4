"""casework and the bridge hear each other and intake, in any order that their logs allow."""

from collections import deque
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.casework.app import SERVICE as CASEWORK
from services.jobcenter_bridge.app import SERVICE as BRIDGE
from staffel_contracts.codes import HandoffStatus, RejectReason, SheetField
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import ResubmitHandover, SupplyHandoffInformation
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    HandedToJobcenter,
    HandoffCompleted,
    ResponsibilityChanged,
)
from staffel_contracts.sheet import sheet_digest
from tests.support.entries import RECEIVER, SENDER, admitted, opened, recognised, titled
from tests.support.given import CASE, Given, day


class Relay:
    """Two services and intake's log; each hears the others' logs in order, one entry at a time."""

    def __init__(self, today: str, choices: st.DataObject | None = None) -> None:
        """Begin on a day; ``choices`` says which log is heard next, else the first that waits."""
        self.services = {service.name: Given(service, today) for service in (CASEWORK, BRIDGE)}
        self.choices = choices
        self.queues: dict[tuple[str, str], deque[Fact]] = {
            (sayer, hearer): deque()
            for sayer in ("intake", *self.services)
            for hearer in self.services
            if sayer != hearer
        }

    def say(self, sayer: str, *facts: Fact) -> None:
        """A log grows."""
        for (log, hearer), queue in self.queues.items():
            known = self.services[hearer].service.hears.get(log, {})
            queue.extend(fact for fact in facts if log == sayer and type(fact) in known)

    def settle(self) -> None:
        """Everything that waits is heard."""
        while waiting := [pair for pair, queue in self.queues.items() if queue]:
            choice = self.choices.draw(st.sampled_from(waiting)) if self.choices else waiting[0]
            self.say(choice[1], *self.services[choice[1]].hears(self.queues[choice].popleft()))

    def ask(self, service: str, command: Command, agency: str, role: str = "caseworker") -> None:
        """A command, and all that follows from it."""
        self.say(service, *self.services[service].asks(command, agency, role))
        self.settle()

    def on(self, text: str) -> None:
        """Time passes, day by day, so that each hears what the other's deadlines say."""
        today = min(service.now for service in self.services.values()).date().toordinal()
        for ordinal in range(today, day(text).toordinal() + 1):
            for name, service in self.services.items():
                self.say(name, *service.on(date.fromordinal(ordinal).isoformat()))
            self.settle()

    @property
    def handed(self) -> HandedToJobcenter:
        """The last handoff."""
        found: HandedToJobcenter = self.services["jobcenter_bridge"].last(HandedToJobcenter)
        return found

    def answer(self, kind: type[Command], role: str = "caseworker", **more: object) -> None:
        """The receiver answers the last handoff."""
        command = kind.model_validate({"case": CASE, "handoff_id": self.handed.handoff_id} | more)
        self.ask("jobcenter_bridge", command, RECEIVER, role)


@settings(max_examples=60)
@given(choices=st.data())
def test_a_case_goes_from_the_recognition_to_the_first_payment(choices: st.DataObject) -> None:
    relay = Relay("2025-03-28", choices)
    casework, bridge = relay.services["casework"], relay.services["jobcenter_bridge"]
    relay.say("intake", admitted(), opened(), recognised("2025-03-20"))
    relay.settle()
    relay.on("2025-04-07")
    digest = relay.handed.sheet_digest
    relay.answer(ConfirmDelivery, sheet_digest=digest, receipt_ref="receipt-1")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.answer(
        RequestHandoffInformation, item_codes=[SheetField.HEALTH_FUND], due_on="2025-04-14"
    )
    answer = SupplyHandoffInformation(
        case=CASE,
        handoff_id=relay.handed.handoff_id,
        fields={SheetField.HEALTH_FUND: "AOK Nordost"},
    )
    relay.ask("casework", answer, SENDER)
    relay.answer(AcceptHandoff, effective_on="2025-05-01", sheet_digest=digest)
    relay.on("2025-05-06")
    relay.answer(NotifyBenefitStart, starts_on="2025-05-01")

    assert digest == sheet_digest(casework.last(HandoverSheetCompleted).model_dump()["fields"])
    assert relay.handed.submitted_on == day("2025-04-04")
    assert bridge.last(ResponsibilityChanged).valid_from == day("2025-05-01")
    assert bridge.last(HandoffCompleted).days_to_accept == 3
    assert bridge.last(CoverageGapClosed).days == 0
    assert casework.state().handoff.status == HandoffStatus.COMPLETED
    assert casework.state().responsible == RECEIVER
    for service in (casework, bridge):
        assert service.folded() == service.own()
        assert service.pending() == {}


@settings(max_examples=60)
@given(choices=st.data())
def test_a_rejected_case_is_handed_over_again_and_taken(choices: st.DataObject) -> None:
    relay = Relay("2025-03-28", choices)
    relay.say("intake", admitted(), recognised("2025-03-20"), titled("2025-03-28"))
    relay.settle()
    first = relay.handed
    relay.answer(ConfirmDelivery, sheet_digest=first.sheet_digest, receipt_ref="receipt-1")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.answer(RejectHandoff, role="lead", reason_code=RejectReason.INCOMPLETE)
    again = ResubmitHandover(
        case=CASE, handoff_id=first.handoff_id, fields={SheetField.TENANCY: "shared flat, 340 EUR"}
    )
    relay.ask("casework", again, SENDER)
    second = relay.handed
    relay.answer(ConfirmDelivery, sheet_digest=second.sheet_digest, receipt_ref="receipt-2")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.on("2025-04-10")
    relay.answer(AcceptHandoff, effective_on="2025-04-01", sheet_digest=second.sheet_digest)

    assert second.replaces_handoff == first.handoff_id
    assert second.sheet_digest != first.sheet_digest
    changes = [
        f for f in relay.services["jobcenter_bridge"].said if isinstance(f, ResponsibilityChanged)
    ]
    assert [(c.to_agency, c.valid_from) for c in changes] == [
        (SENDER, day("2024-09-02")),
        (RECEIVER, day("2025-04-10")),
    ]
