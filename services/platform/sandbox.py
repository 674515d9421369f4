"""``staffel sandbox``: a platform to try things on, with invented agencies, gone on Ctrl-C."""

import asyncio
import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from services.platform.config import SERVICES
from services.platform.demo.command import temporary_folder
from services.platform.home import Home
from services.platform.options import JsonOption, fail, plain_errors
from services.platform.up import Platform
from staffel_contracts import context as contexts
from staffel_contracts.context import Context

ENVIRONMENT = "sandbox"
_PERSONS = 200


def sandbox(as_json: JsonOption = False) -> None:
    """Run a platform with invented agencies until Ctrl-C; nothing is registered, nothing stays.

    For each agency it writes a context, which the plain `nats` tool understands as well.
    """
    if running := _running():
        fail(f"a sandbox runs already (process {running}); its contexts are the same as this one's")
    folder = temporary_folder(_PERSONS)
    try:
        with plain_errors():
            asyncio.run(_run(folder, as_json=as_json))
    finally:
        _forget()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(folder: Path, *, as_json: bool) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    home = Home.create(folder, passing=True)
    async with Platform(home, _say, log_files=True) as platform:
        made = _write_contexts(home)
        _tell(home, made, as_json=as_json)
        watching = asyncio.create_task(platform.watch())
        await stopping.wait()
        _say("stopping; everything here is thrown away …")
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def _write_contexts(home: Home) -> list[Context]:
    made = [
        Context(
            name=f"staffel-{agency.id}",
            url=home.nats_url,
            agency=agency.id,
            password=home.config.agency_passwords[agency.id],
            environment=f"{ENVIRONMENT} of process {os.getpid()}",
            http={name: home.http_url(name) for name in SERVICES},
            token=home.config.agency_passwords[agency.id],
            description=f"Staffel sandbox: {agency.name}",
        )
        for agency in home.agencies()
    ]
    for context in made:
        contexts.save(context)
    return made


def _sandboxes() -> dict[Path, int]:
    """The context files that sandboxes wrote, and by which process."""
    found = {}
    for name in contexts.names():
        environment, _, process = contexts.load(name).environment.partition(" of process ")
        if environment == ENVIRONMENT and process.isdigit():
            found[contexts.folder() / f"{name}.json"] = int(process)
    return found


def _running() -> int | None:
    """The process of a sandbox that runs now."""
    for process in _sandboxes().values():
        with suppress(ProcessLookupError):
            os.kill(process, 0)
            return process
    return None


def _forget() -> None:
    """Remove the contexts of this sandbox."""
    for path, process in _sandboxes().items():
        if process == os.getpid():
            path.unlink(missing_ok=True)


def _tell(home: Home, made: list[Context], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps([_shown(context) for context in made]) + "\n")
        sys.stdout.flush()
        return
    table = Table("agency", "context", title=f"Sandbox: NATS {home.nats_url}")
    for context in made:
        table.add_row(context.agency, context.name)
    Console().print(table)
    jobcenter = next(context.name for context in made if context.agency.startswith("jobcenter"))
    for line in (
        "In another terminal:",
        f"  staffel listen --context {jobcenter}",
        "  staffel play nordwestmecklenburg",
        f"  nats --context {jobcenter} stream view INBOX",
        f"HTTP: {home.http_url('notify')}/feed with a context's token. Ctrl-C ends it.",
    ):
        _say(line)


def _shown(context: Context) -> dict[str, Any]:
    return {"agency": context.agency, "context": context.name, "url": context.url} | {
        "http": context.http
    }


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
