"""Signing one's own log: a checkpoint a second while it grows, every hundred entries, and at stop.

A checkpoint is a function of origin, size and root, and Ed25519 signs without chance: nothing of it
is stored here. Who keeps checkpoints keeps them where the log's own operator is not alone.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from services.chassis.following import changes
from services.chassis.store.log import Head
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import BadKey, Kind, SigningKey, read_skey
from staffel_contracts.tlog.note import sign

CUT_SECONDS = 1.0
CUT_ENTRIES = 100


class WrongLogKey(Exception):
    """The log's key cannot be read, or is another log's; says where it came from, shows none."""


class NoCheckpoint(Exception):
    """The sayer of a log gave no checkpoint of it."""


class Checkpoints:
    """Cuts the checkpoints of one log, tells each on NATS, and answers `checkpoint.<log>`."""

    def __init__(
        self,
        nc: Client,
        log: str,
        keys: Sequence[SigningKey],
        head: Head,
        *,
        every: float = CUT_SECONDS,
    ) -> None:
        """Sign where the log stands; the keys are named like the log's origin, all of them sign."""
        self.heartbeat = monotonic()
        self.cuts = 0
        self._nc, self._log, self._keys, self._every = nc, log, tuple(keys), every
        self._loop = asyncio.get_running_loop()
        self._head = head
        self._dirty, self._many = asyncio.Event(), asyncio.Event()
        self._subscription: Subscription | None = None
        self._sign(head)

    def committed(self, head: Head) -> None:
        """Take note of a commit; called in the writer's thread, and cheap."""
        before, self._head = self._head, head
        if head.size != before.size and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    async def start(self) -> None:
        """Begin to answer."""
        subject = checkpoint_subject(self._log)
        self._subscription = await self._nc.subscribe(subject, cb=self._answer)

    async def stop(self) -> None:
        """Cut once more, so that nothing stays unsigned, and stop answering."""
        if self._nc.is_closed:
            return
        with suppress(NatsError):
            await self._cut()
            if self._subscription is not None:
                await self._subscription.unsubscribe()

    async def follow(self, path: Path, log: Any) -> None:
        """Sign with the keys that a file holds, whenever it is exchanged, until cancelled."""
        origin = self._keys[0].name
        async for _ in changes(path):
            try:
                keys = load_log_keys(path, None, origin)
            except WrongLogKey as error:
                log.error("the log's keys stay as they were", reason=str(error))  # noqa: TRY400
                continue
            if keys != self._keys:
                self._keys = keys
                self._sign(self._head)
                with suppress(NatsError):  # who was not told asks
                    await self._nc.publish(cut_subject(self._log), self.newest)

    async def run(self) -> None:
        """Cut until cancelled."""
        while True:
            self.heartbeat = monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._dirty.wait()
                    await self._many.wait()
            if self._dirty.is_set():
                with suppress(NatsError):  # who was not told asks
                    await self._cut()

    def _wake(self) -> None:
        self._dirty.set()
        if self._head.size - self.size >= CUT_ENTRIES:
            self._many.set()

    async def _cut(self) -> None:
        self._dirty.clear()
        self._many.clear()
        if self._head.size == self.size:
            return
        self._sign(self._head)
        self.cuts += 1
        await self._nc.publish(cut_subject(self._log), self.newest)

    def _sign(self, head: Head) -> None:
        first, *others = self._keys
        checkpoint = Checkpoint(first.name, head.size, head.frontier.root())
        self.size = head.size
        note = sign_checkpoint(checkpoint, first).note
        self.newest = note.also(sign(note.text, key) for key in others).encode()

    async def _answer(self, question: Msg) -> None:
        if question.reply:
            await self._nc.publish(question.reply, self.newest)


def load_log_keys(path: Path | None, text: str | None, origin: str) -> tuple[SigningKey, ...]:
    """The keys that sign a log's checkpoints, from a file or from text; none if neither is named.

    A key a line, the newest first: there are two while a key is being exchanged.

    Raises:
        WrongLogKey: one cannot be read, signs no notes, or is not named like the origin.
    """
    where = f"file {path}" if path else "STAFFEL_LOG_KEY"
    if path is None and text is None:
        return ()
    try:
        lines = (path.read_text(encoding="ascii") if path else text or "").split("\n")
        keys = tuple(read_skey(line.strip()) for line in lines if line.strip())
    except (BadKey, OSError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, BadKey) else "it cannot be read"
        raise WrongLogKey(f"log key ({where}): {why}") from None
    if not keys:
        raise WrongLogKey(f"log key ({where}): it holds none")
    for key in keys:
        if key.kind is not Kind.NOTE or key.name != origin:
            told = f"a key of {origin} is expected, this is {key.name}'s"
            raise WrongLogKey(f"log key ({where}): {told}")
    return keys


async def ask_checkpoint(nc: Client, log: str, *, timeout: float = 5.0) -> bytes:  # noqa: ASYNC109
    """Ask the sayer of a log for its newest checkpoint, a signed note; raises `NoCheckpoint`."""
    try:
        return (await nc.request(checkpoint_subject(log), b"", timeout=timeout)).data
    except NatsError as error:
        raise NoCheckpoint(f"{log} gives no checkpoint: {error}") from error


def checkpoint_subject(log: str) -> str:
    """Return the subject on which a log's newest checkpoint is asked for."""
    return f"checkpoint.{log}"


def cut_subject(log: str) -> str:
    """Return the subject on which each new checkpoint is told."""
    return f"checkpoint.{log}.cut"
