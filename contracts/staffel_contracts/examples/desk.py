"""The invented jobcenter's desk: what it plans, and what becomes of each handoff."""

import asyncio
import heapq
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from staffel_contracts.client import Connection, Disclosed, Refusal
from staffel_contracts.codes import AccessPurpose, ResponsibilityDomain
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import ReportCourseEnrolment, ReportCourseStart
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.examples.conduct import Conduct, Course, conduct
from staffel_contracts.facts.casework import HandoffInformationSupplied
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffRejectionProposed,
    HandoffSubmission,
    HandoffSubmitted,
)
from staffel_contracts.sheet import sheet_digest

HEARD = frozenset(
    fact.TYPE
    for fact in (
        HandedToJobcenter,
        HandoffSubmitted,
        HandoffInformationSupplied,
        HandoffRejectionProposed,
    )
)
AT_ONCE = 64
UNIT = "unit-arrival"
DAYS_TO_ANSWER = 7

Step = Callable[[], Awaitable[None]]


class Agenda:
    """What is to be done, and on which day."""

    def __init__(self) -> None:
        """Nothing yet; the first day has not begun."""
        self.today = date.min
        self._steps: list[tuple[date, int, Step]] = []
        self._number = count()

    @property
    def next(self) -> date | None:
        """The first day on which something is to be done."""
        return self._steps[0][0] if self._steps else None

    def put(self, day: date, step: Step) -> None:
        """Do something on ``day``, or on the first working day after it."""
        heapq.heappush(self._steps, (day, next(self._number), step))

    def take(self) -> list[Step]:
        """Take what is due."""
        found = []
        while self._steps and self._steps[0][0] <= self.today:
            found.append(heapq.heappop(self._steps)[2])
        return found


class Desk:
    """The unit that deals with handoffs: it hears of them, plans, and answers."""

    def __init__(self, connection: Connection, seed: int) -> None:
        """Work over a connection, with the chances of a seed."""
        self.connection, self.seed = connection, seed
        self.agenda = Agenda()
        self.counts: Counter[str] = Counter()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._matters: dict[str, Matter] = {}

    async def hear(self, entry: Disclosed) -> None:
        """Deal with an entry of the feed, and with what it makes due today."""
        fact = entry.fact if entry.type in HEARD else None
        if isinstance(fact, HandoffSubmission):
            await self._take_in(entry, fact)
        elif isinstance(fact, HandoffInformationSupplied):
            matter = self._matters.get(fact.handoff_id)
            if matter is not None:
                matter.go_on(max(self.agenda.today, fact.supplied_on))
        elif isinstance(fact, HandoffRejectionProposed):
            matter = self._matters.get(fact.handoff_id)
            if matter is not None:
                matter.look_again(max(self.agenda.today, fact.proposed_on))
        if fact is not None:
            await self.work_off()

    async def begin(self, day: date) -> None:
        """Begin a working day and deal with all that is due."""
        self.agenda.today = max(self.agenda.today, day)
        await self.work_off()

    async def work_off(self) -> None:
        """Take the steps that are due, and those that these make due."""
        while steps := self.agenda.take():
            await asyncio.gather(*(step() for step in steps))

    async def send(
        self, command: Command, key: str, counted: str, *, role: str | None = None
    ) -> bool:
        """Send a command; a refusal is counted and its code goes to standard error."""
        async with self._at_once:
            try:
                await self.connection.send(command, key, role=role)
            except Refusal as refusal:
                self.refused(command.NAME, refusal)
                return False
        self.counts[counted] += 1
        return True

    def refused(self, wish: str, refusal: Refusal) -> None:
        """Note that something was refused: a code, and nothing about the case."""
        self.counts["refused"] += 1
        sys.stderr.write(f"{wish}: {refusal.problem.code.value}\n")

    async def _take_in(self, entry: Disclosed, fact: HandoffSubmission) -> None:
        try:
            async with self._at_once:
                sheet = await self.connection.ask(
                    "casework",
                    "handover-sheet",
                    purpose=AccessPurpose.HANDOFF,
                    case=entry.case,
                    sheet_ref=fact.sheet_ref,
                )
        except Refusal as refusal:
            self.refused("handover-sheet", refusal)
            return
        if sheet_digest(sheet["fields"]) != fact.sheet_digest:
            self.counts["digest_differs"] += 1
            sys.stderr.write("handover-sheet: digest-differs\n")
            return
        await self._receive(entry, fact, sheet["fields"])

    async def _receive(
        self, entry: Disclosed, fact: HandoffSubmission, fields: dict[str, str]
    ) -> None:
        again = fact.replaces_handoff is not None
        planned = conduct(self.seed, fact.sheet_digest, fields, fact.effective_on, again=again)
        if isinstance(fact, HandoffSubmitted):  # the jobcenter's age limit is not its own
            planned = replace(planned, rejected=None, course=None)
        matter = Matter(self, entry.case or "", fact, planned)
        self._matters[fact.handoff_id] = matter
        await matter.receive(f"feed/{entry.index}", max(self.agenda.today, fact.submitted_on))


