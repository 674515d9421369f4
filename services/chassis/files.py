"""Files that are there whole or not at all, for their owner alone."""

import os
from pathlib import Path

from staffel_contracts.files import whole


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file in one step, on disk when this returns; only its owner may read it.

    Raises:
        OSError: it cannot be written; names ``path``, and nothing is left beside it.
    """
    with whole(path, path.with_name(f".{path.name}.fresh"), mode) as file:
        file.write(data)


def write_synced(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that is on disk when this returns; its name is once its folder is synced."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_secret(path: Path, text: str) -> None:
    """Write text that only its owner may read; half a key on a full disk would be taken for one."""
    write_whole(path, text.encode())
