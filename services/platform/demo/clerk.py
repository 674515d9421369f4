"""The district's clerk: answers questions and hands over again, some days later, by commands."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import count
from random import Random

from services.chassis.legal_calendar import add_working_days
from services.platform.demo.decisions import LAND
from staffel_contracts.client import Connection, Disclosed, Refusal
from staffel_contracts.codes import ResponsibilityDomain, SheetField
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import (
    DraftHandoff,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.facts.casework import HandoffDrafted
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffExpired,
    HandoffFact,
    HandoffInformationRequested,
    HandoffRejected,
)

ANSWERS = {
    SheetField.TENANCY: "Zimmer in Gemeinschaftsunterkunft, Gebühr 242,00 EUR",
    SheetField.BANK_ACCOUNT_EXISTS: "ja",
    SheetField.HEALTH_FUND: "AOK Nordost",
}
"""What the clerk finds out when asked."""

HEARD = frozenset(
    fact.TYPE
    for fact in (
        HandoffDrafted,
        HandedToJobcenter,
        HandoffInformationRequested,
        HandoffRejected,
        HandoffExpired,
    )
)
"""The facts that the clerk deals with; all others are only read past."""

NOT_IN_THE_FILE = "liegt nicht vor"
CONFIRMED_AFTER = 3
"""Working days until the clerk has looked whether a small child is alone."""

_Send = Callable[[], Awaitable[None]]


class Clerk:
    """Follows the district's feed, plans, and sends what is due when its day has come."""

    def __init__(self, connection: Connection, seed: int) -> None:
        """Work over the district's connection, with the chances of a seed."""
        self._connection, self._seed = connection, seed
        self._digests: dict[str, str] = {}
        self._due: list[tuple[date, int, Command, str]] = []
        self._number = count()
        self.counts: Counter[str] = Counter()

    @property
    def next(self) -> date | None:
        """The first day on which something is to be sent."""
        return self._due[0][0] if self._due else None

    async def follow(self) -> None:
        """Read the feed until cancelled; every entry is acknowledged when it is planned for."""
        async for entry in self._connection.feed():
            self._hear(entry)
            await entry.done()

    async def work(self, day: date) -> None:
        """Send all that is due up to ``day``."""
        due = []
        while self._due and self._due[0][0] <= day:
            _, _, command, key = heapq.heappop(self._due)
            due.append(self._send(command, key))
        await asyncio.gather(*due)

    def _hear(self, entry: Disclosed) -> None:
        if entry.type not in HEARD:
            return
        fact, case = entry.fact, entry.case or ""
        if isinstance(fact, HandoffDrafted):
            self._confirm(fact, case)
        elif isinstance(fact, HandedToJobcenter):
            self._digests[fact.handoff_id] = fact.sheet_digest
        elif isinstance(fact, HandoffInformationRequested):
            self._answer(fact, case)
        elif isinstance(fact, HandoffRejected) and fact.resubmittable:
            self._again(fact, case, fact.rejected_on)
        elif isinstance(fact, HandoffExpired):
            self._again(fact, case, fact.expired_on)

    def _confirm(self, fact: HandoffDrafted, case: str) -> None:
        """A small child alone goes nowhere by itself: some days later it is confirmed by hand."""
        if fact.household_again_on is None:
            return
        command = DraftHandoff(
            case=case,
            domain=ResponsibilityDomain.BENEFITS,
            to_agency=fact.to_agency,
            effective_on=fact.effective_on,
        )
        key = f"clerk/{fact.handoff_id}/confirm"
        self._put(add_working_days(fact.drafted_on, CONFIRMED_AFTER, LAND), command, key)

    def _answer(self, fact: HandoffInformationRequested, case: str) -> None:
        fields = {code: ANSWERS.get(code, NOT_IN_THE_FILE) for code in fact.item_codes}
        command = SupplyHandoffInformation(case=case, handoff_id=fact.handoff_id, fields=fields)
        self._plan(fact, fact.requested_on, (1, 4), command, f"supply/{fact.round}")

    def _again(self, fact: HandoffFact, case: str, on: date) -> None:
        command = ResubmitHandover(case=case, handoff_id=fact.handoff_id, fields=dict(ANSWERS))
        self._plan(fact, on, (2, 6), command, "resubmit")

    def _plan(
        self, fact: HandoffFact, on: date, days: tuple[int, int], command: Command, step: str
    ) -> None:
        digest = self._digests.get(fact.handoff_id, "")
        random = Random(f"{self._seed}/{digest}/{step}")  # noqa: S311 - repeatable chance is wanted
        day = add_working_days(on, random.randint(*days), LAND)
        self._put(day, command, f"clerk/{fact.handoff_id}/{step}")

    def _put(self, day: date, command: Command, key: str) -> None:
        heapq.heappush(self._due, (day, next(self._number), command, key))

    async def _send(self, command: Command, key: str) -> None:
        try:
            await self._connection.send(command, key)
        except Refusal as refusal:
            self.counts[f"refused {command.NAME} {refusal.problem.code.value}"] += 1
        else:
            self.counts[command.NAME] += 1
