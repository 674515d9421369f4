"""A checkpoint of a log as the archive keeps it, a line each."""

from typing import NamedTuple

from pydantic_core import from_json, to_json

from services.audit.lines import Damaged


class Kept(NamedTuple):
    """A checkpoint of a log as it was kept: its size, when that was (UTC), the note's bytes."""

    size: int
    at: str
    note: bytes

    def line(self) -> bytes:
        """As it stands in its file."""
        return to_json({"size": self.size, "at": self.at, "note": self.note.decode()})


def read_kept(line: bytes) -> Kept:
    """A checkpoint from its line.

    Raises:
        Damaged: the line is none.
    """
    try:
        members = from_json(line)
        return Kept(members["size"], members["at"], members["note"].encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("a checkpoint that was kept cannot be read") from None


def is_kept(line: bytes) -> bool:
    """Whether the line holds a whole checkpoint."""
    try:
        read_kept(line)
    except Damaged:
        return False
    return True
