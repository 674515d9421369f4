"""``staffel send``: put a command together, check it here, and send it."""

import asyncio
import json
import sys
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from staffel_contracts import catalogue
from staffel_contracts.cli.common import (
    FINDING,
    ContextOption,
    JsonOption,
    chosen,
    connected,
    fail,
    run,
    told,
    write_json,
)
from staffel_contracts.client import Refusal
from staffel_contracts.command import COMMANDS, Command
from staffel_contracts.context import Context
from staffel_contracts.samples import command_sample

_ANSWER_SECONDS = 60.0


class Sample(StrEnum):
    """Which fields of a sample are filled in."""

    FULL = "full"
    REQUIRED_ONLY = "required-only"


def send(
    name: Annotated[str, typer.Argument(metavar="COMMAND", help="Such as report-course-start.")],
    *,
    context: ContextOption = None,
    sample: Annotated[Sample | None, typer.Option(help="Begin with invented values.")] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="JSON for lists; empty: leave it out."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Idempotency key: the same one is carried out once.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and show, but not send.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send a command; it is checked here first. Exit code 1 where a rule says no."""
    command = _checked(_class(name), _body(_class(name), sample, values or []))
    key = key or str(uuid4())
    if dry_run:
        _show_wish(command, key)
        return
    run(_send(chosen(context), command, key, as_json=as_json))


async def _send(context: Context, command: Command, key: str, *, as_json: bool) -> None:
    async with connected(context) as connection:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer = await connection.carry_out(command, key)
        except TimeoutError:
            fail(f"no answer; it may have been carried out: ask again with --key {key}")
        except Refusal as refusal:
            if as_json:
                write_json(refusal.problem.model_dump(mode="json", exclude_none=True))
            fail(told(refusal.problem), FINDING)
    if as_json:
        write_json(answer | {"key": key})
        return
    table = Table(show_header=False)
    if answer.get("case"):
        table.add_row("case", answer["case"])
    table.add_row("entries", "\n".join(answer["entries"]) or "none: nothing changed")
    table.add_row("key", key)
    Console().print(table)


def _show_wish(command: Command, key: str) -> None:
    wish = {
        "subject": f"cmd.{command.SERVICE}.{command.NAME}",
        "idempotency_key": key,
        "command": command.model_dump(mode="json"),
    }
    sys.stdout.write(json.dumps(wish, indent=2, ensure_ascii=False) + "\n")


def _class(name: str) -> type[Command]:
    known = {command.NAME: command for command in catalogue.commands()}
    if name not in known:
        near = ", ".join(get_close_matches(name, COMMANDS, n=3)) or ", ".join(known)
        fail(f"there is no command {name[:80]!r}; there are {near}")
    return known[name]


def _body(command: type[Command], sample: Sample | None, values: list[str]) -> dict[str, Any]:
    body = command_sample(command, full=sample is Sample.FULL) if sample else {}
    for one in values:
        name, equals, value = one.partition("=")
        if not equals:
            fail(f"--set {one[:40]!r}: FIELD=VALUE is expected")
        body[name] = _value(value)
    return {name: value for name, value in body.items() if value is not None}


def _value(text: str) -> Any:
    """A list or an object where it begins like one; all else is read as the field's type has it."""
    if not text:
        return None
    if text[0] not in "[{":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _checked(command: type[Command], body: dict[str, Any]) -> Command:
    """The command, or every field that breaks a rule, without what was given for it."""
    try:
        return command.model_validate(body)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            place = ".".join(map(str, one["loc"])) or "the whole"
            sys.stderr.write(f"{command.NAME}: {place}: {one['msg']}\n")
        fail(f"{command.NAME} breaks {error.error_count()} rule(s); nothing was sent", FINDING)
