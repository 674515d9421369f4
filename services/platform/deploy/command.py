"""``staffel deploy``: an operator's folder for containers, and what runs in them once."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from services.chassis.validation import rules_broken
from services.platform.home import Home
from services.platform.options import DEFAULT_HOME, HomeOption, fail, plain_errors

deploy_app = typer.Typer(help="Run the platform in containers.", no_args_is_help=True)

FolderArgument = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help="The folder with compose.yaml.", envvar="STAFFEL_HOME"),
]


@deploy_app.command()
def init(  # noqa: PLR0917 - Typer reads options from the signature
    folder: FolderArgument = Path(),
    host: Annotated[
        str | None, typer.Option(help="The name under which agencies reach this machine.")
    ] = None,
    origin: Annotated[
        str | None, typer.Option(help="The name of this installation's logs.")
    ] = None,
    smtp: Annotated[
        str | None, typer.Option(help="smtps://user:password@host:465; a maildir without it.")
    ] = None,
    mutual_tls: Annotated[
        bool, typer.Option("--mutual-tls", help="NATS asks for certificates as well.")
    ] = False,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="Three NATS servers, and a standby of every service.")
    ] = False,
    restore: Annotated[
        str | None,
        typer.Option(
            help="Settings and secrets of this backup in DIR/backups, or of the `latest`."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
) -> None:
    """Make secrets, keys, certificates and settings in a folder; run again, it adds what is new.

    Nothing that is there is overwritten. With `--restore` the folder begins with what a backup
    holds; the master key lies in DIR/master/master.key already.
    """
    from services.platform.deploy.folder import Answers, prepare

    if restore:
        _take_back(folder, restore)
    known = (folder / "staffel.json").exists()
    ask = not (yes or known) and sys.stdin.isatty()
    host = host or (
        typer.prompt("Name of this machine for agencies", "localhost") if ask else "localhost"
    )
    origin = origin or (
        typer.prompt("Name of the logs", f"staffel.{host}") if ask else f"staffel.{host}"
    )
    if smtp is None and ask:
        smtp = typer.prompt("Mail server (smtps://user:password@host:465, empty: none)", "") or None
    try:
        with plain_errors():
            report = prepare(folder, Answers(host, origin, smtp, mutual_tls, cluster))
    except ValidationError as error:
        fail(f"{folder}/staffel.json: {rules_broken(error)}")
    for name in report.made:
        typer.echo(f"made     {name}")
    for name in report.differs:
        typer.echo(f"differs  {name}: not this version's, left as it is")
    if not report.made:
        typer.echo("nothing was missing")
    typer.echo("Next: docker compose up -d --wait")
    key = folder / "master" / "master.key"
    typer.echo(f"Keep a copy of {key} elsewhere: without it no data can be read.")


def _take_back(folder: Path, name: str) -> None:
    """Put settings and secrets of a backup into the folder, where it has none."""
    from services.platform.backup.making_home import make_home, own_master_key
    from services.platform.backup.rows import Broken
    from services.platform.backup.verify import NoBackup, find, unpacked

    with plain_errors():
        try:
            with unpacked(find(folder / "backups", name)) as backup:
                make_home(backup, folder, own_master_key(folder))
        except (Broken, NoBackup) as error:
            fail(str(error))


@deploy_app.command()
def provision(home: HomeOption = DEFAULT_HOME) -> None:
    """Make roles, databases, tables, streams and consumers: what must be there before a service."""
    from services.platform.preparing import prepare_databases
    from services.platform.running import declare_streams

    with plain_errors():
        place = Home.load(home)
        prepare_databases(place)
        typer.echo("databases are of this version")
        asyncio.run(declare_streams(place))
    typer.echo("provisioned")
