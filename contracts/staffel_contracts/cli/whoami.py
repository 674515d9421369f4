"""``staffel whoami``: who I am to the platform, and what I may send."""

import asyncio
from typing import Final

from rich.console import Console
from rich.table import Table

from staffel_contracts.cli.common import (
    ContextOption,
    JsonOption,
    asked,
    chosen,
    connected,
    run,
    write_json,
)
from staffel_contracts.context import Context

SERVICES: Final = ("intake", "casework", "jobcenter_bridge", "notify")


def whoami(context: ContextOption = None, as_json: JsonOption = False) -> None:
    """Say who I am to the platform, and which commands I may send."""
    run(_whoami(chosen(context), as_json=as_json))


async def _whoami(context: Context, *, as_json: bool) -> None:
    async with connected(context) as connection:
        asking = (asked(connection, service, "whoami") for service in SERVICES)
        answers = await asyncio.gather(*asking)
    known = {key: answers[0][key] for key in ("id", "kind", "district", "name")}
    known |= {"context": context.name, "environment": context.environment}
    commands = {answer["service"]: answer["commands"] for answer in answers}
    if as_json:
        write_json(known | {"commands": commands})
        return
    table = Table(show_header=False)
    for name, value in known.items():
        table.add_row(name, str(value))
    for service, names in commands.items():
        table.add_row(f"may send to {service}", "\n".join(names) or "nothing")
    Console().print(table)
