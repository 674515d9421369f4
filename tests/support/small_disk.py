"""A small disk of its own for a NATS server: a few megabytes that can be filled and freed."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.chassis.transport import nats_server


class SmallDisk:
    """A tmpfs that only those processes see that are started on it; needs no special rights."""

    def __init__(self, folder: Path, holder: "subprocess.Popen[str]") -> None:
        """Know the folder and the process that keeps the mount alive."""
        self.folder, self._holder = folder, holder

    def within(self, *words: str) -> list[str]:
        """The words of a command that sees the disk."""
        pid = str(self._holder.pid)
        enter = ["nsenter", "--target", pid, "--user", "--mount", "--preserve-credentials"]
        return [*enter, *words]

    def fill(self, leaving_kib: int) -> None:
        """Leave so much free and no more."""
        self._run(
            f"free=$(df --output=avail {self.folder} | tail -1); "
            f"dd if=/dev/zero of={self.folder}/ballast bs=1024 count=$((free - {leaving_kib}))"
        )

    def free(self) -> None:
        """Make room again."""
        self._run(f"rm {self.folder}/ballast")

    def server(self, wrapper: Path) -> str:
        """A program that starts the NATS server on this disk."""
        binary = nats_server.find_binary()
        wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(self.within(binary))} "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)

    def _run(self, script: str) -> None:
        subprocess.run(self.within("sh", "-ec", script), check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """Mount one in a folder until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = f"mount -t tmpfs -o size={mebibytes}m tmpfs {folder} && echo there && exec sleep 600"
    words = ["unshare", "--map-root-user", "--mount", "sh", "-ec", mount]
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "there\n", "no disk of one's own can be mounted here"
        yield SmallDisk(folder, holder)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
