"""Where a backup is restored to: nobody works there, and nothing is written over."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from sqlalchemy import MetaData, make_url

from services.chassis.store.database import open_database, reading, table_names
from services.chassis.store.halfway import halfway, mark
from services.platform.databases import create_database
from services.platform.installation import KEYRING, Installation


class NotEmpty(Exception):
    """There is something already where the backup is to go."""


class Live(Exception):
    """The platform runs: nothing is restored under its feet."""


def refuse_live(at: Installation, names: Iterable[str]) -> None:
    """Refuse while one of the services answers.

    Raises:
        Live: it does.
    """
    for name in names:
        url = at.home.http_url(name) if name != KEYRING else None
        if url and _answers(url):
            raise Live(f"{name} answers at {url}: stop the platform first")


def still_empty(at: Installation, names: Collection[str]) -> tuple[str, ...]:
    """Make and mark the databases that are to be filled; nothing is written over.

    Where a restore was broken off, what it had half filled is emptied, and what it had ended stays.

    Raises:
        NotEmpty: there is a database already.
    """
    filled, together = [], set[str]()
    for name in names:
        url = at.databases[name]
        create_database(url, at.home.database_admin_url)
        with suppress(FileNotFoundError), reading(url) as conn:
            before, tables = halfway(conn), table_names(conn)
            together |= before
            filled += [name] if tables and not before else []
    if strangers := [name for name in filled if name not in together]:
        where = make_url(at.databases[strangers[0]]).database
        raise NotEmpty(f"{where} is not empty: move it away, then restore")
    wanted = tuple(name for name in names if name not in filled)
    for name in wanted:
        wipe(at.databases[name])
        mark(at.databases[name], tuple(names))
    return wanted


@contextmanager
def undoing(at: Installation, names: Iterable[str]) -> Iterator[None]:
    """Leave the databases as empty as they were, if the block does not end well."""
    try:
        yield
    except BaseException:
        for name in names:
            wipe(at.databases[name])
        raise


def wipe(url: str) -> None:
    """Take everything out of a database that a restore has begun to fill."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{parsed.database}{ending}").unlink(missing_ok=True)
        return
    engine = open_database(url)
    with engine.begin() as conn:
        metadata = MetaData()
        metadata.reflect(conn)
        metadata.drop_all(conn)
    engine.dispose()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=5, trust_env=False).status_code > 0
    except httpx.HTTPError:
        return False
