"""What to look at while the demonstration keeps running."""

from datetime import date
from pathlib import Path

from rich.console import Console
from sqlalchemy import Table, select

from services.chassis.store.database import reading
from services.jobcenter_bridge.tables import HandoffRecordRow
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.invented import DISTRICT

_HANDOFF: Table = HandoffRecordRow.__table__  # type: ignore[attr-defined]
JOBCENTER = f"jobcenter-{DISTRICT}"


def tell(console: Console, home: Home, last: date) -> None:
    """Say where everything is and what can be tried."""
    folder = home.folder.absolute()
    lines = [f"Everything keeps running; its clock stands at {last:%d %B %Y}. Ctrl-C ends it.", ""]
    lines += [f"  {name:17} {home.http_url(name)}/health/ready" for name in SERVICES]
    lines += [
        f"  {'NATS':17} {home.nats_url}",
        f"  {'passwords, tokens':17} {folder}/staffel.json",
        f"  {'notices':17} {folder}/mail/new",
        f"  {'exports':17} {folder}/exports",
        f"  {'logs of programs':17} {folder}/logs",
        "",
        "Try, in another terminal:",
        "",
        *(f"  {line}" for line in _commands(home, folder)),
    ]
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _commands(home: Home, folder: Path) -> list[str]:
    command = ".venv/bin/staffel"
    export = min((folder / "exports").iterdir(), default=folder)
    token = f"import json; print(json.load(open('{folder}/staffel.json'))"
    asked = 'curl -s -X POST -H "Authorization: Bearer $TOKEN" -H "Staffel-Purpose: casework"'
    return [
        f"{command} status --home {folder}",
        f"{command} rebuild jobcenter_bridge --check --home {folder}",
        f"{command} intake import {export} --home {folder}   # once more: changes nothing",
        f"TOKEN=$(python3 -c \"{token}['agency_passwords']['{JOBCENTER}'])\")",
        f"{asked} {home.http_url('jobcenter_bridge')}/queries/handoffs -d '{_question(home)}'",
        f'{asked} {home.http_url("notify")}/queries/feed -d \'{{"start": 0, "limit": 3}}\'',
    ]


def _question(home: Home) -> str:
    with reading(home.database_url("jobcenter_bridge")) as conn:
        key = conn.scalar(select(_HANDOFF.c.key).limit(1)) or "none/benefits"
    return f'{{"case": "{key.rpartition("/")[0]}"}}'
