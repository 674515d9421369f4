"""``staffel demo``: an invented year of a district, through the real doors, and its proof."""

import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.platform.checks import check
from services.platform.demo.driver import Year, opening
from services.platform.demo.population import invent
from services.platform.demo.progress import Progress
from services.platform.demo.report import Figures, figures, show
from services.platform.home import DISTRICT, Home
from services.platform.options import fail, plain_errors
from services.platform.up import Platform

MOST_PERSONS = 50_000


@dataclass(frozen=True)
class Options:
    """What the demonstration is to do."""

    persons: int
    seed: int
    year: int
    json_file: Path | None
    stay: bool


def demo(
    persons: Annotated[int, typer.Option(min=1, max=MOST_PERSONS, help="How many arrive.")] = 200,
    seed: Annotated[int, typer.Option(help="Chance: the same year for the same seed.")] = 1,
    year: Annotated[int, typer.Option(min=2020, max=2090, help="The year they arrive in.")] = 2025,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures to this file.")
    ] = None,
    stay: Annotated[bool, typer.Option("--stay", help="Keep running to look at it.")] = False,
    home: Annotated[
        Path | None, typer.Option(help="A new folder to keep; a temporary one without it.")
    ] = None,
) -> None:
    """Live through an invented year of a district with its jobcenter, and check all of it.

    People arrive, are recognised or not, and are handed over to the jobcenter, a separate program
    that knows the contracts alone. Exit code 1 if a check fails.
    """
    options = Options(persons, seed, year, json_file, stay)
    if home and (home / "staffel.json").exists():
        fail(f"{home} is a home already: the demonstration begins in a new one")
    folder = home or Path(tempfile.mkdtemp(prefix="staffel-demo-"))
    with plain_errors():
        found = _run(folder, options)
    if home is None and found.well:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        sys.stderr.write(f"kept: {folder}\n")
    if not found.well:
        raise typer.Exit(1)


def _run(folder: Path, options: Options) -> Figures:
    try:
        return asyncio.run(_live(folder, options))
    except KeyboardInterrupt:
        fail("interrupted", 130)


async def _live(folder: Path, options: Options) -> Figures:
    began = time.monotonic()
    console = Console()
    population = invent(options.persons, options.seed, district=DISTRICT, year=options.year)
    home = Home.create(folder, clock_starts=opening(date(options.year, 1, 1)))
    with Progress(console) as progress:
        async with Platform(home, progress.say, log_files=True) as platform:
            last = await Year(home, platform, population, options.seed, progress.tell).run()
            progress.say("checks …")
            found = await asyncio.to_thread(figures, home, last)
            found.checked = await asyncio.to_thread(check, home, last)
            found.parked = sum(s["parked"] for s in (await platform.status()).values())
            found.seconds = time.monotonic() - began
            progress.end()
            _tell(console, found, options)
            if options.stay:
                await _stay(console, home)
    return found


def _tell(console: Console, found: Figures, options: Options) -> None:
    show(console, found)
    if options.json_file:
        text = json.dumps(found.as_json(), indent=2)
        options.json_file.write_text(f"{text}\n", encoding="utf-8")


async def _stay(console: Console, home: Home) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await stopping.wait()
