"""Maintenance, backups, drills, and what was erased since."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.chassis.asking.maintenance import MaintenanceFile
from services.chassis.keys.master_keys import WrongMasterKey, load_master_key
from services.chassis.store.database import reading
from services.chassis.store.log import read_entries, read_head
from services.chassis.writing.opening import leaf_time
from services.platform.backup.records import Records
from services.platform.checks.line import Line, by_limits, ok, warn
from services.platform.checks.look import Look, lasting
from staffel_contracts.envelope import read_stored
from staffel_contracts.facts.casework import SubjectErased

BACKUP_WARN, BACKUP_FAIL = timedelta(hours=26), timedelta(days=8)
DRILL_WARN = timedelta(days=31)
STEP = 1_000
_ERASED = f'"type":"{SubjectErased.TYPE}"'.encode()


def maintenance(look: Look) -> Iterator[Line]:
    """Commands are taken."""
    found = MaintenanceFile(look.at.maintenance_file).now()
    if found is None:
        yield ok("maintenance", "off: commands are taken")
    else:
        told = f"on since {found.since:%Y-%m-%d %H:%M}: {found.reason}; commands are not taken"
        yield warn("maintenance", told, "upgrade")


def backups(look: Look) -> Iterator[Line]:
    """The last backup is young, and a restore was tried lately."""
    records = Records.read(look.at.backups)
    since = records.created_at or _first_entry(look)
    if since is None:
        yield ok("backup", "nothing to back up yet")
        return
    age = look.now - since
    told = f"the last one is {lasting(age)} old" if records.created_at else "there is none yet"
    yield by_limits("backup", told, "backup", failing=age > BACKUP_FAIL, warning=age > BACKUP_WARN)
    if records.first_at:
        yield _drill(look.now, records)
    if records.accepted_loss:
        yield warn("backup.loss", f"a restore gave up {records.accepted_loss}", "restore")
    if records.created_at:
        yield _same_master(look, records)
    yield from _erased_since(look, records)


def _drill(now: datetime, records: Records) -> Line:
    tried = records.drilled_at or records.first_at or now
    age = lasting(now - tried)
    told = f"the last one was {age} ago" if records.drilled_at else f"none in {age} of backups"
    late = now - tried > DRILL_WARN
    return by_limits("backup.drill", told, "backup", failing=False, warning=late)


def _same_master(look: Look, records: Records) -> Line:
    """The keyring in a backup opens only under the master key of its epoch."""
    try:
        epoch = load_master_key(look.at.master_key_file, None).epochs[-1]
    except WrongMasterKey:
        return ok("backup.epoch", f"of epoch {records.epoch}")
    told = f"of epoch {records.epoch}, the master key is of epoch {epoch}"
    failing = epoch != records.epoch
    return by_limits("backup.epoch", told, "backup", failing=failing, warning=False)


def _first_entry(look: Look) -> datetime | None:
    with reading(look.at.databases["intake"]) as conn:
        first = read_entries(conn, 0, 1)
    if not first:
        return None
    if look.at.clock_is_set:
        return look.now
    return leaf_time(read_stored(first[0].leaf, None).leaf)


def _erased_since(look: Look, records: Records) -> Iterator[Line]:
    """Persons who were erased after the last backup are still in it."""
    begin = records.heads.get("casework")
    if begin is None:
        return
    found = 0
    with reading(look.at.databases["casework"]) as conn:
        for start in range(begin, read_head(conn).size, STEP):
            found += sum(_ERASED in entry.leaf for entry in read_entries(conn, start, start + STEP))
    told = f"{found} persons were erased since the last backup, which still holds them"
    yield by_limits("backup.erasures", told, "backup", failing=False, warning=found > 0)
