"""What a backup says about itself: versions, log heads, and the hash of every part."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from services.chassis.validation import rules_broken
from services.platform.backup.rows import Broken

FORMAT = 1
FILE = "manifest.json"


class LogHead(BaseModel):
    """Where a service's log stood, and what it had heard."""

    model_config = ConfigDict(frozen=True)

    revision: str
    """The version of the database."""
    size: int
    root: str
    """The root of the log's tree (RFC 9162), in hexadecimal."""
    cursors: dict[str, int]
    """The next index wanted of each log that it hears."""
    rows: dict[str, int]
    """The rows of each table."""


class Manifest(BaseModel):
    """One backup."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    name: str
    created_at: datetime
    origin: str
    staffel: str
    contracts: str
    logs: dict[str, LogHead]
    epoch: int = 0
    """Of the master key, under which the keyring in it opens."""
    files: dict[str, str]
    """The SHA-256 of every other file, by its path in the archive."""
    keys: str
    """The file beside this one that holds the keyring and the secrets; never in one with them."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of an unpacked backup, every file of which is what was written.

        Raises:
            Broken: it is not; or the backup is of a newer format.
        """
        try:
            found = cls.model_validate_json((folder / FILE).read_bytes())
        except OSError as error:
            raise Broken(f"there is no {FILE}") from error
        except ValidationError as error:
            raise Broken(f"{FILE}: {rules_broken(error)}") from None
        if found.format > FORMAT:
            raise Broken(f"format {found.format}: made by staffel {found.staffel}, restore with it")
        differing = [
            name for name, digest in found.files.items() if digest_of(folder / name) != digest
        ]
        if differing:
            raise Broken(f"{differing[0]} is missing or not what was written")
        return found


def digest_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; empty where there is none."""
    if not path.is_file():
        return ""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
