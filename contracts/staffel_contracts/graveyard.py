"""What is gone: types and commands that were given up; their names are never used again."""

from typing import Final, NamedTuple


class Gone(NamedTuple):
    """Since which version it is gone, why, and what took its place."""

    since: str
    reason: str
    successor: str | None = None


GONE: Final[dict[str, Gone]] = {}
"""By type, such as ``course-enrolled.v1``, or by command, such as ``accept-handoff``."""
