"""``staffel letters``: what the person is to be told, to print and hand over."""

from pathlib import Path
from typing import Annotated, Any

import typer

from staffel_contracts.cli.common import (
    ContextOption,
    JsonOption,
    asked,
    chosen,
    connected,
    run,
    show,
    write_json,
)
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.context import Context

LetterArgument = Annotated[str, typer.Argument(metavar="LETTER", help="As `letters list` says.")]


def list_letters(context: ContextOption = None, as_json: JsonOption = False) -> None:
    """List the letters that wait to be handed over."""
    run(_list(chosen(context), as_json=as_json))


async def _list(context: Context, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = []
    async with connected(context) as connection:
        after: str | None = ""
        while after is not None:
            page = await asked(connection, "notify", "letters", after=after)
            rows += page["letters"]
            after = page["next"]
    if as_json:
        write_json(rows)
        return
    show(rows, ("letter_id*", "template", "language", "case_id"))


def show_letter(
    letter: LetterArgument,
    language: Annotated[str | None, typer.Option(help="Another language, such as en.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to print.")] = None,
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a letter in the person's language, with the German text beneath."""
    wanted = {"letter_id": letter} | ({"language": language} if language else {})
    run(_show(chosen(context), wanted, html, as_json=as_json))


async def _show(
    context: Context, wanted: dict[str, str], html: Path | None, *, as_json: bool
) -> None:
    async with connected(context) as connection:
        found = await asked(connection, "notify", "letter", **wanted)
    if html:
        _write(html, found["html"])
    if as_json:
        write_json(found)
    elif not html:
        typer.echo(found["text"])


def _write(path: Path, page: str) -> None:
    path.touch(mode=0o600)  # only its owner may read it, where it is new
    path.write_text(page, encoding="utf-8")


def letter_handed_over(
    letter: LetterArgument,
    case: Annotated[str, typer.Option("--case", help="The case of the letter.")],
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that the person was given a letter."""
    run(_handed_over(chosen(context), letter, case, as_json=as_json))


async def _handed_over(context: Context, letter: str, case: str, *, as_json: bool) -> None:
    wish = RecordLetterHandedOver(case=case, letter_id=letter)
    async with connected(context) as connection:
        entries = await connection.send(wish, f"letter/{letter}")
    if as_json:
        write_json({"entries": entries})
    else:
        typer.echo(", ".join(entries))
