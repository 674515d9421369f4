"""Options that several verbs share, and how verbs end with an error that helps."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.platform.config import SERVICES
from services.platform.home import Home

TROUBLE = 2
"""Exit code of the auditor's verbs: nothing was answered; where the answer is no, it is 1."""
DEFAULT_HOME = Path("~/.staffel").expanduser()

HomeOption = Annotated[
    Path, typer.Option("--home", help="The folder that holds the platform.", envvar="STAFFEL_HOME")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for machines.")]


def service_name(value: str) -> str:
    """One of the services, also with a hyphen.

    Raises:
        typer.BadParameter: there is no such service.
    """
    name = value.replace("-", "_")
    if name not in SERVICES:
        raise typer.BadParameter(f"{value!r} is no service: {', '.join(SERVICES)}")
    return name


def services_complete(incomplete: str) -> list[str]:
    """The services, for shell completion."""
    return [name for name in SERVICES if name.startswith(incomplete)]


ServiceArgument = Annotated[
    str,
    typer.Argument(callback=service_name, autocompletion=services_complete, metavar="SERVICE"),
]


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with ``code``."""
    sys.stderr.write(f"staffel: {message}\n")
    raise typer.Exit(code)


@contextmanager
def plain_errors(code: int = 1) -> Iterator[None]:
    """Turn expected trouble into one line and an exit code."""
    try:
        yield
    except BrokenPipeError:  # whoever read what is told has gone
        raise
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        fail(told, code)


def _told(error: Exception) -> str | None:
    """What to say of trouble that is expected; what knows of it is imported only then."""
    from nats.errors import Error as NatsError
    from sqlalchemy.exc import SQLAlchemyError

    from services.audit.lines import Damaged
    from services.chassis.agencies import UnreadableDirectory
    from services.chassis.keys.erasures import UnreadableLedger
    from services.chassis.keys.master_keys import WrongMasterKey
    from services.chassis.store.log import Fenced
    from services.chassis.store.migrate import WrongSchema
    from services.chassis.transport.nats_server import ServerTrouble
    from services.platform.audit.books import LostKey, NotOfThisHome
    from services.platform.home import NoHome
    from services.platform.up import NotUp
    from staffel_contracts.envelope import Unreadable
    from staffel_contracts.sealing import Unsealable

    if isinstance(error, SQLAlchemyError):
        # Its text may hold parameters; the driver's own first line says enough.
        cause = getattr(error, "orig", None) or error
        return f"database: {str(cause).splitlines()[0] if str(cause) else type(cause).__name__}"
    if isinstance(error, NatsError):
        text = getattr(error, "description", None) or str(error).removeprefix("nats: ")
        return f"NATS: {text or type(error).__name__}"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    ours = (NoHome, NotUp, WrongSchema, WrongMasterKey, UnreadableDirectory, Fenced, ServerTrouble)
    theirs = (OSError, Unreadable, Unsealable, Damaged, UnreadableLedger, LostKey, NotOfThisHome)
    return str(error) if isinstance(error, (*ours, *theirs)) else None


def load_home(folder: Path) -> Home:
    """The home in a folder, or an error that helps."""
    with plain_errors():
        return Home.load(folder)
