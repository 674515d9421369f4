"""What a backup is made of lies in the clear: it goes away, whatever ends the process."""

import os
import signal
import stat
import tempfile
from multiprocessing import get_context
from pathlib import Path

import pytest

from services.platform.backup.passing import passing, scratch


def be_killed(folder: Path) -> None:
    """Be killed while something lies in the clear."""
    with passing(folder) as place:
        (place / "persons").write_text("in the clear")
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_backup_left_goes_and_one_being_made_stays(tmp_path: Path) -> None:
    killed = get_context("fork").Process(target=be_killed, args=(tmp_path,))
    killed.start()
    killed.join()
    (tmp_path / ".backup-of_an_earlier_version").mkdir()
    (tmp_path / "staffel-1.tar").touch()
    (left,) = tmp_path.glob(".passing-*")

    with passing(tmp_path) as first, passing(tmp_path) as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()

    assert {path.name for path in tmp_path.iterdir()} == {"staffel-1.tar"}


def test_what_is_unpacked_for_a_while_lies_where_nobody_else_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    mine = scratch()
    assert stat.S_IMODE(mine.stat().st_mode) == 0o700
    mine.chmod(0o777)

    with pytest.raises(PermissionError, match="not for its owner alone"):
        scratch()
