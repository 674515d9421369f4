"""``staffel demo``: an invented year of a district, through the real doors, and its proof."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.platform.demo import stay as staying
from services.platform.demo.counterpart import CounterpartGone
from services.platform.demo.driver import ImportTrouble, Year, opening
from services.platform.demo.population import invent
from services.platform.demo.progress import Progress
from services.platform.demo.quiet import Restless
from services.platform.demo.report import Figures, figures, show
from services.platform.home import Home
from services.platform.invented import DISTRICT
from services.platform.options import fail, plain_errors
from services.platform.promises import check
from services.platform.up import Platform

MOST_PERSONS = 50_000
MEMORY = Path("/dev/shm")  # noqa: S108 - only a folder of our own is made there
_BYTES = 300_000_000
_BYTES_PER_PERSON = 300_000


@dataclass(frozen=True)
class Options:
    """What the demonstration is to do."""

    persons: int
    seed: int
    year: int
    json_file: Path | None
    stay: bool


def demo(  # noqa: PLR0917 - Typer reads options from the signature
    persons: Annotated[int, typer.Option(min=1, max=MOST_PERSONS, help="How many arrive.")] = 200,
    seed: Annotated[int, typer.Option(help="Chance: the same year for the same seed.")] = 1,
    year: Annotated[int, typer.Option(min=2023, max=2090, help="The year they arrive in.")] = 2025,
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
    folder = home or temporary_folder(persons)
    well = False
    try:
        well = _run(folder, options)
    finally:
        if home is None and well:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            sys.stderr.write(f"kept: {folder}\n")
    if not well:
        raise typer.Exit(1)


def temporary_folder(persons: int) -> Path:
    """A folder for a home that is thrown away: in memory if there is room, as it need not last."""
    room = _BYTES + persons * _BYTES_PER_PERSON
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 * room
    return Path(tempfile.mkdtemp(prefix="staffel-demo-", dir=MEMORY if in_memory else None))


def _run(folder: Path, options: Options) -> bool:
    try:
        with plain_errors():
            return asyncio.run(_live(folder, options))
    except (Restless, ImportTrouble, CounterpartGone) as error:
        fail(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        fail("interrupted", 128 + signal.SIGINT)
    except asyncio.CancelledError:
        fail("ended", 128 + signal.SIGTERM)


async def _live(folder: Path, options: Options) -> bool:
    """Live through the year and tell of it; gives whether all is well."""
    began = time.monotonic()
    _end_on_termination()
    _let_others_finish()
    console = Console()
    population = invent(options.persons, options.seed, district=DISTRICT, year=options.year)
    home = Home.create(folder, clock_starts=opening(date(options.year, 1, 1)))
    with Progress(console) as progress:
        async with Platform(home, progress.say, log_files=True) as platform:
            last = await Year(home, platform, population, options.seed, progress.tell).run()
            progress.say("checks …")
            found = await _proof(home, platform, last)
            found.seconds = time.monotonic() - began
            progress.end()
            _tell(console, found, options)
            if options.stay:
                staying.tell(console, home, last)
                await _stay(platform)
    return found.well


def _end_on_termination() -> None:
    """SIGTERM ends it like Ctrl-C: nothing that was started is left behind."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - called from a task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _let_others_finish() -> None:
    """Whoever wakes waits for its turn, in all that is started from here (Linux: ``SCHED_BATCH``).

    Ten programs tell each other small things on few cores: in turn, each hears more at once.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # where it is forbidden, it only takes longer
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


async def _proof(home: Home, platform: Platform, last: date) -> Figures:
    found = await asyncio.to_thread(figures, home, last)
    found.checked = await asyncio.to_thread(check, home, last)
    found.parked = sum(status["parked"] for status in (await platform.status()).values())
    return found


def _tell(console: Console, found: Figures, options: Options) -> None:
    show(console, found)
    if options.json_file:
        text = json.dumps(found.as_json(), indent=2)
        options.json_file.write_text(f"{text}\n", encoding="utf-8")


async def _stay(platform: Platform) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    watching = asyncio.create_task(platform.watch())
    await stopping.wait()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
