"""One person's course through the bridge, driven at random, with all that was heard and said."""

from datetime import date
from typing import Any

from services.chassis.decider import Refused
from services.chassis.legal_calendar import first_of_next_month, last_of_month
from staffel_contracts.audit.course import Course as Replayed
from staffel_contracts.audit.cover import Cover
from staffel_contracts.codes import CloseReason, RefusalCode, ReopenReason
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework
from staffel_contracts.facts.jobcenter_bridge import (
    HandedBackToDistrict,
    HandoffSubmission,
    ResponsibilityChanged,
)
from tests.support.cover import DAY, Days, Reported, days, today_of
from tests.support.entries import DOMAIN, RECEIVER, SENDER, STRANGER, ends, ends_after_all, sheet
from tests.support.handoffs import Handoffs

OTHER_DISTRICT = "district-12054"
BYSTANDER = "jobcenter-14713"
AGENCIES = (SENDER, RECEIVER, STRANGER, OTHER_DISTRICT, BYSTANDER)


class Course:
    """The bridge with one person, what was reported of them, and who answered for each past day."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.bridge = Handoffs()
        self.reported = Reported()
        self.owners: dict[date, str | None] = {}
        self.refused: list[Refused] = []
        self.doubled: Days = frozenset()
        self.ends: list[date | None] = []
        self.refs = 0
        self.cover, self.replayed = Cover(), Replayed()
        """What an auditor reckons from the logs alone."""
        self.drafted_on: date | None = None
        self.draft_id: str | None = None
        """The handoff that was drafted and waits for its sheet."""

    # -- what happens --------------------------------------------------------------------------

    def hears(self, fact: Fact) -> bool:
        """Hear an entry; one that contradicts is set aside and changes nothing."""
        return self._act(lambda: self.bridge.hears(fact), heard=fact)

    def asks(self, command: Command, agency: str, role: str = "caseworker") -> bool:
        """Send a command; whether it was granted."""
        return self._act(lambda: self.bridge.asks(command, agency, role))

    def waits(self, number: int) -> None:
        """Let days pass; what was true of them is kept."""
        for day in days(self.today, self.today + (number - 1) * DAY):
            self._learn(self.bridge.on((day + DAY).isoformat()))
            self.owners[day] = self.bridge.owner_on(day.isoformat())

    def _act(self, act: Any, heard: Fact | None = None) -> bool:
        rows = {table: dict(by_key) for table, by_key in self.bridge.rows.items()}
        before = (dict(self.bridge.states), list(self.bridge.said), rows)
        try:
            said = act()
        except Refused as refusal:
            assert (self.bridge.states, self.bridge.said, self.bridge.rows) == before
            self.refused.append(refusal)
            return False
        if heard:
            self.reported.take(heard)
            self.cover.see(heard)
            self._follow_draft(heard)
        assert self.bridge.said == before[1] + said, "what was said stays as it was"
        self._learn(said)
        return True

    def _follow_draft(self, heard: Fact) -> None:
        if isinstance(heard, casework.HandoffDrafted):
            self.draft_id, self.drafted_on = heard.handoff_id, heard.drafted_on
        elif isinstance(heard, casework.HandoverSheetCompleted):
            self.draft_id = None

    def _learn(self, said: list[Fact]) -> None:
        for fact in said:
            self.ends.append(self.reported.end_on)
            self.reported.take(fact)
            self.cover.see(fact)
            self.replayed.see(fact, self.bridge.now.isoformat())

    # -- what is known -------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The legal date."""
        return today_of(self.bridge)

    @property
    def state(self) -> Any:
        """The state of the person; nothing before anything was heard."""
        return next(iter(self.bridge.states.values()), None)

    def all(self, *kinds: type[Any]) -> list[Any]:
        """The facts of these classes, in their order."""
        return [fact for fact in self.bridge.said if isinstance(fact, kinds)]

    def fresh(self, name: str) -> str:
        """A reference that was not used before."""
        self.refs += 1
        return f"{name}-{self.refs}"

    def current(self) -> str:
        """The current handoff, or one that there is not."""
        return (self.state and self.state.handoff_id) or "handoff-0"

    def involved(self) -> set[str]:
        """Every agency that ever had to do with the person."""
        handed = self.all(HandoffSubmission, HandedBackToDistrict)
        changed = [fact.to_agency for fact in self.all(ResponsibilityChanged)]
        return {a for fact in handed for a in (fact.from_agency, fact.to_agency)} | {*changed}

    # -- entries -------------------------------------------------------------------------------

    def end(self, months: int) -> Fact:
        """The end of benefits, computed or revised, at the end of a month from now."""
        end_on = month_end(self.today, months)
        start = first_of_next_month(end_on)
        first, second, third = (one.isoformat() for one in (end_on, start, last_of_month(start)))
        before = self.reported.end_on
        if before:
            return ends_after_all(first, second, third, instead_of=before.isoformat())
        return ends(first, second, third)

    def sheet(self, **more: Any) -> casework.HandoverSheetCompleted:
        """A new sheet, for the day after the end where that is known."""
        start = (self.reported.end_on or month_end(self.today, 0)) + DAY
        usual: dict[str, Any] = {"effective_on": start, "lossfree_on": last_of_month(start)}
        return sheet(self.fresh("sheet"), **usual | more)

    def draft(self, to_agency: str) -> Fact:
        """A handoff is being prepared by whoever is responsible."""
        start = (self.reported.end_on or month_end(self.today, 0)) + DAY
        return casework.HandoffDrafted(
            handoff_id=self.fresh("draft"),
            domain=DOMAIN,
            from_agency=self.responsible or SENDER,
            to_agency=to_agency,
            drafted_on=self.today,
            effective_on=start,
            by_hand=self.reported.end_on is None,
        )

    @property
    def responsible(self) -> str | None:
        """Who is responsible, as was said last."""
        return self.state.responsible if self.state else None

    def closed(self, later: int, reason: CloseReason) -> Fact:
        """The district closes the case."""
        day = self.today + later * DAY
        return casework.CaseClosed(closed_on=day, reason_code=reason)

    def reopened(self) -> Fact:
        """The district takes the case up again."""
        return casework.CaseReopened(reopened_on=self.today, reason_code=next(iter(ReopenReason)))


def month_end(today: date, months: int) -> date:
    """The last day of a month, so many months from now."""
    return last_of_month(today.replace(day=15) + months * 30 * DAY)


STABLE = frozenset(RefusalCode)
