"""``staffel contracts``: compatibility for any CI, who sees a field, the record of processing."""

import json
from pathlib import Path
from typing import Annotated

import typer

from staffel_contracts.compat import Break, Bundle, UnknownVersion, breaks, read_by, released
from staffel_contracts.schemas import Schema

_UNUSABLE = 2


def check(
    against: Annotated[str, typer.Option(help="a released version, such as 0.1.0, or installed")],
    schemas: Annotated[
        Path | None,
        typer.Option(help="your own copies: <type>/reader.json; without it: what is installed"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Would what you read and send still work? Names each breaking change; exits 1 if there is one.

    With --schemas: can your reader schemas read what that version writes?
    """
    from staffel_contracts.compat import current

    try:
        other = current() if against == "installed" else released(against)
        found = breaks(other, current()) if schemas is None else read_by(_theirs(schemas), other)
    except (UnknownVersion, _UnreadableSchemas) as error:
        raise _stop(str(error)) from None
    except ImportError:
        raise _stop("this needs the extra: pip install 'staffel-contracts[check]'") from None
    _print_breaks(found, against, as_json=as_json)
    raise typer.Exit(1 if found else 0)


def who_sees(
    field: Annotated[str, typer.Argument(help="a field, such as finality_on")],
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Who sees a field, in which event, and why."""
    from staffel_contracts.catalogue import facts, sights

    if not any(field in fact.model_fields for fact in facts()):
        raise _stop(f"no event has a field {field!r}")
    rows = [
        {
            "event": sight.fact.TYPE,
            "receiver": sight.kind.value,
            "basis": sight.basis,
            "consent": sight.consent.value if sight.consent else None,
        }
        for sight in sights(field)
    ]
    _print_rows(rows, f"nobody sees {field}", as_json=as_json)


def processing_record(
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """The record of processing activities (Art. 30 GDPR), from the catalogue and its audiences."""
    from staffel_contracts.processing import record_as_text, record_of_processing

    record = record_of_processing()
    typer.echo(
        json.dumps(record, indent=2, ensure_ascii=False) if as_json else record_as_text(record)
    )


class _UnreadableSchemas(Exception):
    """A folder of schemas holds none, or one that is no JSON."""


def _theirs(folder: Path) -> Bundle:
    readers = {path.parent.name: _schema(path) for path in sorted(folder.glob("*/reader.json"))}
    if not readers:
        msg = f"{folder}: no <type>/reader.json there"
        raise _UnreadableSchemas(msg)
    return Bundle("yours", readers=readers)


def _schema(path: Path) -> Schema:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        msg = f"{path}: not a JSON Schema"
        raise _UnreadableSchemas(msg)
    return found


def _print_breaks(found: list[Break], against: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"against": against, "breaks": [b._asdict() for b in found]}))
        return
    for each in found:
        typer.echo(f"✘ {each}")
    if not found:
        typer.echo(f"✔ compatible with {against}")


def _print_rows(rows: list[dict[str, str | None]], none: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ()))
    for row in rows:
        table.add_row(*(value or "" for value in row.values()))
    Console().print(table if rows else none)


def _stop(message: str) -> typer.Exit:
    typer.echo(f"staffel contracts: {message}", err=True)
    return typer.Exit(_UNUSABLE)
