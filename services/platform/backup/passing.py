"""Folders that pass: what is not yet a backup, or is none any more, and lies in the clear."""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

PREFIX = ".passing-"
_HELD = ".held"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_BEFORE = (".backup-*", ".drill-*", ".staffel-*.fresh")
"""What they were called by earlier versions, which left them behind when they were killed."""


@contextmanager
def passing(folder: Path) -> Iterator[Path]:
    """A folder of one's own inside ``folder``, gone afterwards.

    It may hold tables in the clear beside the keys, where no erasure reaches: what killed
    processes left of such folders goes first. Who lives holds a lock on its own. A disk that is
    full names ``folder``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _held(folder):
        _remove_left(folder)
        made = Path(mkdtemp(prefix=PREFIX, dir=folder))
        lock = _lock(made / _HELD, fcntl.LOCK_EX)
    try:
        yield made
    except OSError as error:
        if error.errno in _NO_ROOM and not error.filename:
            error.filename = str(folder)
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def scratch() -> Path:
    """Where a backup is unpacked for a while: our own folder among the machine's passing ones.

    Raises:
        PermissionError: somebody else made it, or may look into it.
    """
    folder = Path(gettempdir()) / f"staffel-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004 - a mode
        raise PermissionError(f"{folder} is not for its owner alone")
    return folder


def _remove_left(folder: Path) -> None:
    for left in folder.glob(f"{PREFIX}*"):
        try:
            lock = _lock(left / _HELD, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # somebody works in it
        shutil.rmtree(left)
        os.close(lock)
    for pattern in _BEFORE:
        for left in folder.glob(pattern):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    lock = _lock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _lock(place: Path, how: int) -> int:
    """Lock a folder, or a file that is made, until the descriptor is closed by whatever ends us."""
    what = os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT
    descriptor = os.open(place, what, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
