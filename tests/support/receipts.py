"""On which days applications were received that nobody has answered, from what was said alone."""

from datetime import date
from typing import Any

from staffel_contracts.facts import jobcenter_bridge as bridge

_OVER = (
    bridge.HandoffRejected,
    bridge.HandoffExpired,
    bridge.HandoffWithdrawn,
    bridge.HandoffAnnulled,
)


class Receipts:
    """The days on which something was received that is not answered, as far as it was said."""

    def __init__(self) -> None:
        """Begin with none."""
        self.asked: list[date] = []
        self.filed: list[date] = []
        self.since: list[date] = []
        """Filed, as was said after the last answer."""
        self.answered_on: date | None = None
        self.receivers: set[str | None] = set()
        """Who is to take over, or did, or is to take back."""
        self.current: str | None = None
        self.accepted: dict[str | None, str] = {}
        self.over: set[str | None] = set()
        self.standing: str | None = None
        """What was accepted and is handed back before its day."""
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
        self.over |= {fact.handoff_id} if isinstance(fact, _OVER) else set()
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
            case bridge.HandoffAccepted():
                self.accepted[fact.handoff_id] = fact.to_agency
            case bridge.ResponsibilityChanged():
                self.chains.pop(fact.handoff_id or "", None)
                self._moves(fact)
            case bridge.HandoffDelivered():
                known = self.chains.get(fact.handoff_id) or fact.delivered_on
                self.chains[fact.handoff_id] = min(known, fact.delivered_on)
            case bridge.HandoffReversed():
                self.standing, self.receivers = None, {fact.to_agency}
                both = (self.chains[fact.handoff_id], self.chains[fact.reverses_handoff])
                self.chains[fact.handoff_id] = min(day for day in both if day)
            case bridge.HandoffSubmission() | bridge.HandedBackToDistrict():
                self.asked, self.current = [], fact.handoff_id
                self._begins(fact)
                self.chains[fact.handoff_id] = getattr(fact, "first_received_on", None)

    def _begins(self, fact: Any) -> None:
        back = getattr(fact, "reverses_handoff", None)
        taker = self.accepted.get(back)
        self.standing = back if taker else None
        self.receivers = {fact.to_agency, *([taker] if taker else [])}

    def _moves(self, fact: bridge.ResponsibilityChanged) -> None:
        self.accepted.pop(fact.handoff_id, None)
        if self.standing is None or fact.handoff_id != self.standing:
            return
        self.standing = None
        over = self.current in self.over
        self.receivers = {fact.to_agency} if over else self.receivers - {fact.to_agency}

    def _answer(self, agency: str, on: date) -> None:
        if agency in self.receivers:
            self.since = []
            self.answered_on = max(on, self.answered_on or on)
