"""What is looked at before anything is there: nothing is touched yet."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.transport.nats_server import ServerTrouble, find_binary
from services.platform.checks.line import Line, by_limits, fail, ok, warn
from services.platform.checks.machine import FREE_FAIL, FREE_WARN, GIB
from services.platform.config import SERVICES
from services.platform.home import FIRST_PORT, NATS_PORT

CPUS, MEMORY = 2, 2 * GIB
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock is right that is before this program."""


def before(folder: Path) -> Iterator[Line]:
    """Whether a platform can be set up in a folder of this machine."""
    yield _place(folder)
    yield _disk(folder)
    cpus, memory = os.cpu_count() or 1, _memory()
    told = f"{cpus} processors, {memory / GIB:.1f} GiB of memory"
    small = cpus < CPUS or memory < MEMORY
    yield by_limits("machine", told, "service-not-ready", failing=False, warning=small)
    yield _clock()
    yield _server()
    yield _ports()
    yield _engine()


def _place(folder: Path) -> Line:
    if (folder / "staffel.json").exists():
        return ok("place", f"{folder} holds a platform already; leave --before out to look at it")
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not os.access(nearest, os.W_OK):
        return fail("place", f"{nearest} cannot be written", "service-not-ready")
    if nearest == folder and any(folder.iterdir()):
        return warn("place", f"{folder} is not empty", "restore")
    return ok("place", f"{folder} can be made")


def _disk(folder: Path) -> Line:
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(nearest).free
    failing, warning = free < FREE_FAIL, free < FREE_WARN
    told = f"{free / GIB:.1f} GiB free"
    return by_limits("disk", told, "disk-full", failing=failing, warning=warning)


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _clock() -> Line:
    now = datetime.now(UTC)
    wrong = now < BUILT
    told = f"{now:%Y-%m-%d %H:%M} UTC"
    return by_limits("clock", told, "lost-node", failing=wrong, warning=False)


def _server() -> Line:
    try:
        binary = find_binary()
    except ServerTrouble as trouble:
        return fail("nats-server", str(trouble), "service-not-ready")
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - our own binary
    return ok("nats-server", said.stdout.strip())


def _ports() -> Line:
    wanted = [NATS_PORT, *range(FIRST_PORT, FIRST_PORT + len(SERVICES))]
    taken = [str(port) for port in wanted if _listens(port)]
    if taken:
        told = f"in use: {', '.join(taken)}; others are taken instead"
        return warn("ports", told, "service-not-ready")
    return ok("ports", "all free")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _engine() -> Line:
    found = shutil.which("docker") or shutil.which("podman")
    told = f"container engine: {found}" if found else "no container engine; `staffel up` needs none"
    return ok("engine", told)
