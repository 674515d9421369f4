"""A home with a history: all four services' databases, filled without processes or transport."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.audit.archive import Archive
from services.platform.home import Home
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
from tests.support.house import House, new_house

NAMES = ("intake", "casework", "jobcenter_bridge", "notify")


@contextmanager
def house_at_home(folder: Path, today: str) -> Iterator[tuple[Home, House]]:
    """A home on SQLite, and the house that writes its databases."""
    home = Home.create(folder, passing=True)
    urls = {name: home.database_url(name) for name in NAMES}
    master = bytes.fromhex((folder / "master.key").read_text())
    with new_house(urls, folder, today, home.database_url("keyring"), master) as house:
        yield home, house


def archive_at_home(home: Home, house: House) -> None:
    """Archive the logs with signed checkpoints, and let the home's policy trust who signed."""
    policy = b""
    with Archive(home.archive) as archive:
        for name in NAMES:
            wires = house.rooms[name].log.wires(0, 1000)
            key, log = new_key(f"test/{name}", Kind.NOTE), archive.log(name)
            log.append(wires)
            checkpoint = Checkpoint(key.name, len(wires), log.frontier.root())
            log.keep(len(wires), sign_checkpoint(checkpoint, key).encode(), "2025-05-01T00:00:00Z")
            policy += f"log {key.verifier.text()}\n".encode()
    home.policy.write_bytes(policy + b"quorum none\n")
