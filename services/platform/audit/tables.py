"""``staffel audit table``: the archive as a table for analysis, or questions asked at once."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.audit.archive import Archive
from services.audit.table import Answer, NoTable, Open, ask, write_table
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.writing.opening import open_data
from services.platform.audit.recorded import record
from services.platform.audit.who_saw import PurposeOption
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.cli.common import ForceOption, refuse_target
from staffel_contracts.codes import AccessPurpose
from staffel_contracts.envelope import Entry


def table_command(  # noqa: PLR0917 - Typer reads options from the signature
    out: Annotated[
        Path | None, typer.Option(help="The file to write: .parquet or .duckdb.")
    ] = None,
    question: Annotated[
        str | None, typer.Option("--ask", help="A question in SQL of the table entry.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="With personal data in the clear.")
    ] = False,
    purpose: PurposeOption = AccessPurpose.AUDIT,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write all archived entries as a table, a row each, or ask a question of it.

    docs/questions.md has questions that are ready. Without --with-keys the table holds what leaves
    say, and the data of entries that are not about a person; with them it is a read, and is
    recorded in the services' read logs first.
    """
    if (out is None) == (question is None):
        fail("one of --out FILE and --ask SQL is expected", TROUBLE)
    if out:
        refuse_target(out, force=force)
    place = load_home(home)
    archive = Archive(place.archive)
    with plain_errors(TROUBLE), _opening(place, purpose if with_keys else None) as opened:
        try:
            if out:
                count = write_table(archive, out, opened)
                sys.stdout.write(f"{out}: {count} entries\n")
            else:
                _show(ask(archive, str(question), opened), as_json=as_json)
        except NoTable as error:
            fail(str(error), TROUBLE)


@contextmanager
def _opening(home: Home, purpose: AccessPurpose | None) -> Iterator[Open | None]:
    if purpose is None:
        yield None
        return
    keyring = Keyring(home.database_url("keyring"), load_master_key(home.master_key, None))

    def opened(entries: list[Entry]) -> list[bytes | None]:
        keys = keyring.keys_by_id({e.leaf.sealkey for e in entries if e.leaf.sealkey})
        return [open_data(entry, keys) for entry in entries]

    try:
        record(home, "audit/table", purpose)
        yield opened
    finally:
        keyring.close()


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        sys.stdout.write(json.dumps(rows, default=str, ensure_ascii=False) + "\n")
        return
    table = Table(*answer.columns)
    for row in answer.rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console().print(table)
