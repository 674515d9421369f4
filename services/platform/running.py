"""``staffel up|status|migrate|provision``: run a platform on one machine and look at it."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from services.chassis.agencies import Agencies
from services.chassis.validation import rules_broken
from services.platform.alone import alone
from services.platform.config import PROCESSES
from services.platform.connecting import connect_as
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from services.platform.preparing import prepare_databases, provision_streams
from services.platform.up import Platform
from staffel_contracts.cli.common import whole


def up(
    home: HomeOption = DEFAULT_HOME,
    database: Annotated[
        str | None, typer.Option(help="PostgreSQL URL; SQLite files in the home without it.")
    ] = None,
    agencies: Annotated[
        Path | None, typer.Option(help="JSON file of agencies; an invented district without it.")
    ] = None,
    smtp: Annotated[
        str | None,
        typer.Option(
            help="smtp://user:password@host:port; kept for later starts. A maildir without it."
        ),
    ] = None,
) -> None:
    """Run everything on this machine until Ctrl-C; on the same home it goes on where it was."""
    with plain_errors():
        known = Agencies.load(agencies) if agencies else ()
        place = Home.open(home, database=_psycopg(database), agencies=known)
        if database and place.config.database != _psycopg(database):
            fail(f"{home} was made with another database")
        if smtp is not None:
            take_mail_server(place, smtp)
        asyncio.run(_up(place))


def take_mail_server(home: Home, url: str) -> None:
    """From now on mail goes there; ``--smtp ''`` is the maildir again."""

    async def taken() -> None:
        async with alone(home):
            home.save(smtp_url=url or None)

    try:
        asyncio.run(taken())
    except ValidationError as error:
        fail(rules_broken(error), 2)


async def _up(home: Home) -> None:
    """Run until the first Ctrl-C, which may come while it starts; another one changes nothing."""
    running = asyncio.create_task(_run(home))
    told = asyncio.Event()

    def stop() -> None:
        if not told.is_set():
            told.set()
            _say("stopping …")
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await running
    except asyncio.CancelledError:
        _say("stopped")


async def _run(home: Home) -> None:
    async with Platform(home, _say) as platform:
        _say(f"up: {home.folder}")
        for name in PROCESSES:
            _say(f"  {name:17} {home.http_url(name)}/health/ready")
        _say(f"  {'NATS':17} {home.nats_url} (users and passwords: {home.folder}/staffel.json)")
        _say("Ctrl-C stops it.")
        await platform.watch()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _psycopg(database: str | None) -> str | None:
    """PostgreSQL URLs are used with psycopg 3."""
    if database is None:
        return None
    for prefix in ("postgresql://", "postgres://"):
        if database.startswith(prefix):
            return "postgresql+psycopg://" + database.removeprefix(prefix)
    if not database.startswith("postgresql+psycopg://"):
        fail("--database: a URL like postgresql://user@host/staffel is expected")
    return database


def status(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Show where each service stands, and why one is not ready; exit code 1 if one is not."""
    place = load_home(home)
    rows = {name: _status_of(place, name) for name in PROCESSES}
    if as_json:
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        _show(rows)
    if not all(row["ready"] for row in rows.values()):
        raise typer.Exit(1)


def _status_of(home: Home, name: str) -> dict[str, Any]:
    operator = {"Authorization": f"Bearer {home.config.service_passwords[name]}"}
    try:
        with httpx.Client(base_url=home.http_url(name), timeout=10, trust_env=False) as client:
            ready: dict[str, Any] = client.get("/health/ready").json()
            status: dict[str, Any] = client.get("/status", headers=operator).json()
            return ready | status
    except httpx.HTTPError:
        return {"service": name, "ready": False, "reasons": ["no answer"]}


def _show(rows: dict[str, dict[str, Any]]) -> None:
    table = Table(whole("service"), "ready", "log", "behind", "parked", "why not")
    for name, row in rows.items():
        read = row.get("cursors") or row.get("archived") or {}
        behind = sum(max(0, rows.get(log, {}).get("size", 0) - n) for log, n in read.items())
        table.add_row(
            name,
            "yes" if row["ready"] else "no",
            str(row.get("size", "")),
            str(behind),
            str(row.get("parked", "")),
            "; ".join(row["reasons"]),
        )
    Console().print(table)


def migrate(home: HomeOption = DEFAULT_HOME) -> None:
    """Make the databases of a home, or bring them to this version."""
    with plain_errors():
        prepare_databases(Home.load(home))
    _say("databases are of this version")


def provision(home: HomeOption = DEFAULT_HOME) -> None:
    """Make what is missing of streams and consumers on the running NATS server."""
    with plain_errors():
        asyncio.run(declare_streams(Home.load(home)))


async def declare_streams(place: Home) -> None:
    """Make what is missing of streams and consumers, and say what was done."""
    nc = await connect_as(place, "ops")
    report = await provision_streams(nc, place)
    for line in (*report.made, *report.changed):
        _say(line)
    for line in report.drift:
        _say(f"differs: {line}")
    await nc.close()
