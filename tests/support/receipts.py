"""On which days applications were received that nobody has answered, from what was said alone."""

from datetime import date
from typing import Any

from staffel_contracts.facts import jobcenter_bridge as bridge


class Receipts:
    """The days on which something was received that is not answered, as far as it was said."""

    def __init__(self) -> None:
        """Begin with none."""
        self.asked: list[date] = []
        self.filed: list[date] = []
        self.since: list[date] = []
        """Filed, as was said after the last answer."""
        self.answered_on: date | None = None
        self.receiver: str | None = None
        self.chains: dict[str, date | None] = {}

    def of_chain(self, handoff_id: str | None) -> tuple[date | None]:
        """The first receipt of a handoff that has not taken effect."""
        return (self.chains.get(handoff_id or ""),)

    def waits(self, filed_on: date) -> bool:
        """Whether what was filed on a day is not answered."""
        return self.answered_on is None or filed_on > self.answered_on

    def sure(self) -> list[date]:
        """What was filed and waits, whatever else was filed before it."""
        return [day for day in self.since if self.waits(day)]

    def take(self, fact: Any) -> None:
        """Learn what a fact says."""
        match fact:
            case bridge.HandoffRequested():
                self.asked.append(fact.application_received_on)
            case bridge.JobcenterApplicationFiled():
                self.filed.append(fact.filed_on)
                self.since.append(fact.filed_on)
            case bridge.BenefitStartNotified():
                self._answer(fact.to_agency, fact.notified_on)
            case bridge.BenefitDecided() if fact.from_on:
                self._answer(fact.agency, fact.decided_on)
            case bridge.ResponsibilityChanged():
                self.chains.pop(fact.handoff_id or "", None)
            case bridge.HandoffDelivered():
                known = self.chains.get(fact.handoff_id) or fact.delivered_on
                self.chains[fact.handoff_id] = min(known, fact.delivered_on)
            case bridge.HandoffSubmission() | bridge.HandedBackToDistrict():
                self.asked, self.receiver = [], fact.to_agency
                self.chains[fact.handoff_id] = getattr(fact, "first_received_on", None)

    def _answer(self, agency: str, on: date) -> None:
        if agency == self.receiver:
            self.since = []
            self.answered_on = max(on, self.answered_on or on)
