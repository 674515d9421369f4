"""The mark on a database that a restore has begun to fill: until it ends, nobody works on it."""

from sqlalchemy import Column, Connection, MetaData, String, Table, select

from services.chassis.store.database import open_database, table_names

HALFWAY = "a restore of it was broken off: run `staffel restore` again"
_MARK = Table("restoring", MetaData(), Column("name", String, primary_key=True))
"""The databases that are restored together."""


def mark(url: str, together: tuple[str, ...]) -> None:
    """Mark a database before anything is put into it."""
    engine = open_database(url)
    with engine.begin() as conn:
        _MARK.create(conn)
        conn.execute(_MARK.insert(), [{"name": name} for name in together])
    engine.dispose()


def unmark(url: str) -> None:
    """Take the mark off: all is there."""
    engine = open_database(url)
    with engine.begin() as conn:
        _MARK.drop(conn)
    engine.dispose()


def halfway(conn: Connection) -> set[str]:
    """The databases that were to be restored together with this one; none if it is whole."""
    return set(conn.scalars(select(_MARK.c.name))) if _MARK.name in table_names(conn) else set()
