"""Maintenance: commands are not taken for a while; feeds, queries, timers and hearing go on.

A file says it, beside the directory of agencies: all services see it at once, and it survives
every restart.
"""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

DEFAULT_RETRY_SECONDS = 120


class Maintenance(BaseModel):
    """Why commands are not taken, since when, and when to ask again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(max_length=200)
    since: datetime
    retry_after: int = Field(default=DEFAULT_RETRY_SECONDS, ge=1, le=86_400)
    """Seconds."""


class MaintenanceFile:
    """Looks at the file; reads it again only when it has changed."""

    def __init__(self, path: Path | None) -> None:
        """Look at ``path``; without one there is never maintenance."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known: Maintenance | None = None

    def now(self) -> Maintenance | None:
        """The maintenance that goes on at present, if any.

        A file that cannot be read counts: somebody wanted the doors closed.
        """
        if self._path is None:
            return None
        try:
            stat = self._path.stat()
        except OSError:
            self._seen = self._known = None
            return None
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            self._known, self._seen = _read(self._path), seen
        return self._known


def _read(path: Path) -> Maintenance | None:
    try:
        return Maintenance.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        since = datetime.fromtimestamp(0).astimezone()
        return Maintenance(reason="the maintenance file cannot be read", since=since)
