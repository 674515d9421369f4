"""Connect to NATS such that a connection that fails is told, and leaves nothing open."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from nats.aio.client import Client

LOG = logging.getLogger("staffel_contracts.client")
_CLOSE_SECONDS = 1.0


async def connected(**options: Any) -> Client:
    """Connect with nats-py's options; what was opened is closed again where that fails.

    Raises:
        nats.errors.Error, OSError: as ``Client.connect``.
    """
    nc = Client()
    try:
        await nc.connect(**options)
    except BaseException:
        with suppress(TimeoutError):  # behind a handshake that failed, the end never comes
            async with asyncio.timeout(_CLOSE_SECONDS):
                await nc.close()
        raise
    return nc


async def unheard(_: Exception) -> None:
    """What is wrong with a connection that is tried once is raised as well."""


class Trouble:
    """Logs why a connection that was open is away: a program that waits for ever says for what."""

    def __init__(self, agency: str) -> None:
        """Say nothing until ``is_open``: what is wrong with a first connection is raised."""
        self.is_open = False
        self._agency, self._last = agency, ""

    async def heard(self, error: Exception) -> None:
        """Log what is wrong, once until it is something else."""
        reason = str(error) or type(error).__name__
        if self.is_open and reason != self._last:
            LOG.warning("%s is not connected, and tries again: %s", self._agency, reason)
        self._last = reason

    async def over(self) -> None:
        """Log that it is connected again."""
        LOG.warning("%s is connected again", self._agency)
        self._last = ""
