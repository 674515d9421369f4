"""What is remembered about backups: when, with which heads, and when a restore was last drilled."""

from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from services.chassis.files import write_whole

FILE = "records.json"


class Records(BaseModel):
    """The last backup and the last drill of an installation."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    created_at: datetime | None = None
    first_at: datetime | None = None
    """When the first backup was made that is remembered."""
    heads: dict[str, int] = {}
    """How long each log was in the last backup."""
    epoch: int = 0
    """Of the master key at the last backup."""
    drilled_at: datetime | None = None
    restored_at: datetime | None = None
    accepted_loss: str | None = None
    """What a restore was told to give up, in words."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What is remembered in a folder; nothing, where nothing can be read."""
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except (OSError, ValidationError):
            return cls()

    def note(self, folder: Path, **changed: object) -> Self:
        """Remember something more."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        later = self.model_copy(update=changed)
        write_whole(folder / FILE, later.model_dump_json(indent=2).encode())
        return later
