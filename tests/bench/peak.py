"""The most memory that a process has had."""

from pathlib import Path


def peak_mib(process: int | str = "self") -> float:
    """Peak resident memory in MiB; what a process's parent had is not in it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
