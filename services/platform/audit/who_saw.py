"""``staffel audit who-saw``: to whom a person's data went, and who read it."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from services.chassis.writing.reads import ALL_CASES
from services.platform.audit.books import Books, opened
from services.platform.audit.disclosures import (
    Access,
    Disclosure,
    accesses_to,
    disclosures_in,
    group_label,
)
from services.platform.audit.following import Step, steps_of
from services.platform.audit.persons import known_as
from services.platform.audit.recorded import record
from services.platform.options import (
    DEFAULT_HOME,
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.codes import AccessPurpose

NOTHING = 1
PersonArgument = Annotated[
    str,
    typer.Argument(metavar="PERSON", help="A case, a person's id, or DISTRICT/FILE-REFERENCE."),
]
PurposeOption = Annotated[AccessPurpose, typer.Option("--purpose", help="What it is read for.")]


def who_saw_command(
    person: PersonArgument,
    purpose: PurposeOption = AccessPurpose.AUDIT,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Show every disclosure of a person's data, and every read of it that is still kept.

    Looking is a read as well, and is recorded first. Exit code 1: no log knows such a person.
    2: there is no answer, as something cannot be read.
    """
    place = load_home(home)
    with plain_errors(TROUBLE), opened(place) as books:
        cases = known_as(books, person).cases
        record(place, "audit/who-saw", purpose, cases)
        steps = [step for case in cases for step in steps_of(books, case)]
        if not steps:  # reads of whole logs are told for every case, for one that is none too
            fail(f"no log knows {person}", NOTHING)
        disclosed, reads = seen_by(books, cases, steps)
    if as_json:
        found: dict[str, Any] = {"cases": cases, "disclosures": [d._asdict() for d in disclosed]}
        found |= {"reads": [read._asdict() for read in reads]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        show_disclosures(disclosed)
        show_reads(reads)


def seen_by(
    books: Books, cases: tuple[str, ...], steps: list[Step]
) -> tuple[list[Disclosure], list[Access]]:
    """To whom data of these cases went, as their entries tell, and who read it."""
    return disclosures_in(steps), accesses_to(books, (*cases, ALL_CASES))


def show_disclosures(disclosed: list[Disclosure]) -> None:
    """Disclosures as a table."""
    names = ("when", "way", "receiver", "what", "fields", "basis", "recorded as", "of")
    table = Table(*names, title="Offengelegt / disclosed", title_justify="left")
    for one in disclosed:
        basis = one.basis + (f" ({one.consent})" if one.consent else "")
        cells = (one.at[:19], one.way, one.receiver, one.what, one.labels(), basis)
        table.add_row(*cells, one.entry, one.of)
    Console().print(table)


def show_reads(reads: list[Access]) -> None:
    """Reads as a table."""
    names = ("when", "agency", "who", "role", "purpose", "what", "parts", "recorded as")
    table = Table(*names, title="Eingesehen / read (six months)", title_justify="left")
    for one in reads:
        parts = ", ".join(map(group_label, one.groups))
        cells = (one.at[:19], one.agency, one.reader, one.role, one.purpose or "—", one.what)
        table.add_row(*cells, parts, f"{one.service}/reads/{one.index}")
    Console().print(table)
