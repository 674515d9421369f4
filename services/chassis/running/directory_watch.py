"""Following the directory of agencies: a change of its file is noticed without a restart."""

from pathlib import Path
from typing import Any

from services.chassis.agencies import Agencies, UnreadableDirectory
from services.chassis.following import changes, stamp


async def follow_directory(agencies: Agencies, path: Path, log: Any) -> None:
    """Take over what the file says now, whenever it changes, until cancelled.

    Whoever is not known is looked for in the file before anybody is turned away: who was let in
    just now need not wait. A file that breaks a rule is named in the log, and the agencies stay as
    they were.
    """
    seen = None

    def look() -> bool:
        nonlocal seen
        before, seen = seen, stamp(path)
        if seen == before:
            return False
        try:
            agencies.adopt(Agencies.load(path))
        except UnreadableDirectory as error:
            reason = str(error)  # it names field and rule, and holds no values
            log.error("the directory of agencies stays as it was", reason=reason)  # noqa: TRY400
            return False
        return True

    agencies.look_again = look
    async for _ in changes(path):
        look()
