"""Which databases of a home are lost: nothing is made anew in their place."""

from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import Connection, func, make_url, select

from services.chassis.keys.keyring_tables import DESTROYED, PERSON_KEY
from services.chassis.store.database import reading, table_names
from services.chassis.store.halfway import HALFWAY, halfway
from services.chassis.store.log import SEALED_MARK, read_entries, read_head
from services.platform.installation import KEYRING, Installation

STEP = 1_000


def lost(at: Installation) -> Iterator[str]:
    """The databases that are not there, or hold nothing, though something was kept in them.

    Of a service's log the archive knows. A keyring that is empty beside sealed entries would be
    taken for one of persons who were all erased. One that a restore has half filled is lost too.
    """
    for name in at.services:
        archived = (at.home.archive / "logs" / name).is_dir()
        if _is_halfway(at, name) or (archived and _is_empty(at.databases[name])):
            yield name
    holds_none = _holds_no_key(at.databases[KEYRING])
    if _is_halfway(at, KEYRING) or (holds_none and any(map(_is_sealed, _urls(at)))):
        yield KEYRING


def told(at: Installation, name: str) -> str:
    """What to say of a database that is lost, and what to do."""
    where = make_url(at.databases[name]).database
    if _is_halfway(at, name):
        return f"{where}: {HALFWAY}"
    return f"{where} is lost: `staffel restore latest --service {name}`"


def _urls(at: Installation) -> Iterator[str]:
    return (at.databases[name] for name in at.services)


def _is_halfway(at: Installation, name: str) -> bool:
    with suppress(FileNotFoundError), reading(at.databases[name]) as conn:
        return bool(halfway(conn))
    return False


def _is_empty(url: str) -> bool:
    with suppress(FileNotFoundError), reading(url) as conn:
        return not table_names(conn)
    return True


def _holds_no_key(url: str) -> bool:
    with suppress(FileNotFoundError), reading(url) as conn:
        kept = {table.name: table for table in (PERSON_KEY, DESTROYED)}
        there = [kept[name] for name in table_names(conn) & kept.keys()]
        return not any(conn.scalar(select(func.count()).select_from(table)) for table in there)
    return True


def _is_sealed(url: str) -> bool:
    """Whether a log holds data that only a person's key opens."""
    with suppress(FileNotFoundError), reading(url) as conn:
        size = read_head(conn).size if "head" in table_names(conn) else 0
        return any(_sealed_from(conn, start) for start in range(0, size, STEP))
    return False


def _sealed_from(conn: Connection, start: int) -> bool:
    entries = read_entries(conn, start, start + STEP)
    return any(one.data is not None and SEALED_MARK in one.leaf for one in entries)
