"""Connect to NATS such that a connection that fails is told, and leaves nothing open."""

import asyncio
from contextlib import suppress
from typing import Any

from nats.aio.client import Client

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
