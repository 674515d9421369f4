"""Following the directory of agencies: a change of its file is noticed without a restart."""

import asyncio
from pathlib import Path
from typing import Any

from services.chassis.agencies import Agencies, UnreadableDirectory
from services.chassis.following import changes


async def follow_directory(agencies: Agencies, path: Path, log: Any) -> None:
    """Take over what the file says now, whenever it changes, until cancelled.

    A file that breaks a rule is named in the log, and the agencies stay as they were.
    """
    async for _ in changes(path):
        try:
            agencies.adopt(await asyncio.to_thread(Agencies.load, path))
        except UnreadableDirectory as error:
            reason = str(error)  # it names field and rule, and holds no values
            log.error("the directory of agencies stays as it was", reason=reason)  # noqa: TRY400
