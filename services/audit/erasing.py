"""Keep the archive without those who were erased; the logs' services say who, at a start too."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from pydantic_core import from_json

from services.audit.archive import Archive
from services.chassis.files import write_whole
from services.chassis.tasks import heed_cancellation

LOOK_EVERY = 5.0
LOOK_AGAIN = 1.0
"""Seconds until those are asked again who did not answer: at a start they are not there yet."""
_ANSWER_SECONDS = 5.0
_DONE = "erased.json"


class ArchiveEraser:
    """Reduces entries of erased persons to their leaves.

    Once when an erasure is heard of, and again when every service has carried it out: from then on
    nobody gives data of that person any more. Which keys that was done for stands beside the logs,
    so that an archive that was restored is cleaned again.
    """

    def __init__(self, archive: Archive) -> None:
        """Keep this archive."""
        self.problem: str | None = "erasures: not asked for yet"
        self._archive = archive
        self._path = archive.folder / _DONE
        self._done: dict[str, int] = _read(self._path)
        self._begun: dict[str, int] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look now: somebody was erased."""
        self._wake.set()

    def status(self) -> dict[str, Any]:
        """Which keys are gone here, and how many entries were reduced to their leaves."""
        begun = {key: {"entries": n, "done": False} for key, n in self._begun.items()}
        done = {key: {"entries": n, "done": True} for key, n in self._done.items()}
        return {"problem": self.problem, "erased": begun | done}

    async def run(self, nc: Client) -> None:
        """Look until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._round(nc)
                self.problem = None
            except (NatsError, OSError, ValueError) as error:
                self.problem = f"erasures: {type(error).__name__}"
            heed_cancellation()
            with suppress(TimeoutError):
                seconds = LOOK_AGAIN if self.problem else LOOK_EVERY
                await asyncio.wait_for(self._wake.wait(), seconds)

    async def _round(self, nc: Client) -> None:
        asked = [await self._ask(nc, log) for log in self._archive.logs()]
        found = [rows for rows in asked if rows is not None]
        known = {key for rows in found for key in rows} - self._done.keys()
        if fresh := known - self._begun.keys():
            await self._erase(fresh)
        everywhere = {key for key in known if all(rows and rows.get(key) for rows in asked)}
        if everywhere:
            await self._erase(everywhere)
            self._done |= {key: self._begun.pop(key) for key in everywhere}
            await asyncio.to_thread(_write, self._path, self._done)
        if len(found) < len(asked):
            raise NoRespondersError

    async def _erase(self, keys: set[str]) -> None:
        for key in keys:  # one by one, as it is told of each how much there was
            gone = await asyncio.to_thread(self._archive.erase, [key])
            self._begun[key] = self._begun.get(key, 0) + gone

    async def _ask(self, nc: Client, log: str) -> dict[str, bool] | None:
        """The keys that a service knows to be erased, and whether it has carried that out.

        ``None``: it does not answer, or cannot.
        """
        try:
            reply = await nc.request(f"erase.{log}", b"", timeout=_ANSWER_SECONDS)
        except NatsError:
            return None
        erased = from_json(reply.data).get("erased")  # a problem document holds none
        return None if erased is None else {key: bool(row["done"]) for key, row in erased.items()}


def _read(path: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(path.read_text("ascii")) if path.exists() else {}
    return found


def _write(path: Path, done: dict[str, int]) -> None:
    write_whole(path, json.dumps(done).encode())
