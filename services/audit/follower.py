"""Following one log: read what is new, verify it, archive it, compare what was signed."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from time import monotonic

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.audit.findings import Code, Findings
from services.audit.lines import Damaged
from services.audit.log_archive import Contradiction, LogArchive
from services.audit.verifying import BrokenEntry, first_difference, verify
from services.audit.witnesses import Witnesses
from services.chassis.store.log import iso
from services.chassis.tasks import heed_cancellation
from services.chassis.transport.log_endpoint import ANSWER_ENTRIES, Answer, NoAnswer, ask_log
from services.chassis.writing.checkpoints import NoCheckpoint, ask_checkpoint, cut_subject
from staffel_contracts.tlog.checkpoint import SignedCheckpoint, verified_checkpoint
from staffel_contracts.tlog.note import Malformed, Unsigned
from staffel_contracts.tlog.policy import Policy
from staffel_contracts.tlog.tree import root_at

POLL_SECONDS = 2.0
_AGAIN_SECONDS = 0.5
_GATHER_SECONDS = 0.2
DAMAGED_SECONDS = 60.0
"""Until a damaged archive is looked at again: all of it is read each time."""


class Follower:
    """Follows one log until cancelled; what is wrong is a finding, what is away is tried again."""

    def __init__(
        self,
        nc: Client,
        archive: LogArchive,
        policy: Policy,
        findings: Findings,
        witnesses: Witnesses,
        *,
        keep_every: float,
    ) -> None:
        """Prepare to follow the log of ``archive``, whose key the policy trusts."""
        self.heartbeat = monotonic()
        self.problem: str | None = None
        self.size = 0
        """How long the sayer said that the log is."""
        self.compared = 0
        """The size of the checkpoint that was last found to agree."""
        self._nc, self._archive, self._policy = nc, archive, policy
        self._findings, self._witnesses, self._keep_every = findings, witnesses, keep_every
        self._log = archive.log
        self._origin: str | None = None
        self._woken = asyncio.Event()
        self._ahead: dict[str, int] = {}
        self._kept_at = -inf
        self._kept_size = -1
        self._open_at = 0.0
        self._searched = False
        """Whether the entry in which a forked log differs was looked for to the end."""

    def trust(self, policy: Policy) -> None:
        """Judge by another policy from now on; the newest checkpoint is kept again at once.

        The one that is kept may be signed by nobody whom the new policy trusts.
        """
        self._policy, self._kept_size, self._kept_at = policy, -1, -inf
        self._woken.set()

    @property
    def behind(self) -> int:
        """How many entries are not archived yet."""
        return max(0, self.size - self._archive.size())

    async def run(self) -> None:
        """Follow until cancelled."""
        subscription = await self._nc.subscribe(cut_subject(self._log), cb=self._wake)
        try:
            while True:
                self._woken.clear()
                await self._turn()
                heed_cancellation()
                await self._rest()
        finally:
            if not self._nc.is_closed:
                await subscription.unsubscribe()

    async def _turn(self) -> None:
        self.heartbeat = monotonic()
        if not self._archive.is_open and self.heartbeat < self._open_at:
            return
        try:
            await self._follow()
        except (NoAnswer, NoCheckpoint, OSError) as error:
            self.problem = str(error)
        else:
            self.problem = None

    async def _follow(self) -> None:
        try:
            if not self._archive.is_open:
                await asyncio.to_thread(self._open)
                self._kept_size = self._size_kept()
            if await self._catch_up():
                await self._compare()
        except Damaged as error:
            self._found(Code.ARCHIVE_DAMAGED, str(error))
        except BrokenEntry as error:
            self._found(Code.BROKEN_ENTRY, str(error), error.index)
        except Contradiction as error:
            self._found(Code.ENTRY_CHANGED, str(error), error.index)

    # -- entries -------------------------------------------------------------------------------

    def _open(self) -> None:
        try:
            self._archive.open(self._beat)
        except Damaged:
            self._open_at = monotonic() + DAMAGED_SECONDS
            raise

    def _size_kept(self) -> int:
        """The size of the checkpoint that is kept; none that the policy does not trust counts."""
        last = self._archive.last_checkpoint()
        try:
            return verified_checkpoint(last.note, self._policy.logs).checkpoint.size if last else -1
        except (Malformed, Unsigned):
            return -1

    def _beat(self) -> None:
        self.heartbeat = monotonic()

    async def _catch_up(self) -> bool:
        """Archive all that there is; the next entries are asked for while these are written.

        Nothing is archived, and false is given, where the log does not go on from what is archived.
        """
        start = self._archive.size()
        # With the last archived entry, by which a log that was set back and grew again is known.
        answer = await ask_log(self._nc, self._log, max(0, start - 1), ANSWER_ENTRIES)
        if start and answer.wires:
            last, *fresh = answer.wires
            if first_difference(0, self._archive.wires(start - 1, 1), [last]) is not None:
                await self._forked(start, "the log does not go on from the archived entries")
                return False
            answer = answer._replace(wires=fresh)
        while True:
            self.heartbeat, self.size = monotonic(), answer.size
            self._refuse_shorter(answer.size, start)
            if not answer.wires:
                return True
            start += len(answer.wires)
            following = asyncio.create_task(self._ask(start, answer.size))
            try:
                await asyncio.to_thread(self._take, answer.wires)
            except BaseException:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                raise
            answer = await following

    async def _ask(self, start: int, known: int) -> Answer:
        if start >= known:
            return Answer(known, [])
        return await ask_log(self._nc, self._log, start, ANSWER_ENTRIES)

    def _take(self, wires: list[bytes]) -> None:
        self._origin = self._origin or self._archive.origin()
        verify(wires, self._log, self._archive.size(), self._origin)
        self._archive.append(wires)

    def _refuse_shorter(self, size: int, archived: int) -> None:
        if size < archived:
            self._found(Code.SHRUNK, f"{archived} entries are archived, the sayer has {size}", size)

    # -- checkpoints ---------------------------------------------------------------------------

    async def _compare(self) -> None:
        data = await ask_checkpoint(self._nc, self._log)
        try:
            signed = verified_checkpoint(data, self._policy.logs)
        except (Malformed, Unsigned) as error:
            self._found(Code.BAD_CHECKPOINT, str(error), evidence=data)
            return
        size = signed.checkpoint.size
        if size > self._archive.size():
            await self._catch_up()
        if size > self._archive.size():
            detail = f"signed over {size} entries, the sayer gives {self._archive.size()}"
            self._found(Code.WITHHELD, detail, evidence=data)
            return
        await self._compare_roots(signed, data)

    async def _compare_roots(self, signed: SignedCheckpoint, data: bytes) -> None:
        size = signed.checkpoint.size
        if size < self.compared:
            detail = f"signed over {size} entries, before over {self.compared}"
            self._found(Code.SHRUNK, detail, size, data)
        if await asyncio.to_thread(self._root, size) != signed.checkpoint.root:
            detail = f"the root signed for {size} entries is not that of the archived ones"
            await self._forked(size, detail, data)
            return
        self._searched = False
        self.compared = max(size, self.compared)
        for name, seen in self._ahead.items():
            if size < seen:
                detail = f"{name} saw {seen} entries, the newest checkpoint is of {size}"
                self._found(Code.WITNESS_CONTRADICTS, detail, evidence=data)
        if self._is_due(size):
            await self._keep(signed)

    def _root(self, size: int) -> bytes:
        frontier = self._archive.frontier
        return frontier.root() if frontier.size == size else root_at(self._archive.node, size)

    async def _forked(self, size: int, detail: str, evidence: bytes = b"") -> None:
        """Note that another history is told, and which of ``size`` entries is the first of it."""
        evidence = evidence or await ask_checkpoint(self._nc, self._log)
        self._found(Code.FORK, detail, evidence=evidence)
        if not self._searched:
            await self._find_difference(size)
            self._searched = True

    async def _find_difference(self, size: int) -> None:
        """Compare entry by entry, and say which is the first that is not the archived one."""
        start = 0
        while start < size:
            self.heartbeat = monotonic()
            count = min(ANSWER_ENTRIES, size - start)
            answer = await ask_log(self._nc, self._log, start, count)
            if not answer.wires:
                return
            kept = await asyncio.to_thread(self._archive.wires, start, len(answer.wires))
            index = first_difference(start, kept, answer.wires)
            if index is not None:
                detail = f"{self._log}/{index} is not the entry that was archived"
                self._found(Code.ENTRY_CHANGED, detail, index)
                return
            start += len(answer.wires)  # an answer is bounded in bytes as well

    def _is_due(self, size: int) -> bool:
        grown = size != self._kept_size
        missing = self._findings.has(Code.QUORUM_MISSING, self._log)
        return (grown or missing) and monotonic() - self._kept_at >= self._keep_every

    async def _keep(self, signed: SignedCheckpoint) -> None:
        """Have a checkpoint cosigned and keep it, whoever cosigned."""
        policy = self._policy
        asked = await self._witnesses.ask(signed, self._archive.node)
        note = signed.note.also(asked.signatures)
        self._ahead = asked.ahead
        size, at = signed.checkpoint.size, iso(datetime.now(UTC))
        await asyncio.to_thread(self._archive.keep, size, note.encode(), at)
        if self._policy is policy:  # under another one, it is to be kept again
            self._kept_at, self._kept_size = monotonic(), size
        for who in asked.contradicted:
            self._found(Code.WITNESS_CONTRADICTS, who, evidence=note.encode())
        self._judge(note.encode(), asked.silent)

    def _judge(self, note: bytes, silent: list[str]) -> None:
        try:
            self._policy.judge(note)
        except Unsigned as error:
            detail = "; ".join([str(error), *silent])
            self._found(Code.QUORUM_MISSING, detail, evidence=note)
        else:
            self._findings.settle_all(Code.QUORUM_MISSING, self._log, "enough witnesses cosigned")

    # -- inside --------------------------------------------------------------------------------

    def _found(
        self, code: Code, detail: str, index: int | None = None, evidence: bytes = b""
    ) -> None:
        self._findings.add(code, self._log, detail, index, evidence)

    async def _wake(self, _: Msg) -> None:
        self._woken.set()

    async def _rest(self) -> None:
        pause = _AGAIN_SECONDS if self.problem else POLL_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(min(pause, self._keep_every)):
                await self._woken.wait()
                # A few entries more cost no more than one.
                await asyncio.sleep(_GATHER_SECONDS)
