"""Following the directory of agencies: a change of its file is noticed without a restart."""

import asyncio
import os
from pathlib import Path
from typing import Any

from services.chassis.agencies import Agencies, UnreadableDirectory

LOOK_EVERY = 1.0


async def follow_directory(agencies: Agencies, path: Path, log: Any) -> None:
    """Take over what the file says now, whenever it changes, until cancelled.

    A file that breaks a rule is named in the log, and the agencies stay as they were.
    """
    seen = await asyncio.to_thread(_stamp, path)
    # The file may have changed between being read and being looked at.
    await _take(agencies, path, log)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        stamp = await asyncio.to_thread(_stamp, path)
        if stamp != seen:
            seen = stamp
            await _take(agencies, path, log)


async def _take(agencies: Agencies, path: Path, log: Any) -> None:
    try:
        agencies.adopt(await asyncio.to_thread(Agencies.load, path))
    except UnreadableDirectory as error:
        reason = str(error)  # it names field and rule, and holds no values
        log.error("the directory of agencies stays as it was", reason=reason)  # noqa: TRY400


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, and the times to the nanosecond
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
