"""How much memory each service takes, at its peak, while a whole platform carries cases."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from services.platform.config import SERVICES
from services.platform.up import Platform
from tests.support.load import at_rest, district, running


def peaks(persons: int) -> dict[str, float]:
    """Each service's peak resident memory in MiB, when so many persons were taken in at once."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_peaks(Path(folder), persons))


async def _peaks(folder: Path, persons: int) -> dict[str, float]:
    async with running(folder) as platform, district(platform.home) as load:
        await load.persons(persons)
        await at_rest(platform, 300)
        return {name: _peak(platform, name) for name in SERVICES}


def _peak(platform: Platform, name: str) -> float:
    status = Path(f"/proc/{platform.process(name).pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
