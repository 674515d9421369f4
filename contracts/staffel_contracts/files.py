"""Files that are there whole or not at all, for their owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole(path: Path, unfinished: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A new file that takes the place of ``path`` when the block ends well; on disk by then.

    Until then it is ``unfinished``, in the same folder; of a block that does not end well nothing
    is left.

    Raises:
        OSError: it cannot be written; names ``path``.
    """
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if error.errno is not None and error.filename in {None, str(unfinished)}:
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
