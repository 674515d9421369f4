"""Change the settings of a home alone: verbs that do so wait for each other."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from services.platform.home import Home

_AGAIN_SECONDS = 0.05


@asynccontextmanager
async def alone(home: Home) -> AsyncIterator[None]:
    """Change settings alone, from what the file says now; whoever else wants to, waits."""
    with (home.folder / "settings.lock").open("a") as lock:
        while not _locked(lock):  # noqa: ASYNC110 - it is held by another process
            await asyncio.sleep(_AGAIN_SECONDS)
        home.config = Home.load(home.folder).config
        yield


def _locked(file: IO[str]) -> bool:
    """Whether the lock is ours now, until the file is closed; elsewhere a verb may hold it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
