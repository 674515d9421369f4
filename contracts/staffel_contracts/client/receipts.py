"""Technical receipts that need no person: the sheet is here, and it is the one that was sent."""

import asyncio
import logging
from typing import Final

from staffel_contracts.client.asking import Asking, Refusal
from staffel_contracts.client.disclosed import Disclosed
from staffel_contracts.codes import AccessPurpose, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import ConfirmDelivery
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffSubmission,
    HandoffSubmitted,
)
from staffel_contracts.sheet import sheet_digest

LOG = logging.getLogger("staffel_contracts.client")
AT_ONCE: Final = 16

PAST: Final = frozenset({RefusalCode.ILLEGAL_TRANSITION, RefusalCode.HANDOFF_OTHER})
"""The handoff is further on already, as where an old feed is read again: nothing is amiss."""

_FINISH_SECONDS = 10.0
_MAINTENANCE_SECONDS = 5.0
"""The platform takes no commands for a while: the receipt waits, the feed goes on."""

_SUBMITTED = frozenset({HandedToJobcenter.TYPE, HandoffSubmitted.TYPE})


class Receipts:
    """Confirms handoffs beside the feed, so that a sheet that takes long holds up nothing."""

    def __init__(self, connection: Asking) -> None:
        """Ask and send over the agency's connection."""
        self._connection = connection
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def settle(self, entry: Disclosed) -> None:
        """Confirm the handoff in an entry, if it has one for this agency, then acknowledge.

        A program that ends in between gets the entry again, and so confirms it after all.
        """
        task = asyncio.get_running_loop().create_task(self._settle(entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for what was begun, but not long: what is left comes again."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_FINISH_SECONDS)
            for task in late:
                task.cancel()

    async def _settle(self, entry: Disclosed) -> None:
        handed = entry.fact if entry.type in _SUBMITTED else None
        if isinstance(handed, HandoffSubmission) and handed.to_agency == self._connection.agency:
            async with self._at_once:
                await self._confirm(entry, handed)
        await entry.acknowledge()

    async def _confirm(self, entry: Disclosed, handed: HandoffSubmission) -> None:
        code: RefusalCode | None = RefusalCode.MAINTENANCE
        while code is RefusalCode.MAINTENANCE:
            try:
                code = await self._receipt(entry, handed)
            except Refusal as refusal:
                code = refusal.problem.code
            if code is RefusalCode.MAINTENANCE:
                await asyncio.sleep(_MAINTENANCE_SECONDS)
        if code is not None:
            level = logging.INFO if code in PAST else logging.WARNING
            LOG.log(level, "no receipt for handoff %s: %s", handed.handoff_id, code.value)

    async def _receipt(self, entry: Disclosed, handed: HandoffSubmission) -> RefusalCode | None:
        """Fetch the sheet and confirm it; gives a code if it is not the one that was sent."""
        sheet = await self._connection.ask(
            "casework",
            "handover-sheet",
            purpose=AccessPurpose.HANDOFF,
            case=entry.case,
            sheet_ref=handed.sheet_ref,
        )
        digest = sheet_digest(sheet["fields"])
        if digest != handed.sheet_digest:
            return RefusalCode.DIGEST_DIFFERS
        receipt = ConfirmDelivery(
            case=entry.case or "",
            handoff_id=handed.handoff_id,
            domain=handed.domain,
            sheet_digest=digest,
            receipt_ref=f"feed/{entry.index}",
        )
        await self._connection.send(receipt, f"receipt/{handed.handoff_id}")
        return None
