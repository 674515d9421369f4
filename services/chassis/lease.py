"""Who holds a log, for how long, and whether that process may still run."""

import os
import socket
from datetime import timedelta

LEASE = timedelta(seconds=6)
"""A standby takes over this long after the writer went silent, at the latest."""


def this_process() -> str:
    """This process as a lease holder: host, process id, and when it started."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}"


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