@dataclass(eq=False)
class Matter:
    """One handoff at the jobcenter, from the technical receipt to the start of a course."""

    desk: Desk
    case: str
    handed: HandoffSubmission
    conduct: Conduct
    rounds: int = 0

    async def receive(self, receipt: str, day: date) -> None:
        """Confirm the technical receipt at once: no person is needed for that."""
        wish = ConfirmDelivery(
            **self._which(), sheet_digest=self.handed.sheet_digest, receipt_ref=receipt
        )
        if await self._send(wish, "delivered") and not self.conduct.silent:
            self._plan(day, self.conduct.taken_up_after, self.take_up)

    async def take_up(self) -> None:
        """A unit takes it up, and asks if something is missing."""
        wish = AcknowledgeHandoff(**self._which(), unit_ref=UNIT)
        if await self._send(wish, "acknowledged"):
            await self.ask_or_decide()

    async def ask_or_decide(self) -> None:
        """Ask what is left to ask, else decide in some days."""
        today = self.desk.agenda.today
        if self.rounds == len(self.conduct.questions):
            self._plan(today, self.conduct.decided_after, self.decide)
            return
        wish = RequestHandoffInformation(
            **self._which(),
            item_codes=self.conduct.questions[self.rounds],
            due_on=today + timedelta(days=DAYS_TO_ANSWER),
        )
        self.rounds += 1
        await self._send(wish, "asked", f"/{self.rounds}")

    def go_on(self, day: date) -> None:
        """The answer came: look at it on the next days."""
        self._plan(day, self.conduct.taken_up_after, self.ask_or_decide)

    async def decide(self) -> None:
        """Accept for the day after the district's last, or reject with a reason."""
        if self.conduct.rejected:
            no = RejectHandoff(**self._which(), reason_code=self.conduct.rejected)
            await self._send(no, "rejected")
            return
        yes = AcceptHandoff(
            **self._which(),
            effective_on=self.handed.effective_on,
            sheet_digest=self.handed.sheet_digest,
        )
        if await self._send(yes, "accepted"):
            self._plan_after_acceptance()

    def look_again(self, day: date) -> None:
        """So close to the end of benefits the lead looks at the rejection, the next day."""
        self._plan(day, 1, self.confirm_rejection)

    async def confirm_rejection(self) -> None:
        """The lead confirms it."""
        if self.conduct.rejected:
            no = RejectHandoff(**self._which(), reason_code=self.conduct.rejected)
            await self._send(no, "rejected", "/lead", role="lead")

    async def grant(self) -> None:
        """Decide about benefits and tell the district from when they are paid."""
        wish = NotifyBenefitStart(**self._which(), starts_on=self._first_day_paid())
        await self._send(wish, "granted")

    async def enrol(self, course: Course) -> None:
        """The person registered for a course."""
        today = self.desk.agenda.today
        expected = today + timedelta(days=course.expected_after)
        ref = f"{course.kind.value}-{expected:%Y-%m}-{course.provider}"
        wish = ReportCourseEnrolment(
            case=self.case,
            course_ref=ref,
            provider_ref=f"provider-{course.provider}",
            course_kind=course.kind,
            enrolled_on=today,
            expected_start_on=expected,
        )
        if await self._send(wish, "enrolled"):
            self._plan(today, course.started_after, lambda: self.start(ref))

    async def start(self, ref: str) -> None:
        """The course began."""
        wish = ReportCourseStart(case=self.case, course_ref=ref, started_on=self.desk.agenda.today)
        await self._send(wish, "started")

    def _plan_after_acceptance(self) -> None:
        """In other domains than benefits nothing is paid, and nothing follows."""
        if self.handed.domain is not ResponsibilityDomain.BENEFITS:
            return
        today, effective_on = self.desk.agenda.today, self.handed.effective_on
        late = self.conduct.granted_late or self.conduct.applied_late
        self._plan(
            max(today, effective_on) if late else today, self.conduct.granted_after, self.grant
        )
        course = self.conduct.course
        if course:
            day = max(today, effective_on)
            self._plan(day, course.enrolled_after, lambda: self.enrol(course))

    def _first_day_paid(self) -> date:
        """The first of the month of the application, and never before the district's last day.

        What is handed over again counts from its first receipt (§ 16 Abs. 2 SGB I).
        """
        effective_on = self.handed.effective_on
        first = effective_on
        if self.handed.replaces_handoff is None:
            first = max(effective_on, self.handed.submitted_on.replace(day=1))
        if self.conduct.applied_late:
            first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first

    def _plan(self, day: date, days: int, step: Step) -> None:
        self.desk.agenda.put(day + timedelta(days=days), step)

    def _which(self) -> dict[str, Any]:
        named = {"handoff_id": self.handed.handoff_id, "domain": self.handed.domain}
        return {"case": self.case, **named}

    async def _send(
        self, command: Command, counted: str, number: str = "", *, role: str | None = None
    ) -> bool:
        key = f"{self.case}/{self.handed.handoff_id}/{command.NAME}{number}"
        return await self.desk.send(command, key, counted, role=role)
