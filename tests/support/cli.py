"""The command ``staffel`` and the example programs, run as an integrator runs them."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer

from services.platform.home import Home
from services.platform.up import Platform
from staffel_contracts.cli import all_verbs
from staffel_contracts.cli.verbs import command_line
from staffel_contracts.context import Context, save
from tests.support.forked import staffel_forked
from tests.support.load import at_rest, district, running

STAFFEL = str(Path(sys.executable).with_name("staffel"))


class Ran(NamedTuple):
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON documents on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Desk:
    """A running platform with some cases, and an environment in which its contexts are found."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        """Write a context for each agency below ``folder``."""
        self.platform, self.home = platform, platform.home
        self.environment = clean_environment(folder)
        os.environ["XDG_CONFIG_HOME"], before = str(folder), os.environ.get("XDG_CONFIG_HOME")
        try:
            for agency in self.home.agencies():
                save(context_of(self.home, agency.id))
        finally:
            os.environ.pop("XDG_CONFIG_HOME")
            os.environ.update({"XDG_CONFIG_HOME": before} if before else {})

    def run(self, *words: str, **environment: str) -> Ran:
        """Run the command as the jobcenter, unless the words or the environment say otherwise."""
        defaults = {"STAFFEL_CONTEXT": "staffel-jobcenter-12069"}
        return staffel(*words, environment=self.environment | defaults | environment)


def staffel(*words: str, environment: Mapping[str, str] = os.environ, given: str = "") -> Ran:
    """Run the command to its end in a process of its own, ``given`` on its standard input."""
    return Ran(*staffel_forked(words, environment, given))


def typer_app(verb: Callable[..., None]) -> typer.Typer:
    """A verb as a command line of its own, to be run in this process."""
    app = typer.Typer()
    app.command()(verb)
    return app


def whole_command_line() -> typer.Typer:
    """All verbs, to be run in this process."""
    return command_line(all_verbs())


def clean_environment(folder: Path) -> dict[str, str]:
    """An environment in which nothing means a platform, and contexts lie below ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STAFFEL_")}
    return kept | {"XDG_CONFIG_HOME": str(folder), "COLUMNS": "200"}


def context_of(home: Home, agency: str) -> Context:
    """How an agency reaches the platform in a home."""
    password = home.config.agency_passwords[agency]
    return Context(
        f"staffel-{agency}", home.nats_url, agency, password, environment="test", token=password
    )


@contextmanager
def desk(folder: Path, persons: int) -> Iterator[Desk]:
    """A whole platform in which so many persons were recognised and handed over."""
    with asyncio.Runner() as runner:
        entering = running(folder)
        platform = runner.run(entering.__aenter__())
        try:
            runner.run(_fill(platform, persons))
            yield Desk(platform, folder / "config")
        finally:
            runner.run(entering.__aexit__(None, None, None))


async def _fill(platform: Platform, persons: int) -> None:
    async with district(platform.home) as load:
        await load.persons(persons)
    await at_rest(platform)
