"""``staffel audit findings|settle``: what auditing found, and closing what was looked into."""

import json
import sys
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from services.audit.findings import Findings
from services.platform.config import AUDIT
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from services.platform.up import refuse_absent


def findings_command(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Show what auditing found, open and settled; exit code 1 while something is open."""
    place = load_home(home)
    with plain_errors():
        found = Findings(place.archive / "findings")
    if as_json:
        settled = [f.as_json() | {"reason": why} for f, why in found.settled.values()]
        rows = {"open": [f.as_json() for f in found.open.values()], "settled": settled}
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        _show(found)
    if found.open:
        raise typer.Exit(1)


def settle_command(
    number: Annotated[int, typer.Argument(help="The finding's number.")],
    reason: Annotated[str, typer.Option(help="Why it is settled; kept with the finding.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Close a finding that was looked into, with the reason; it stays in the files."""
    place = load_home(home)
    with plain_errors():
        refuse_absent(place)
    answer = _settle(place, number, reason)
    if answer.status_code != httpx.codes.OK:
        fail(f"finding {number}: {answer.json().get('detail', answer.status_code)}")
    sys.stdout.write(f"finding {number} is settled\n")


def _settle(home: Home, number: int, reason: str) -> httpx.Response:
    token = home.config.service_passwords[AUDIT]
    try:
        return httpx.post(
            f"{home.http_url(AUDIT)}/findings/{number}/settle",
            json={"reason": reason},
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
            trust_env=False,
        )
    except httpx.HTTPError:
        fail("audit does not answer: is the platform up?")


def _show(found: Findings) -> None:
    table = Table("no.", "found", "log", "at", "entry", "what", "settled because")
    rows: list[tuple[Any, str]] = [(f, "") for f in found.open.values()]
    for one, reason in [*rows, *found.settled.values()]:
        index = "" if one.index is None else str(one.index)
        table.add_row(str(one.id), one.code, one.log, one.at[:19], index, one.detail, reason)
    if rows or found.settled:
        Console().print(table)
    sys.stdout.write(f"{len(rows)} open\n")
