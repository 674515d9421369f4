"""A folder of `staffel deploy init` whose NATS server runs on this machine, as it would there.

Its configuration, certificates and accounts are the folder's; only places and ports are others.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from services.chassis.transport.nats_server import find_binary, free_port
from services.platform.deploy.folder import Answers, prepare
from services.platform.home import Home

JOBCENTER = "jobcenter-12000"


class Deployed:
    """The folder, and its NATS server."""

    def __init__(self, folder: Path) -> None:
        """Prepare the folder; nothing runs yet."""
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        (folder / ".env").write_text(f"STAFFEL_NATS_PORT={self.port}\n")
        prepare(folder, Answers())
        text = (folder / "nats/nats.conf").read_text()
        for there, here in {
            "0.0.0.0:4222": f"127.0.0.1:{self.port}",
            "127.0.0.1:8222": "127.0.0.1:-1",
            "/run/secrets": str(folder / "secrets/nats"),
            "/data": str(folder / "data/nats"),
            "include accounts/": "include ../accounts/",
        }.items():
            assert there in text
            text = text.replace(there, here)
        (folder / "nats/here.conf").write_text(text)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Home:
        """The home, as its file is now."""
        return Home.load(self.folder)

    def start(self) -> None:
        """Start the server; whoever connects waits for it."""
        conf, log = self.folder / "nats/here.conf", self.folder / "nats.log"
        self.process = subprocess.Popen(
            [find_binary(), "-c", str(conf), "-l", str(log)],
            env=os.environ | {"NATS_NAME": "nats", "NATS_VERIFY": "false"},
        )

    def stop(self) -> None:
        """End it."""
        if self.process:
            with suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def deployed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """A folder whose server runs for the time of the block, and is reached on this machine."""
    found = Deployed(folder)
    monkeypatch.setattr(Home, "nats_url", f"tls://127.0.0.1:{found.port}")
    found.start()
    try:
        yield found
    finally:
        found.stop()
