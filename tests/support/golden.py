"""Make the golden backup of this version: ``python -m tests.support.golden`` at each release.

A small platform with three cases is backed up as every operator does it. Later versions have to
restore it, and their tests do.
"""

import asyncio
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.version import Version

from services.platform.backup.create import create
from services.platform.backup.making_home import make_home
from services.platform.backup.restore import restore
from services.platform.backup.verify import find, unpacked
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.installation import KEYRING, Installation
from tests.support.load import at_rest, district, running

FOLDER = Path(__file__).parents[1] / "golden"
PERSONS = 3


def restored(folder: Path) -> Home:
    """The newest golden backup as a home at rest."""
    newest = max(
        (one for one in FOLDER.iterdir() if one.is_dir()), key=lambda one: Version(one.name)
    )
    with unpacked(find(newest, "latest")) as backup:
        home = make_home(backup, folder, newest / "master.key")
        restore(backup, Installation(home), (*SERVICES, KEYRING), alone=True)
    return home


async def make(folder: Path) -> None:
    """Fill a folder with a backup and the master key that opens it."""
    with TemporaryDirectory() as passing:
        async with running(Path(passing)) as platform:
            async with district(platform.home) as load:
                for number in range(PERSONS):
                    await load.person(number)
            await at_rest(platform)
            await asyncio.to_thread(create, Installation(platform.home), folder)
            shutil.copy(platform.home.folder / "master.key", folder / "master.key")


if __name__ == "__main__":
    target = FOLDER / Version(version("staffel")).base_version
    shutil.rmtree(target, ignore_errors=True)
    asyncio.run(make(target))
    sys.stdout.write(f"{target}\n")
