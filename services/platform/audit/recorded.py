"""Record what a verb is about to show: whoever opens sealed data at the machine reads it too."""

import getpass
from datetime import UTC, datetime

from services.chassis.store.database import open_database
from services.chassis.store.log import read_head
from services.chassis.store.migrate import check_schema
from services.chassis.work import Read
from services.chassis.writing.reads import ALL_CASES, append_reads
from services.platform.config import SERVICES
from services.platform.home import Home
from staffel_contracts.codes import AccessPurpose, FieldGroup

OPERATOR = "operator"
"""Stands for the agency: whoever runs the platform is no agency."""


def record(
    home: Home, what: str, purpose: AccessPurpose, cases: tuple[str, ...] = (ALL_CASES,)
) -> None:
    """Record in each service's read log that its sealed data is opened now, before it is shown.

    Raises:
        WrongSchema, SQLAlchemyError: it cannot be recorded, so it must not be shown.
    """
    groups = tuple(group.value for group in FieldGroup)
    read = Read(OPERATOR, getpass.getuser(), "ops", purpose.value, what, cases, groups)
    for name in SERVICES:
        _append(home, name, read)


def _append(home: Home, name: str, read: Read) -> None:
    url = home.database_url(name)
    check_schema(name, url)
    engine = open_database(url)
    try:
        with engine.begin() as conn:
            at = datetime.now(UTC) if home.config.clock == "real" else read_head(conn).last_time
            append_reads(conn, [read], at, f"{home.config.origin}/{name}")
    finally:
        engine.dispose()
