"""Try a restore beside the live platform: load, fold, compare, delete, remember the day."""

import os
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.store.database import reading
from services.chassis.store.log import read_entries
from services.platform.backup.passing import passing
from services.platform.backup.records import Records
from services.platform.backup.restore import Restored, restore
from services.platform.backup.rows import Broken, Progress
from services.platform.backup.verify import Unpacked
from services.platform.home import Home
from services.platform.installation import KEYRING, Installation
from staffel_contracts.tlog.tree import Frontier

STEP = 1_000


def drill(backup: Unpacked, at: Installation, told: Progress = lambda _: None) -> Restored:
    """Restore into SQLite in a folder that passes, and compare with what is live.

    Raises:
        Broken: the restored tables are not what the logs say, or the live logs do not begin with
            those of the backup.
    """
    with passing(at.backups) as place:
        beside = Installation(_beside(at.home, place))
        done = restore(backup, beside, (*at.services, KEYRING), alone=True, told=told)
    for name, log in backup.manifest.logs.items():
        if _root_at(at.databases[name], log.size) != log.root:
            raise Broken(f"{name}: the live log does not begin with that of the backup")
    Records.read(at.backups).note(at.backups, drilled_at=datetime.now(UTC))
    return done


def _beside(home: Home, folder: Path) -> Home:
    """A home with the same settings and keys, and databases of its own."""
    (folder / "db").mkdir()
    changed = {"database": None, "deployed": None, "ports": dict.fromkeys(home.config.ports, 1)}
    beside = Home(folder, home.config.model_copy(update=changed))
    beside.master_key.symlink_to(os.path.relpath(home.master_key, folder))
    return beside


def _root_at(url: str, size: int) -> str:
    """The root of a live log's tree when it had so many entries."""
    frontier = Frontier()
    with reading(url) as conn:
        for start in range(0, size, STEP):
            for entry in read_entries(conn, start, min(start + STEP, size)):
                frontier.append(entry.leaf)
    return frontier.root().hex()
