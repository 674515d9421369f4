"""Start processes as forks of one that has imported all services, once for all of them.

To import a service takes longer than to start it. The process that is forked runs nothing itself:
it has no thread, no connection and no event loop that a fork would inherit.
"""

import ctypes
import os
import runpy
import signal
import subprocess
import sys
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from pathlib import Path
from threading import Thread

from services.platform.config import PROCESSES

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([f"services.{name}.app" for name in PROCESSES])
_PR_SET_NAME = 15


def begin_importing() -> None:
    """Start the process that is forked, so that it imports while other things are made ready.

    Ctrl-C is for us alone, who stop what was started: the process is born deaf to it.
    """
    resource_tracker.ensure_running()  # which would listen to Ctrl-C again when it starts
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class NotForked(Exception):
    """The process that is forked is gone: a service cannot be imported, and it has said why."""


class Forked:
    """A running process, to be handled like `subprocess.Popen`."""

    def __init__(self, name: str, environment: dict[str, str], output: Path | None) -> None:
        """Start ``python -m services.NAME``; ``output``: a file instead of standard error.

        Raises:
            NotForked: nothing can be started.
        """
        self._process = _FORKS.Process(target=_run, args=(name, environment, output), daemon=True)
        try:
            self._process.start()
        except (EOFError, ConnectionError) as error:
            raise NotForked from error

    @property
    def pid(self) -> int:
        """The process's number."""
        pid = self._process.pid
        assert pid is not None, "it was started"  # noqa: S101 - for the type alone
        return pid

    @property
    def returncode(self) -> int | None:
        """How it ended, negative for a signal; ``None`` while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Look whether it has ended; gives ``returncode``."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it runs still after ``timeout`` seconds.
        """
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it runs still."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Tell it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _run(name: str, environment: dict[str, str], output: Path | None) -> None:
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    if output:
        file = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.dup2(file, 1)
        os.dup2(file, 2)
    runpy.run_module(f"services.{name}", run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    """End at once when `up` was killed: an orphan would hold its log's lease."""
    parent = parent_process()
    assert parent is not None, "this is a fork"  # noqa: S101 - for the type alone
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
