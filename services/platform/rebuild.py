"""``staffel rebuild SERVICE``: fold the logs again; compare with the tables or replace them."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from sqlalchemy import Connection

from services.chassis.database import open_database, reading
from services.chassis.keyring import Keyring, load_master_key
from services.chassis.log import read_head, renew_lease, take_lease
from services.chassis.migrate import check_schema
from services.chassis.rebuild import (
    Difference,
    Fold,
    Folded,
    Wires,
    differences,
    own_wires,
    write_anew,
)
from services.chassis.writer import LEASE, may_be_alive, this_process
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    ServiceArgument,
    fail,
    load_home,
    plain_errors,
)
from services.platform.services import service_named

MOST_SHOWN = 50


def rebuild(
    service: ServiceArgument,
    home: HomeOption = DEFAULT_HOME,
    check: Annotated[bool, typer.Option("--check", help="Only compare, row by row.")] = False,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="Fill an empty database from the archive first.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fold a service's logs into fresh tables; compare them with the live ones, or replace these.

    Exit code 1 if a row differs. To replace, the service must be stopped. From the archive come the
    log, all tables, deadlines and answers; inputs that were parked do not come back. A database of
    another version of this program is refused.
    """
    if check and from_archive:
        fail("--check compares, --from-archive fills: one of them")
    place = load_home(home)
    with plain_errors():
        if from_archive:
            found, folded = fill_from_archive(place, service)
        else:
            check_schema(service, place.database_url(service))
            act = check_service if check else replace_tables
            found, folded = act(place, service)
    result = {"service": service, "entries": folded.entries, "differences": len(found)}
    if as_json:
        rows = [row._asdict() for row in found[:MOST_SHOWN]]
        sys.stdout.write(json.dumps(result | {"rows": rows}) + "\n")
    else:
        sys.stdout.write(f"{service}: {sum(folded.entries.values())} entries folded, ")
        sys.stdout.write(f"{len(found)} differences\n")
        for row in found[:MOST_SHOWN]:
            sys.stdout.write(f"  {row.table} {row.key}: {row.what}\n")
    if found:
        raise typer.Exit(1)


def check_service(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fold a service's logs and compare with its tables, as of one moment."""
    with reading(home.database_url(name)) as conn:
        folded = _fold(home, name, conn)
        return list(differences(service_named(name), conn, folded)), folded


def replace_tables(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fold a service's logs and put the result in place of its tables; takes the log's lease.

    Raises:
        Fenced: the service is running.
    """
    engine = open_database(home.database_url(name))
    now = datetime.now(UTC)
    try:
        with engine.begin() as conn:
            take_lease(conn, this_process(), now, now + LEASE, may_be_alive)
            folded = _fold(home, name, conn)
            write_anew(service_named(name), conn, folded)
            renew_lease(conn, read_head(conn).epoch, now)
    finally:
        engine.dispose()
    return folded.problems, folded


def fill_from_archive(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fill a service's empty database from the archive; says on standard error what it wrote.

    Raises:
        NoArchive, Lost, NotEmpty, Fenced: it cannot be filled; nothing was written.
    """
    from services.chassis.refill import Lost, NotEmpty
    from services.platform.refilling import NoArchive, refill_service

    try:
        refilled, folded = refill_service(home, name, _fold_and_write)
    except (NoArchive, Lost, NotEmpty) as error:
        fail(str(error))
    cursors = ", ".join(f"{log} from {n}" for log, n in refilled.cursors.items()) or "nobody"
    sys.stderr.write(f"{refilled.entries} entries, {refilled.answers} answers; hears {cursors}\n")
    return folded.problems, folded


def _fold_and_write(home: Home, name: str, conn: Connection, wires: Wires) -> Folded:
    folded = _fold(home, name, conn, wires)
    write_anew(service_named(name), conn, folded)
    return folded


def _fold(home: Home, name: str, conn: Connection, wires: Wires | None = None) -> Folded:
    service = service_named(name)
    master = load_master_key(home.folder / "master.key", None)
    keyring = Keyring(home.database_url("keyring"), master)
    engines = {log: open_database(home.database_url(log), read_only=True) for log in service.hears}
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} entries"))
    try:
        with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
            tasks = {log: progress.add_task(log, total=None) for log in (name, *engines)}
            fold = Fold(service, keyring, lambda log, n: progress.advance(tasks[log], n))
            return fold.run(conn, wires or own_wires(engines))
    finally:
        keyring.close()
        for engine in engines.values():
            engine.dispose()
