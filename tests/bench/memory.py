"""How much memory each service takes, at its peak, while a whole platform carries cases."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from services.platform.config import SERVICES
from tests.bench.peak import peak_mib
from tests.support.load import at_rest, district, running


def peaks(persons: int) -> dict[str, float]:
    """Each service's peak resident memory in MiB, when so many persons were taken in at once."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_peaks(Path(folder), persons))


async def _peaks(folder: Path, persons: int) -> dict[str, float]:
    async with running(folder) as platform, district(platform.home) as load:
        await load.persons(persons)
        await at_rest(platform, 300)
        return {name: peak_mib(platform.process(name).pid) for name in SERVICES}
