"""``staffel parked list|show|retry|drop``: look at what was set aside, and decide about it."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
import typer
from rich.console import Console
from rich.table import Column, Table

from services.platform.config import SERVICES
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
from services.platform.up import refuse_absent
from staffel_contracts.cli.common import whole

MOST = 1000


class _NoAnswer(Exception):
    """A service does not answer, or refuses; says which and why."""


parked_app = typer.Typer(
    help="What is parked: that case waits, all others flow.", no_args_is_help=True
)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `staffel parked list` shows it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]


@parked_app.command(name="list")
def list_parked(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """List what is parked in every service, and why; exit code 1 if one does not answer."""
    place = load_home(home)
    rows, silent = [], []
    for name in SERVICES:
        try:
            rows += [{"service": name} | row for row in _parked(place, name)]
        except _NoAnswer as error:
            silent.append(str(error))
    if rows or as_json or not silent:
        _say(rows, as_json=as_json)
    if silent:
        fail("; ".join(silent))


def _say(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    most = max(Counter(row["service"] for row in rows).values(), default=0)
    if most >= MOST:
        sys.stdout.write(f"of each service the first {MOST}\n")
    names = ("case", "status", "reason", "place", "tries", "since")
    columns = (Column(name, overflow="fold") for name in names)
    table = Table(whole("service"), whole("id"), *columns)
    for row in rows:
        cells = ("service", "id", "case_id", "status", "reason", "place", "count", "parked_at")
        table.add_row(*(str(row[cell] or "") for cell in cells))
    Console().print(table if rows else "nothing is parked")


@parked_app.command()
def show(service: ServiceArgument, parked_id: IdArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Show one parked input and what waits behind it."""
    rows = _with_followers(load_home(home), service, parked_id)
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")


@parked_app.command()
def retry(
    service: ServiceArgument,
    parked_id: IdArgument,
    home: HomeOption = DEFAULT_HOME,
    dry_run: DryRun = False,
) -> None:
    """Try a parked case again, in order; exit code 1 if it is still parked afterwards."""
    _decide(load_home(home), service, parked_id, "retry", dry_run=dry_run)


@parked_app.command()
def drop(
    service: ServiceArgument,
    parked_id: IdArgument,
    home: HomeOption = DEFAULT_HOME,
    dry_run: DryRun = False,
) -> None:
    """Drop the first parked input of a case for good; what waits behind it goes on.

    One that was dropped already stays so, and nothing else is dropped.
    """
    _decide(load_home(home), service, parked_id, "drop", dry_run=dry_run)


def _decide(home: Home, service: str, parked_id: str, verb: str, *, dry_run: bool) -> None:
    with plain_errors():
        refuse_absent(home)
    rows = _with_followers(home, service, parked_id)
    if rows[0]["status"] == "dropped":
        sys.stdout.write(f"{parked_id} was dropped already\n")
        return
    if verb == "drop" and rows[0]["id"] != parked_id:
        fail(f"{parked_id} waits behind {rows[0]['id']}, and only the first can be dropped")
    if dry_run:
        sys.stdout.write(f"would {verb} {rows[0]['id']}; {len(rows) - 1} wait behind it\n")
        return
    with _plainly():
        result = _call(home, service, "POST", f"/parked/{verb}", {"parked_id": rows[0]["id"]})
    sys.stdout.write(json.dumps(result) + "\n")
    if result["still_parked"]:
        raise typer.Exit(1)


def _with_followers(home: Home, service: str, parked_id: str) -> list[dict[str, Any]]:
    with _plainly():
        rows = _parked(home, service, parked_id=parked_id)
    found = next((row for row in rows if row["id"] == parked_id), None)
    if found is None:
        fail(f"nothing is parked in {service} as {parked_id}")
    if found["case_id"] is None or found["status"] == "dropped":
        return [found]
    return [r for r in rows if r["case_id"] == found["case_id"] and r["status"] != "dropped"]


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except _NoAnswer as error:
        fail(str(error))


def _parked(home: Home, service: str, **named: str) -> list[dict[str, Any]]:
    asked = urlencode({"limit": MOST, **named})
    rows: list[dict[str, Any]] = _call(home, service, "GET", f"/parked?{asked}")
    return rows


def _call(home: Home, service: str, method: str, path: str, body: Any = None) -> Any:
    """What a service answers.

    Raises:
        _NoAnswer: nothing, or that it will not.
    """
    headers = {"Authorization": f"Bearer {home.config.service_passwords[service]}"}
    try:
        answer = httpx.request(
            method,
            home.http_url(service) + path,
            json=body,
            headers=headers,
            timeout=30,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        told = f"{service} does not answer at {home.http_url(service)}: {type(error).__name__}"
        raise _NoAnswer(told) from None
    if answer.is_error:
        raise _NoAnswer(f"{service}: {_refused(answer)}")
    return answer.json()


def _refused(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        return str(told.get("detail") or told["title"])
    except (ValueError, KeyError, AttributeError):
        return f"HTTP {answer.status_code}, and no problem document: does it listen there?"
