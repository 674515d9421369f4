"""``staffel audit export``: one file with which an auditor checks everything by himself."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from services.audit.archive import Archive
from services.audit.exporting import (
    KeysOf,
    NotContinued,
    NothingSelected,
    NothingSigned,
    Selection,
    contents,
)
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.writing.reads import ALL_CASES
from services.platform.audit.moments import begin_of, end_of
from services.platform.audit.persons import as_case
from services.platform.audit.recorded import record
from services.platform.audit.who_saw import PurposeOption
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.cli.common import ForceOption, refuse_target
from staffel_contracts.codes import AccessPurpose
from staffel_contracts.tlog.checkpoint import SignedCheckpoint, read_checkpoint
from staffel_contracts.tlog.note import Malformed

_RULES = Path(__file__).parents[2] / "casework" / "law" / "rules"


def export_command(  # noqa: PLR0913, PLR0917 - Typer reads options from the signature
    out: Annotated[Path, typer.Option(help="The bundle to write.")],
    home: HomeOption = DEFAULT_HOME,
    case: Annotated[str | None, typer.Option(help="Only this case's entries.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Recorded from this day or moment on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Recorded before this moment, or up to this day.")
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--since", help="A checkpoint or bundle that the auditor holds; repeatable."),
    ] = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="With persons' keys: the bundle can be read.")
    ] = False,
    purpose: PurposeOption = AccessPurpose.AUDIT,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a bundle of all logs, or of a part of them, from the archive.

    It goes up to the newest checkpoint kept. The same archive gives the same bytes. Without
    --with-keys it holds no personal data in the clear, and every proof verifies all the same; with
    them it is a read, and is recorded in the services' read logs first.
    """
    from staffel_contracts.audit.bundle import NotWritable, installed_schemas, write_bundle

    place = load_home(home)
    refuse_target(out, force=force)
    selection = Selection(case, _moment(since, "--from"), _moment(until, "--to", ends=True))
    with plain_errors(TROUBLE):
        if with_keys:
            _open_keyring(place).close()  # nothing is read where it does not open
            record(place, "audit/export", purpose, (as_case(case) if case else ALL_CASES,))
        try:
            held = contents(
                Archive(place.archive),
                place.policy.read_bytes(),
                selection,
                earlier=[one for path in earlier or () for one in _checkpoints(path)],
                keys_of=_keys_of(place) if with_keys else None,
                files=installed_schemas() | _rules(),
            )
            write_bundle(out, held)
        except (NothingSelected, NothingSigned, NotContinued, NotWritable) as error:
            fail(str(error))
    _tell(out, [read_checkpoint(log.checkpoint) for log in held.logs], as_json=as_json)


def _tell(out: Path, signed: list[SignedCheckpoint], *, as_json: bool) -> None:
    with out.open("rb") as file:
        digest = sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    logs = {one.checkpoint.origin: one.checkpoint.size for one in signed}
    if as_json:
        found = {"file": str(out), "sha256": digest.hexdigest(), "logs": logs}
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for origin, size in logs.items():
        sys.stdout.write(f"{origin}: up to a checkpoint of {size} entries\n")
    sys.stdout.write(f"{out}: SHA-256 {digest.hexdigest()}\n")


def _keys_of(home: Home) -> KeysOf:
    def keys_of(wanted: set[str]) -> Mapping[str, bytes]:
        keyring = _open_keyring(home)
        try:
            return {key_id: key.key for key_id, key in keyring.keys_by_id(wanted).items()}
        finally:
            keyring.close()

    return keys_of


def _open_keyring(home: Home) -> Keyring:
    return Keyring(home.database_url("keyring"), load_master_key(home.master_key, None))


def _rules() -> dict[str, bytes]:
    return {f"rules/{path.name}": path.read_bytes() for path in sorted(_RULES.glob("*.toml"))}


def _checkpoints(path: Path) -> list[SignedCheckpoint]:
    from staffel_contracts.audit.verify import Unusable, checkpoints_in

    try:
        return [read_checkpoint(data) for data in checkpoints_in(path)]
    except Malformed as error:
        fail(f"{path}: {error}", TROUBLE)
    except Unusable as error:
        fail(str(error), TROUBLE)


def _moment(text: str | None, option: str, *, ends: bool = False) -> datetime | None:
    """A moment, or a day of the German calendar: its begin, or its end where it ends a span."""
    if text is None:
        return None
    try:
        return end_of(text) if ends else begin_of(text)
    except ValueError as error:
        fail(f"{option}: {error}")
