"""A log of invented entries that answers and signs as a service does, for those who audit it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import to_json

from services.chassis.store.log import Head
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.wire import leaf_of
from services.chassis.writing.checkpoints import Checkpoints
from staffel_contracts.tlog.keys import Kind, SigningKey, new_key
from staffel_contracts.tlog.tree import Frontier
from tests.support.wires import ListSource

ORIGIN = "staffel.example"


class Sayer:
    """One log: what it says can be changed behind everybody's back, as an operator could."""

    def __init__(self, nc: Client, log: str, key: SigningKey | None = None) -> None:
        """Begin without entries."""
        self.log, self.nc = log, nc
        self.source = ListSource()
        self.key = key or new_key(f"{ORIGIN}/{log}", Kind.NOTE)
        self.checkpoints: Checkpoints
        self.erased: dict[str, dict[str, bool]] = {}
        """Keys of persons who were erased, and whether that was carried out."""

    def head(self) -> Head:
        """The head that the entries give."""
        frontier = Frontier()
        for wire in self.source.lines:
            frontier.append(leaf_of(wire))
        return Head(frontier, 1, datetime.now(UTC))

    def say(self, wires: Sequence[bytes]) -> None:
        """Commit entries."""
        self.source.lines.extend(wires)
        self.checkpoints.committed(self.head())

    def policy(self, *lines: str, quorum: str = "none") -> str:
        """A policy that trusts the log, and what the lines say."""
        return "\n".join([f"log {self.key.verifier.text()}", *lines, f"quorum {quorum}", ""])

    async def _tell_erased(self, msg: Msg) -> None:
        await msg.respond(to_json({"problem": None, "erased": self.erased}))

    @asynccontextmanager
    async def running(self, every: float = 0.05) -> AsyncIterator["Sayer"]:
        """Answer and sign; each time as a service does that just started."""
        self.checkpoints = Checkpoints(self.nc, self.log, [self.key], self.head(), every=every)
        endpoint = LogEndpoint(self.nc, self.log, self.source)
        await endpoint.start()
        await self.checkpoints.start()
        told = await self.nc.subscribe(f"erase.{self.log}", cb=self._tell_erased)
        cutting = asyncio.create_task(self.checkpoints.run())
        try:
            yield self
        finally:
            cutting.cancel()
            await asyncio.gather(cutting, return_exceptions=True)
            await self.checkpoints.stop()
            await told.unsubscribe()
            await endpoint.stop()
