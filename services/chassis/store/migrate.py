"""Make and check a service's database: its migrations, and that it is neither older nor newer."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from services.chassis.store.database import open_database, reading
from services.chassis.store.halfway import HALFWAY, halfway
from services.chassis.store.tables import HeadRow

SERVICES = Path(__file__).parents[2]


class WrongSchema(Exception):
    """The database was made by another version of the service."""


def migrate(service: str, url: str, revision: str = "head") -> bool:
    """Bring the service's database to this version, or to an older one that a backup is of.

    True where a log with entries has been brought to another version: its tables have to be folded
    anew, for what a new column holds stands in the logs alone.

    Raises:
        WrongSchema: the database is of a newer version; it is left as it is.
    """
    config = _config(service)
    engine = open_database(url)
    try:
        with engine.connect() as conn:
            _refuse_newer(service, config, conn)
            before = MigrationContext.configure(conn).get_current_revision()
        with engine.begin() as conn:
            config.attributes["connection"] = conn
            command.upgrade(config, revision)
            head = HeadRow.__table__  # type: ignore[attr-defined]
            if (size := conn.scalar(select(head.c.size))) is None:
                conn.execute(head.insert().values(id=1, size=0, epoch=0, frontier=b""))
            return bool(size) and before != MigrationContext.configure(conn).get_current_revision()
    finally:
        engine.dispose()


def pending(service: str, url: str) -> list[str]:
    """The versions that are still to be gone through, the next one first.

    Raises:
        WrongSchema: the database is of a newer version.
    """
    config, found = _config(service), None
    with suppress(FileNotFoundError):
        found = _found(service, config, url)
    steps = ScriptDirectory.from_config(config).iterate_revisions("head", found or "base")
    return [step.revision for step in steps][::-1]


def check_schema(service: str, url: str) -> None:
    """Refuse to work on a database of another version, or one that a restore has half filled.

    Raises:
        WrongSchema: says which version is there and which is wanted, or what is to be done.
    """
    config = _config(service)
    with suppress(FileNotFoundError), reading(url) as conn:
        if halfway(conn):
            raise WrongSchema(f"database of {service}: {HALFWAY}")
    wanted = ScriptDirectory.from_config(config).get_current_head()
    try:
        found = _found(service, config, url)
    except FileNotFoundError as error:
        msg = f"database of {service}: there is none in {error.filename}: migrate it first"
        raise WrongSchema(msg) from None
    if found != wanted:
        msg = f"database of {service}: version {found or 'none'}, not {wanted}: migrate it first"
        raise WrongSchema(msg)


def _found(service: str, config: Config, url: str) -> str | None:
    with reading(url) as conn:
        _refuse_newer(service, config, conn)
        return MigrationContext.configure(conn).get_current_revision()


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _refuse_newer(service: str, config: Config, conn: Any) -> None:
    found = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        msg = (
            f"database of {service}: version {found} is newer than this program, "
            f"which knows up to {max(known)}: update the program"
        )
        raise WrongSchema(msg)
