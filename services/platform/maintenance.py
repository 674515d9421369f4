"""``staffel maintenance on|off|status``: take no commands for a while."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from services.chassis.asking.maintenance import DEFAULT_RETRY_SECONDS, Maintenance, MaintenanceFile
from services.chassis.files import write_whole
from services.chassis.validation import rules_broken
from services.platform.installation import Installation
from services.platform.options import DEFAULT_HOME, HomeOption, JsonOption, fail, plain_errors

maintenance_app = typer.Typer(
    help="Take no commands for a while; feeds and queries go on.", no_args_is_help=True
)


@maintenance_app.command(name="on")
def begin(
    reason: Annotated[str, typer.Option(help="Why, for those who are turned away.")],
    retry_after: Annotated[
        int, typer.Option(help="Seconds after which they may ask again.")
    ] = DEFAULT_RETRY_SECONDS,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Answer commands with 503 and Retry-After from now on, also after a restart."""
    with plain_errors():
        path = Installation.open(home).maintenance_file
        try:
            now = datetime.now(UTC)
            begun = Maintenance(reason=reason, since=now, retry_after=retry_after)
        except ValidationError as error:
            fail(rules_broken(error))
        write_whole(path, begun.model_dump_json().encode())
        path.chmod(0o644)
    sys.stdout.write("maintenance is on: commands are not taken, feeds and queries go on\n")


@maintenance_app.command(name="off")
def end(home: HomeOption = DEFAULT_HOME) -> None:
    """Take commands again."""
    with plain_errors():
        Installation.open(home).maintenance_file.unlink(missing_ok=True)
    sys.stdout.write("maintenance is off: commands are taken\n")


@maintenance_app.command()
def status(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Say whether maintenance is on; exit code 1 if it is."""
    with plain_errors():
        found = MaintenanceFile(Installation.open(home).maintenance_file).now()
    if as_json:
        sys.stdout.write(f"{found.model_dump_json() if found else 'null'}\n")
    else:
        told = f"on since {found.since:%Y-%m-%d %H:%M} UTC: {found.reason}" if found else "off"
        sys.stdout.write(f"maintenance is {told}\n")
    raise typer.Exit(1 if found else 0)
