"""Who holds a log, for how long, and whether that process may still run."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

LEASE = timedelta(seconds=6)
"""A standby takes over this long after the writer went silent, at the latest."""


def this_process() -> str:
    """This process as a lease holder: host, process id, and when it started."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}"


class Watch:
    """Watches from outside whether a holder renews its lease, by no clock but our own.

    A holder whose clock ran ahead leaves a lease behind that ends long after its death.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nobody was seen yet."""
        self._monotonic = monotonic
        self._seen: tuple[str, datetime] | None = None
        self._since = 0.0

    def may_be_alive(self, holder: str, until: datetime) -> bool:
        """Whether a holder may still run: not if it is dead here, or did not renew for a lease."""
        if self._seen != (holder, until):
            self._seen, self._since = (holder, until), self._monotonic()
        unmoved = timedelta(seconds=self._monotonic() - self._since)
        return may_be_alive(holder) and unmoved <= LEASE


def may_be_alive(holder: str) -> bool:
    """Whether a lease holder may still run; only a dead process of this host surely does not."""
    host, _, rest = holder.partition("/")
    pid, _, started = rest.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return True
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process started, in clock ticks; empty if there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
