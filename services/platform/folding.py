"""Fold a service's logs on this machine: compare with its tables, or write them anew."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.progress import Progress, SpinnerColumn, TextColumn
from sqlalchemy import Connection

from services.chassis.folding.comparing import differences
from services.chassis.folding.rebuild import Difference, Fold, Folded, Wires, own_wires, write_anew
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.service import Service
from services.chassis.store.database import open_database, reading
from services.chassis.store.lease import LEASE, Watch, this_process
from services.chassis.store.log import read_head, renew_lease, take_lease
from services.chassis.writing.reads import READ, Touched, check_reads
from services.platform.home import Home
from services.platform.services import service_named


def check_service(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fold a service's logs and compare with its tables, as of one moment; follow its read log."""
    with reading(home.database_url(name)) as conn:
        folded = _fold(home, name, conn)
        return [*differences(service_named(name), conn, folded), *_touched(conn)], folded


def _touched(conn: Connection) -> Iterator[Difference]:
    try:
        check_reads(conn)
    except Touched as touched:
        yield Difference(READ.name, "", str(touched))


def replace_tables(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fold a service's logs and put the result in place of its tables; takes the log's lease.

    Raises:
        Fenced: the service is running.
    """
    engine = open_database(home.database_url(name))
    now = datetime.now(UTC)
    try:
        with engine.begin() as conn:
            take_lease(conn, this_process(), now, now + LEASE, Watch().may_be_alive)
            folded = _fold(home, name, conn)
            write_anew(service_named(name), conn, folded)
            renew_lease(conn, read_head(conn).epoch, now)
    finally:
        engine.dispose()
    return folded.problems, folded


def fold_and_write(home: Home, name: str, conn: Connection, wires: Wires) -> Folded:
    """Fold and write into empty tables; ``wires``: what others said, if not from their logs."""
    folded = _fold(home, name, conn, wires)
    write_anew(service_named(name), conn, folded)
    return folded


@contextmanager
def sayers(home: Home, service: Service) -> Iterator[tuple[Wires, Keyring]]:
    """What others said, from their own databases, and the keys to read it."""
    master = load_master_key(home.master_key, None)
    keyring = Keyring(home.database_url("keyring"), master)
    engines = {log: open_database(home.database_url(log), read_only=True) for log in service.hears}
    try:
        yield own_wires(engines), keyring
    finally:
        keyring.close()
        for engine in engines.values():
            engine.dispose()


def _fold(home: Home, name: str, conn: Connection, wires: Wires | None = None) -> Folded:
    service = service_named(name)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} entries"))
    with (
        sayers(home, service) as (theirs, keyring),
        Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress,
    ):
        tasks = {log: progress.add_task(log, total=None) for log in (name, *service.hears)}
        fold = Fold(service, keyring, lambda log, n: progress.advance(tasks[log], n))
        return fold.run(conn, wires or theirs)
