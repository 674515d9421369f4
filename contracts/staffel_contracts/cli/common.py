"""What the integrator's verbs share: options, the way to the platform, and how they fail."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Column, Table

from staffel_contracts.codes import AccessPurpose
from staffel_contracts.context import Context, NoContext, load
from staffel_contracts.problem import Problem

if TYPE_CHECKING:
    from staffel_contracts.client import Connection

FINDING: Final = 1
"""Exit code: it was carried out and the answer is no."""

TROUBLE: Final = 2
"""Exit code: wrong usage, or the platform is not there."""

_OPEN_SECONDS = 10.0
_ANSWER_SECONDS = 15.0

ContextOption = Annotated[
    str | None,
    typer.Option("--context", help="Which platform, as which agency; else STAFFEL_CONTEXT."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for machines instead of a table.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def fail(message: str, code: int = TROUBLE) -> NoReturn:
    """Say what is wrong on standard error and exit."""
    sys.stderr.write(f"staffel: {message}\n")
    raise typer.Exit(code)


def refuse_target(out: Path, *, force: bool) -> None:
    """Refuse a file that may not or cannot be written, before anything is read for it; exits 2.

    What is there, be it a link that leads nowhere, is replaced with ``force``; but only a file.
    """
    if out.exists() and not out.is_file():
        fail(f"{out} is there already, and is no file")
    if (out.exists() or out.is_symlink()) and not force:
        fail(f"{out} is there already; --force replaces it")
    if not out.parent.is_dir():
        fail(f"{out}: there is no folder {out.parent}")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        fail(f"{out.parent} cannot be written to")


def write_json(value: Any) -> None:
    """One JSON document on a line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def whole(header: str) -> Column:
    """A column of names that one copies: never cut, never broken."""
    return Column(header, no_wrap=True, overflow="ignore")


def show(rows: list[dict[str, Any]], columns: tuple[str, ...], title: str | None = None) -> None:
    """A table for people; nothing is cut, and a column named with a ``*`` stays in one piece."""
    heads = [
        whole(name.strip("*")) if name.endswith("*") else Column(name, overflow="fold")
        for name in columns
    ]
    table = Table(*heads, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(_cell(row.get(column.strip("*"))) for column in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "" if value is None else str(value)


def chosen(name: str | None) -> Context:
    """The context that is meant; exits 2 where none is."""
    try:
        return load(name)
    except NoContext as error:
        fail(str(error))


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; Ctrl-C ends quietly, a refusal exits 1, no answer exits 2."""
    from staffel_contracts.client import Refusal

    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit from None
    except Refusal as refusal:
        fail(told(refusal.problem), FINDING)


@asynccontextmanager
async def connected(context: Context) -> AsyncIterator["Connection"]:
    """A connection as the context says; exits 2 where the platform is not there."""
    from nats.errors import Error as NatsError

    from staffel_contracts.client import Connection

    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            connection = await Connection.of(context)
    except (OSError, NatsError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        fail(f"{context.url} as {context.agency}: {reason.removeprefix('nats: ')}")
    try:
        yield connection
    finally:
        await connection.close()


async def asked(
    connection: "Connection", service: str, query: str, **params: Any
) -> dict[str, Any]:
    """The answer to a query; exits 2 where the service gives none in time."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await connection.ask(service, query, purpose=_purpose(), **params)
    except TimeoutError:
        fail(f"{service} gives no answer")


def _purpose() -> AccessPurpose:
    """What is read for, as ``STAFFEL_PURPOSE`` says; casework without it."""
    given = os.environ.get("STAFFEL_PURPOSE", AccessPurpose.CASEWORK.value)
    if given not in set(AccessPurpose):
        named = ", ".join(purpose.value for purpose in AccessPurpose)
        fail(f"STAFFEL_PURPOSE: {given[:40]!r} is no purpose; one of {named}")
    return AccessPurpose(given)


def told(problem: Problem) -> str:
    """A problem document in one line."""
    place = f" ({problem.field})" if problem.field else ""
    detail = f", {problem.detail}" if problem.detail else ""
    hint = f"`staffel explain {problem.code.value}`"
    return f"{problem.code.value}{place}: {problem.title}{detail}; {hint}"
