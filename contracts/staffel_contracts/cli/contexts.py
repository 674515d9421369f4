"""``staffel context add``: take up the credentials file that an operator handed over."""

from pathlib import Path
from typing import Annotated

import typer

from staffel_contracts import context
from staffel_contracts.cli.common import fail


def add_context(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The credentials file.")],
) -> None:
    """Take up a credentials file; the plain `nats` tool understands the context as well."""
    try:
        path = context.add(file)
    except context.NoContext as error:
        fail(str(error))
    typer.echo(f"context {path.stem}; try: staffel whoami --context {path.stem}")
    typer.echo(f"delete {file}: it holds the login")
