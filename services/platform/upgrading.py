"""``staffel upgrade check``: whether this version may take over; asked before anything changes."""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Annotated, NamedTuple

import typer
from packaging.version import InvalidVersion, Version

from services.chassis.store.migrate import WrongSchema, pending
from services.platform.checks import (
    Level,
    Line,
    Look,
    auditing,
    databases,
    keys,
    lifecycle,
    machine,
    run,
)
from services.platform.checks.line import fail as failing
from services.platform.checks.line import ok
from services.platform.checks.shown import text
from services.platform.installation import Installation
from services.platform.lost import lost, told
from services.platform.options import DEFAULT_HOME, HomeOption, JsonOption, fail, plain_errors

STOPS: tuple[str, ...] = ()
"""Versions that cannot be skipped: what they do to the databases the later ones rely on.

A stop gets corrections for as long as anybody may have to pass it.
"""
upgrade_app = typer.Typer(help="Whether a new version may take over.", no_args_is_help=True)


class Verdict(NamedTuple):
    """Whether to go on: ``ok``, ``via`` a version first, or ``blocked``."""

    verdict: str
    via: str | None
    lines: list[Line]

    @property
    def code(self) -> int:
        """The exit code: 0 ok, 1 via, 2 blocked."""
        return {"ok": 0, "via": 1, "blocked": 2}[self.verdict]


@upgrade_app.callback()
def _a_group() -> None:
    """Typer needs a callback to keep a single command a subcommand."""


@upgrade_app.command()
def check(
    home: HomeOption = DEFAULT_HOME,
    to: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The version; this program's without it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say ok (exit code 0), via another version (1), or blocked and by what (2); change nothing.

    Run it with the new version's program: an older one cannot know what the new one needs.
    """
    with plain_errors(2):
        own = Version(version("staffel"))
        try:
            wanted = Version(to) if to else own
        except InvalidVersion:
            fail(f"--to: {to!r} is no version", 2)
        found = judge(Look(Installation.open(home)), own, wanted)
    if as_json:
        rows = [line._asdict() | {"level": line.level.name.lower()} for line in found.lines]
        told = {"verdict": found.verdict, "to": str(wanted), "via": found.via, "checks": rows}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(text(found.lines))
        more = f" {found.via} first" if found.via else ""
        sys.stdout.write(f"upgrade to {wanted}: {found.verdict}{more}\n")
    raise typer.Exit(found.code)


def judge(look: Look, own: Version, wanted: Version) -> Verdict:
    """Whether an installation may go to a version."""
    lines = list(run(look, (migrations,)))
    lines += _direction(own, wanted)
    lines += run(
        look,
        (
            databases.logs,
            databases.parked,
            machine.disks,
            keys.keyring,
            auditing.findings,
            lifecycle.backups,
        ),
    )
    if any(_blocks(line) for line in lines):
        return Verdict("blocked", None, lines)
    via = next((stop for stop in STOPS if own < Version(stop) < wanted), None)
    return Verdict("via" if via else "ok", via, lines)


def migrations(look: Look) -> Iterator[Line]:
    """What is to be done to each database; one that is lost or of a newer version blocks."""
    gone = set(lost(look.at))
    for name in look.at.services:
        check_name = f"migration.{name}"
        if name in gone:
            yield failing(check_name, told(look.at, name), "restore")
            continue
        try:
            steps = pending(name, look.at.databases[name])
        except WrongSchema as error:
            yield failing(check_name, str(error), "upgrade")
        else:
            yield ok(check_name, f"to do: {', '.join(steps)}" if steps else "nothing to do")


def _direction(own: Version, wanted: Version) -> Iterator[Line]:
    if wanted < own:
        told = f"{wanted} is older than {own}: going back means to restore a backup"
        yield failing("version", told, "upgrade")
    elif wanted > own:
        yield ok("version", f"{own} knows nothing of {wanted}: ask that version's own program")
    else:
        yield ok("version", f"this program is {own}")


def _blocks(line: Line) -> bool:
    """Whether a finding has to be dealt with first: nothing parked, room, a young backup."""
    strict = line.check.startswith(("parked.", "disk.")) or line.check == "backup"
    return line.level is Level.FAIL or (strict and line.level is Level.WARN)
