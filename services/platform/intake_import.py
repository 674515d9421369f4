"""``staffel intake import FILE``: bring a district's export into a running platform."""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from nats.aio.client import Client
from nats.errors import Error as NatsError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.chassis.endpoints.bus import REPEATED_HEADER, STATUS_HEADER
from services.chassis.legal_calendar import legal_date
from services.chassis.transport.connection import tls_context
from services.chassis.work import OK
from services.intake.importing import Ask, Importer, Report, Send, Sent
from services.intake.rows import UTF_8, Unreadable, read_rows
from services.platform.home import Home
from services.platform.invented import DISTRICT
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.access import PURPOSE_HEADER, ROLE_HEADER
from staffel_contracts.client import Connection
from staffel_contracts.codes import AccessPurpose, AgencyKind, Role
from staffel_contracts.command import Command

MOST_SHOWN = 200
TRIES = 5
OPEN_SECONDS = 10.0
STOPPED = 130
"""The exit code after Ctrl-C."""


class Encoding(StrEnum):
    """How a file is written; Excel's plain CSV is Windows-1252."""

    UTF_8 = UTF_8
    WINDOWS_1252 = "windows-1252"


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    home: HomeOption = DEFAULT_HOME,
    district: Annotated[str, typer.Option(help="Official district key (AGS).")] = DISTRICT,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the rows.")] = False,
    namesakes: Annotated[
        bool, typer.Option("--namesakes", help="Same name and birth date: different people.")
    ] = False,
    encoding: Annotated[Encoding, typer.Option(help="How the file is written.")] = Encoding.UTF_8,
    as_json: JsonOption = False,
) -> None:
    """Import persons and decisions from CSV or JSON Lines; a second run changes nothing.

    Every row that is bad or refused is reported with line, column and rule, and holds nothing up.
    Exit code 1 if there was one.
    """
    place = load_home(home)
    try:
        with plain_errors():
            given = Given(file, encoding.value, district, namesakes)
            report = _run(place, given, dry_run=dry_run)
    except Unreadable as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped; what was accepted stays, and importing the file again goes on", STOPPED)
    _show(report, as_json=as_json)
    if report.faults:
        raise typer.Exit(1)


class Given(NamedTuple):
    """What is to be imported."""

    file: Path
    encoding: str
    district: str
    namesakes: bool


def _run(home: Home, given: Given, *, dry_run: bool) -> Report:
    total = _lines_of(given.file)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(given.file.name, total=total)

        def done(line: int) -> None:
            progress.update(task, completed=line)

        def importer(send: Send, ask: Ask) -> Importer:
            day, names = today_of(home), given.namesakes
            return Importer(send, given.district, done, ask=ask, today=day, namesakes=names)

        if dry_run:
            return importer(_nobody, _nothing).check(read_rows(given.file, given.encoding))
        return asyncio.run(_import(home, given, importer))


def _lines_of(file: Path) -> int:
    """How many lines there are to go; none of a pipe, which `read_rows` refuses unread."""
    if not file.is_file():
        return 0
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


async def _import(home: Home, given: Given, importer: Callable[[Send, Ask], Importer]) -> Report:
    agency = f"{AgencyKind.DISTRICT.value}-{given.district}"
    nc = await _connected(home, agency)
    try:
        return await importer(sender(nc), asker(nc)).run(given.file, given.encoding)
    finally:
        await nc.close()


async def _connected(home: Home, agency: str) -> Client:
    """A connection that is there at once, and from then on comes back by itself."""
    if agency not in home.config.agency_passwords:
        fail(f"{agency} is no agency of this platform")
    if agency in home.config.disabled:
        fail(f"{agency} is shut out: `staffel agency rotate` lets it in with a new login")
    user, password = home.config.agency_login(agency)
    tls = tls_context(home.nats_url, home.nats_ca, *home.nats_identity)
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            opened = await Connection.open(home.nats_url, agency, password, user=user, tls=tls)
    except TimeoutError:
        fail(f"NATS does not answer at {home.nats_url}: the platform must be running")
    except NatsError as error:
        fail(f"NATS does not let {agency} in: {str(error).removeprefix('nats: ')}")
    return opened.nc


def today_of(home: Home) -> date | None:
    """Today in Berlin; unknown where the home's clock is set and not real."""
    return legal_date(datetime.now(UTC)) if home.config.clock == "real" else None


def sender(nc: Client) -> Send:
    """Send commands on an agency's connection, again under the same key where no answer comes."""

    async def send(command: Command, key: str) -> Sent:
        body = command.model_dump_json(exclude_none=True).encode()
        headers = {"Idempotency-Key": key, ROLE_HEADER: Role.SYSTEM.value}
        subject = f"cmd.{command.SERVICE}.{command.NAME}"
        return await _answer(nc, command.SERVICE, subject, body, headers)

    return send


def asker(nc: Client) -> Ask:
    """Ask intake what it knows of a file reference, on an agency's connection."""

    async def ask(reference: str) -> dict[str, Any]:
        body = json.dumps({"file_reference": reference}).encode()
        reading = {PURPOSE_HEADER: AccessPurpose.CASEWORK.value}
        sent = await _answer(nc, "intake", "ask.intake.person", body, reading)
        return sent.body if sent.status == OK else {}

    return ask


async def _answer(
    nc: Client, service: str, subject: str, body: bytes, headers: dict[str, str]
) -> Sent:
    for tried in range(TRIES):
        try:
            answer = await nc.request(subject, body, timeout=10, headers=headers)
        except NatsError:
            await asyncio.sleep(0.2 * 2**tried)
            continue
        told = answer.headers or {}
        status = int(told.get(STATUS_HEADER, "500"))
        if status == HTTPStatus.TOO_MANY_REQUESTS:  # others of this agency wait for answers too
            await asyncio.sleep(0.2 * 2**tried)
            continue
        return Sent(status, json.loads(answer.data), REPEATED_HEADER in told)
    raise OSError(f"{service} does not answer; import the file again when it does")


async def _nobody(_: Command, __: str) -> Sent:
    raise OSError("a dry run sends nothing")


async def _nothing(_: str) -> dict[str, Any]:
    return {}


def _show(report: Report, *, as_json: bool) -> None:
    counts = report.counts()
    if as_json:
        faults = [fault._asdict() for fault in report.faults]
        sys.stdout.write(json.dumps({**counts, "faults": faults}) + "\n")
        return
    for fault in report.faults[:MOST_SHOWN]:
        column = f", column {fault.column}" if fault.column else ""
        sys.stdout.write(f"line {fault.line}{column}: {fault.rule}\n")
    if len(report.faults) > MOST_SHOWN:
        sys.stdout.write(f"… and {len(report.faults) - MOST_SHOWN} more; --json shows all\n")
    told = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if name != "read"]
    sys.stdout.write(f"{report.read} rows: {', '.join(told)}\n")
