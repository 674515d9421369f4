"""A home with a history: all four services' databases, filled without processes or transport."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.platform.home import Home
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
