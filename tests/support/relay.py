"""casework and the bridge, which hear each other and intake in any order that their logs allow."""

from collections import deque
from datetime import date
from typing import Any

from hypothesis import strategies as st

from services.casework.app import SERVICE as CASEWORK
from services.jobcenter_bridge.app import SERVICE as BRIDGE
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.command import Command
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import HandedToJobcenter, HandoffSubmission
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
    def bridge(self) -> Given:
        """The bridge."""
        return self.services["jobcenter_bridge"]

    @property
    def casework(self) -> Given:
        """Casework."""
        return self.services["casework"]

    @property
    def handed(self) -> HandedToJobcenter:
        """The last handoff to a jobcenter."""
        found: HandedToJobcenter = self.bridge.last(HandedToJobcenter)
        return found

    def handed_in(self, domain: ResponsibilityDomain) -> HandoffSubmission:
        """The last handoff of a domain."""
        sent = (fact for fact in reversed(self.bridge.said) if isinstance(fact, HandoffSubmission))
        return next(fact for fact in sent if fact.domain is domain)

    def answer(
        self,
        kind: type[Command],
        role: str = "caseworker",
        domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS,
        **more: object,
    ) -> None:
        """The receiver answers the last handoff of a domain."""
        handed = self.handed_in(domain)
        which = {"case": CASE, "handoff_id": handed.handoff_id, "domain": domain.value}
        self.ask("jobcenter_bridge", kind.model_validate(which | more), handed.to_agency, role)

    def take_up(self, domain: ResponsibilityDomain) -> str:
        """The receiver takes in and takes up the last handoff of a domain; gives the digest."""
        digest = self.handed_in(domain).sheet_digest
        self.answer(ConfirmDelivery, domain=domain, sheet_digest=digest, receipt_ref="receipt-1")
        self.answer(AcknowledgeHandoff, domain=domain, unit_ref="team-7")
        return digest

    def take_over(self, domain: ResponsibilityDomain, effective_on: str) -> None:
        """The receiver accepts the last handoff of a domain, after all that comes before."""
        accepted = {"effective_on": effective_on, "sheet_digest": self.take_up(domain)}
        self.answer(AcceptHandoff, domain=domain, **accepted)

    def state_in(self, domain: ResponsibilityDomain) -> Any:
        """What the bridge knows of a domain."""
        return self.bridge.states["handoff", f"{CASE}/{domain.value}"]
