"""Make a backup while everything runs: every service as of one moment, the keyring apart."""

import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select

from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import reading
from services.chassis.store.log import read_head
from services.chassis.store.tables import CursorRow
from services.platform.backup.manifest import FILE, LogHead, Manifest, digest_of
from services.platform.backup.passing import passing
from services.platform.backup.records import Records
from services.platform.backup.rows import Progress, dump
from services.platform.backup.sealed import seal_secrets
from services.platform.installation import Installation
from staffel_contracts.files import sync_folder
from staffel_contracts.release import VERSION

ENDING, KEYS_ENDING = ".tar", ".keys.tar"
PLAIN = "settings"
"""The folder in a backup with the settings that are no secrets."""
TRIES = 200
PAUSE_SECONDS = 0.02
_CURSOR = CursorRow.__table__  # type: ignore[attr-defined]


class Restless(Exception):
    """No moment was found at which no service had heard more than another's log held."""


class Made(NamedTuple):
    """A backup: its manifest, its two files, and what it lacks."""

    manifest: Manifest
    data: Path
    keys: Path
    missing: list[str]
    """Secrets that should be in it and are not there, by their path in the home."""


def create(at: Installation, folder: Path, told: Progress = lambda _: None) -> Made:
    """Make a backup into a folder; both files are whole and on disk when this returns.

    Raises:
        Restless: the services write too much to be read at one moment.
        WrongMasterKey: the secrets cannot be sealed.
    """
    now = datetime.now(UTC)
    name = f"staffel-{version('staffel')}-{now:%Y%m%dT%H%M%SZ}"
    with passing(folder) as place:
        data, keys = place / "data", place / "keys"
        data.mkdir()
        keys.mkdir()
        logs = _dump_services(at, data, told)
        # After the services: every key that their entries were sealed under is there already.
        with reading(at.databases["keyring"]) as conn:
            dump(conn, keys / "keyring", told)
        _copy_plain(at, data / PLAIN)
        missing = seal_secrets(at, keys, load_master_key(at.master_key_file, None))
        manifest = _manifest(at, name, now, logs, data)
        (data / FILE).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        (keys / FILE).write_text(_keys_manifest(manifest, keys), encoding="utf-8")
        made = Made(manifest, folder / f"{name}{ENDING}", folder / f"{name}{KEYS_ENDING}", missing)
        whole = {made.keys: _packed(keys, made.keys.name), made.data: _packed(data, made.data.name)}
        for target, fresh in whole.items():  # both are there: one alone is no backup
            fresh.replace(target)
        sync_folder(folder)
    _remember(at, manifest)
    return made


def remove_old(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest backups from a folder; gives the names of those removed."""
    removed = [path.name.removesuffix(ENDING) for path in data_files(folder)[:-keep]]
    for name in removed:
        (folder / f"{name}{ENDING}").unlink()
        (folder / f"{name}{KEYS_ENDING}").unlink(missing_ok=True)
    return removed


def data_files(folder: Path) -> list[Path]:
    """The backups in a folder, the oldest first: they are named for their moment."""
    found = (p for p in folder.glob(f"staffel-*{ENDING}") if not p.name.endswith(KEYS_ENDING))
    return sorted(found, key=lambda path: path.name.rpartition("-")[2])


def _dump_services(at: Installation, folder: Path, told: Progress) -> dict[str, LogHead]:
    with _at_one_moment(at) as snapshots:
        return {
            name: _head(conn, dump(conn, folder / name, told)) for name, conn in snapshots.items()
        }


@contextmanager
def _at_one_moment(at: Installation) -> Iterator[dict[str, Connection]]:
    """A transaction per service, so near to each other that nobody has heard what is not there.

    A hop from one service to the next takes longer than to begin these transactions: mostly the
    first try finds such a moment.

    Raises:
        Restless: not even the last did.
    """
    for _ in range(TRIES):
        with ExitStack() as stack:
            snapshots = {
                name: stack.enter_context(reading(at.databases[name])) for name in at.services
            }
            sizes = {name: read_head(conn).size for name, conn in snapshots.items()}
            heard = (cursors_of(conn) for conn in snapshots.values())
            if all(n <= sizes.get(log, n) for one in heard for log, n in one.items()):
                yield snapshots
                return
        time.sleep(PAUSE_SECONDS)
    raise Restless("no quiet moment was found; `staffel maintenance on` makes one")


def cursors_of(conn: Connection) -> dict[str, int]:
    """The next index wanted of each log that a service hears."""
    return {row.log: row.next for row in conn.execute(select(_CURSOR))}


def _head(conn: Connection, rows: dict[str, int]) -> LogHead:
    head = read_head(conn)
    revision = MigrationContext.configure(conn).get_current_revision()
    return LogHead(
        revision=str(revision),
        size=head.size,
        root=head.frontier.root().hex(),
        cursors=cursors_of(conn),
        rows=rows,
    )


def _copy_plain(at: Installation, folder: Path) -> None:
    folder.mkdir()
    for path in at.plain_files:
        shutil.copy(path, folder / path.name)


def _manifest(
    at: Installation, name: str, now: datetime, logs: dict[str, LogHead], data: Path
) -> Manifest:
    return Manifest(
        name=name,
        created_at=now,
        origin=at.home.config.origin,
        staffel=version("staffel"),
        contracts=VERSION,
        logs=logs,
        epoch=load_master_key(at.master_key_file, None).epochs[-1],
        files=_digests(data),
        keys=f"{name}{KEYS_ENDING}",
    )


def _keys_manifest(manifest: Manifest, keys: Path) -> str:
    changed = {"logs": {}, "files": _digests(keys)}
    return manifest.model_copy(update=changed).model_dump_json(indent=2)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in files}


def _packed(folder: Path, name: str) -> Path:
    """A folder as one file beside it, on disk, for its owner alone."""
    fresh = folder.with_name(name)
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted(folder.rglob("*")):
                tar.add(path, path.relative_to(folder).as_posix(), recursive=False)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _remember(at: Installation, manifest: Manifest) -> None:
    records = Records.read(at.backups)
    heads = {name: log.size for name, log in manifest.logs.items()}
    records.note(
        at.backups,
        name=manifest.name,
        created_at=manifest.created_at,
        first_at=records.first_at or manifest.created_at,
        heads=heads,
        epoch=manifest.epoch,
    )
