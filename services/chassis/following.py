"""Following a file: a change is noticed without a restart."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

LOOK_EVERY = 1.0


async def changes(*paths: Path) -> AsyncIterator[None]:
    """One turn at once, as a file may have changed since it was read, and one for each change.

    A file that is exchanged is another one: it has to be looked at in its folder.
    """
    seen = await asyncio.to_thread(_stamps, paths)
    yield
    while True:
        await asyncio.sleep(LOOK_EVERY)
        stamps = await asyncio.to_thread(_stamps, paths)
        if stamps != seen:
            seen = stamps
            yield


def _stamps(paths: tuple[Path, ...]) -> list[tuple[int, int, int] | None]:
    return [stamp(path) for path in paths]


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from the next; ``None`` where it cannot be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, and the times to the nanosecond
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
