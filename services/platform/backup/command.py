"""``staffel backup create|list|verify|drill`` and ``staffel restore``."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from services.chassis.keys.master_keys import WrongMasterKey, load_master_key
from services.platform.backup.create import Restless, create, data_files, remove_old
from services.platform.backup.drill import drill as drill_it
from services.platform.backup.losses import Loss
from services.platform.backup.making_home import make_home, own_master_key
from services.platform.backup.records import Records
from services.platform.backup.restore import restore as restore_it
from services.platform.backup.rows import Broken
from services.platform.backup.tail import Fork
from services.platform.backup.target import Live, NotEmpty
from services.platform.backup.verify import LATEST, NoBackup, Unpacked, faults, find, unpacked
from services.platform.config import SERVICES
from services.platform.installation import KEYRING, Installation
from services.platform.options import (
    DEFAULT_HOME,
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    plain_errors,
    service_name,
)
from staffel_contracts.cli.common import whole

backup_app = typer.Typer(help="Backups: make, check, and try a restore.", no_args_is_help=True)
OutOption = Annotated[
    Path | None, typer.Option("--out", help="The folder with the backups; HOME/backups without it.")
]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", help="The folder with the backups; HOME/backups without it."),
]
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A backup's name or file, or `latest`.")
]
EXPECTED = (Broken, NoBackup, Restless, Live, NotEmpty, Loss, Fork)


@contextmanager
def _plainly() -> Iterator[None]:
    with plain_errors():
        try:
            yield
        except EXPECTED as error:
            fail(str(error))
        except OSError as error:
            with plain_errors(TROUBLE):
                raise error from None


@backup_app.command(name="create")
def make(
    home: HomeOption = DEFAULT_HOME,
    out: OutOption = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Remove all but so many of the newest afterwards.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a backup while everything runs: two files, of which one holds the keys.

    The master key is in neither: keep it apart. Exit code 1 if a secret is missing, such as a log's
    key: the backup is made without it, and no older one, which may hold it, is removed. 2: there is
    none, as something cannot be read or written.
    """
    with _plainly(), _progress("rows saved") as told:
        at = Installation.open(home)
        made = create(at, out or at.backups, told)
        removed = remove_old(out or at.backups, keep) if keep and not made.missing else []
    sizes = {name: log.size for name, log in made.manifest.logs.items()}
    _show(
        {"name": made.manifest.name, "data": str(made.data), "keys": str(made.keys)}
        | {"logs": sizes, "removed": removed, "missing": made.missing},
        as_json=as_json,
    )
    if made.missing:
        fail(f"not in the backup, as it is not there: {', '.join(made.missing)}")


@backup_app.command(name="list")
def show(
    home: HomeOption = DEFAULT_HOME, out: FromOption = None, as_json: JsonOption = False
) -> None:
    """List the backups, the oldest first, and when a restore was last tried."""
    with _plainly():
        at = Installation.open(home)
    files = data_files(out or at.backups)
    rows = [{"name": path.stem, "bytes": path.stat().st_size} for path in files]
    records = Records.read(at.backups)
    if as_json:
        drilled = records.drilled_at.isoformat() if records.drilled_at else None
        sys.stdout.write(json.dumps({"backups": rows, "drilled_at": drilled}) + "\n")
        return
    table = Table(whole("backup"), "bytes")
    for row in rows:
        table.add_row(str(row["name"]), f"{row['bytes']:,}")
    Console().print(table if rows else "there is no backup yet")
    Console().print(f"last drill: {records.drilled_at or 'never'}")


@backup_app.command()
def verify(
    name: NameArgument = LATEST,
    home: HomeOption = DEFAULT_HOME,
    folder: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a backup: every file's hash, every log's tree; exit code 1 if something is wrong."""
    with _plainly(), _opened(home, folder, name) as (_, backup), _progress("rows read") as told:
        found = list(faults(backup, told))
        _show(
            {"name": backup.manifest.name, "well": not found, "faults": found}
            | {"logs": {one: log.size for one, log in backup.manifest.logs.items()}},
            as_json=as_json,
        )
    if found:
        raise typer.Exit(1)


@backup_app.command()
def drill(
    name: NameArgument = LATEST,
    home: HomeOption = DEFAULT_HOME,
    folder: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try a restore beside the live platform: fold, compare, delete, and note the day."""
    with _plainly(), _opened(home, folder, name) as (at, backup), _progress("rows") as told:
        _refuse_faulty(backup)
        done = drill_it(backup, at, told)
    _show({"name": done.name, "logs": done.logs, "well": True}, as_json=as_json)


def restore(  # noqa: PLR0917 - Typer reads options from signatures
    name: NameArgument = LATEST,
    home: HomeOption = DEFAULT_HOME,
    folder: FromOption = None,
    master_key: Annotated[
        Path | None,
        typer.Option(help="The file with the master key; that of the home without it."),
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service, or `keyring`; may be repeated.")
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Go on though others have heard more.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty place, with everything stopped.

    What was written after it is taken from the stream and the archive. Refused is what would leave
    a log shorter than what others have heard of it, unless --accept-loss.
    """
    wanted = [one if one == KEYRING else service_name(one) for one in service or ()]
    with _plainly():
        path = find(folder or home / "backups", name)
        with unpacked(path) as backup, _progress("rows restored") as told:
            _refuse_faulty(backup)
            if dry_run:
                _show(_plan(backup, wanted), as_json=as_json)
                return
            key = master_key or own_master_key(home)
            at = Installation(make_home(backup, home, key))
            _refuse_other_key(at, key)
            names = wanted or [*SERVICES, KEYRING]
            done = restore_it(backup, at, names, accept_loss=accept_loss, told=told)
    _show(asdict(done), as_json=as_json)


def _refuse_other_key(at: Installation, key: Path) -> None:
    own, given = (load_master_key(path, None) for path in (at.master_key_file, key))
    if own.key(own.epochs[-1]) != given.key(given.epochs[-1]):
        raise WrongMasterKey(f"{at.master_key_file} is another key than the one given")


def _refuse_faulty(backup: Unpacked) -> None:
    found = list(faults(backup))
    if found:
        raise Broken(f"the backup is not whole: {found[0]}")


def _plan(backup: Unpacked, wanted: list[str]) -> dict[str, Any]:
    logs = {name: log.size for name, log in backup.manifest.logs.items()}
    return {"would_restore": wanted or [*SERVICES, KEYRING], "from": backup.manifest.name} | {
        "made_at": backup.manifest.created_at.isoformat(),
        "made_by": backup.manifest.staffel,
        "logs": logs,
    }


@contextmanager
def _opened(home: Path, folder: Path | None, name: str) -> Iterator[tuple[Installation, Unpacked]]:
    at = Installation.open(home)
    with unpacked(find(folder or at.backups, name)) as backup:
        yield at, backup


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"))
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.advance(task, count)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found, default=str) + "\n")
        return
    for name, value in found.items():
        text = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        sys.stdout.write(f"{name.replace('_', ' '):14} {text}\n")
