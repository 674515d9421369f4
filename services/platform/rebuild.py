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
from services.chassis.rebuild import Difference, Fold, Folded, differences, own_wires, write_anew
from services.chassis.writer import LEASE, may_be_alive, this_process
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    ServiceArgument,
    load_home,
    plain_errors,
)
from services.platform.services import service_named

MOST_SHOWN = 50


def rebuild(
    service: ServiceArgument,
    home: HomeOption = DEFAULT_HOME,
    check: Annotated[bool, typer.Option("--check", help="Only compare, row by row.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fold a service's logs into fresh tables; compare them with the live ones, or replace these.

    Exit code 1 if a row differs. To replace, the service must be stopped. A database of another
    version of this program is refused.
    """
    place = load_home(home)
    with plain_errors():
        check_schema(service, place.database_url(service))
        found, folded = check_service(place, service) if check else replace_tables(place, service)
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


def _fold(home: Home, name: str, conn: Connection) -> Folded:
    service = service_named(name)
    master = load_master_key(home.folder / "master.key", None)
    keyring = Keyring(home.database_url("keyring"), master)
    engines = {log: open_database(home.database_url(log), read_only=True) for log in service.hears}
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} entries"))
    try:
        with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
            tasks = {log: progress.add_task(log, total=None) for log in (name, *engines)}
            fold = Fold(service, keyring, lambda log, n: progress.advance(tasks[log], n))
            return fold.run(conn, own_wires(engines))
    finally:
        keyring.close()
        for engine in engines.values():
            engine.dispose()
