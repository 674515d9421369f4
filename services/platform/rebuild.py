"""``staffel rebuild SERVICE``: fold the logs again; compare with the tables or replace them."""

import json
import sys
from typing import Annotated

import typer

from services.chassis.folding.rebuild import (
    Difference,
    Folded,
)
from services.chassis.store.migrate import check_schema
from services.platform.backup.anew import fold_anew
from services.platform.folding import check_service, fold_and_write
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
    log, all tables, deadlines and answers; what may have been parked is tried again at the start. A
    database of another version of this program is refused.
    """
    if check and from_archive:
        fail("--check compares, --from-archive fills: one of them")
    place = load_home(home)
    with plain_errors():
        if from_archive:
            found, folded = fill_from_archive(place, service)
        else:
            check_schema(service, place.database_url(service))
            act = check_service if check else fold_anew
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


def fill_from_archive(home: Home, name: str) -> tuple[list[Difference], Folded]:
    """Fill a service's empty database from the archive; says on standard error what it wrote.

    Raises:
        NoArchive, Lost, NotEmpty, Fenced: it cannot be filled; nothing was written.
    """
    from services.chassis.folding.refill import Lost, NotEmpty
    from services.platform.refilling import NoArchive, refill_service

    try:
        refilled, _ = refill_service(home, name, fold_and_write)
        found, folded = fold_anew(home, name)
    except (NoArchive, Lost, NotEmpty) as error:
        fail(str(error))
    cursors = ", ".join(f"{log} from {n}" for log, n in refilled.cursors.items()) or "nobody"
    sys.stderr.write(f"{refilled.entries} entries, {refilled.answers} answers; hears {cursors}; ")
    sys.stderr.write(f"{refilled.again} heard again at the start\n")
    return found, folded
