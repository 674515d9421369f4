"""What a restore cannot bring back: entries that only others remember, and keys that are gone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection

from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import reading, table_names
from services.chassis.store.log import read_entries, read_head
from services.platform.backup.create import cursors_of
from services.platform.backup.others import Other
from services.platform.installation import KEYRING, Installation
from staffel_contracts.envelope import read_stored

STEP = 1_000


class Loss(Exception):
    """Others have heard entries that can be found nowhere; to go on would make two histories."""


def losses(at: Installation, names: Iterable[str], known: Sequence[Other]) -> Iterator[str]:
    """What others have heard of these logs beyond their end."""
    for log in names:
        with reading(at.databases[log]) as conn:
            size = read_head(conn).size
        heard = {other.name: other.size(log) for other in known}
        heard |= {name: _cursor(at, name, log) for name in at.services if name != log}
        who, most = max(heard.items(), key=lambda one: one[1], default=("", 0))
        if most > size:
            yield f"{log}/{size} to {log}/{most - 1}, which {who} has heard"


def _cursor(at: Installation, name: str, log: str) -> int:
    with suppress(FileNotFoundError), reading(at.databases[name]) as conn:
        return cursors_of(conn).get(log, 0) if table_names(conn) else 0
    return 0


def keyless(at: Installation, begins: Mapping[str, int], gone: Collection[str]) -> Iterator[str]:
    """Entries that the backup does not hold, under keys that the keyring does not hold.

    A keyring that was restored lacks the keys of persons who came after the backup. ``begins``: by
    log, the first such entry. ``gone``: the keys of who was erased, which nobody misses.
    """
    ring = Keyring(at.databases[KEYRING], load_master_key(at.master_key_file, None))
    try:
        for log, begin in begins.items():
            with reading(at.databases[log]) as conn:
                missing = _sealed_under_none(conn, ring, gone, range(begin, read_head(conn).size))
            if missing:
                count, first = len(missing), f"{log}/{missing[0]}"
                yield f"{count} entries of {log} from {first} on: their key is gone"
    finally:
        ring.close()


def _sealed_under_none(
    conn: Connection, ring: Keyring, gone: Collection[str], indices: range
) -> list[int]:
    found = []
    for start in indices[::STEP]:
        stored = read_entries(conn, start, min(start + STEP, indices.stop))
        leaves = [read_stored(one.leaf, None).leaf for one in stored if one.data is not None]
        wanted = {leaf.sealkey for leaf in leaves if leaf.sealkey}
        missing = wanted - ring.keys_by_id(wanted).keys() - set(gone)
        found += [leaf.index for leaf in leaves if leaf.sealkey in missing]
    return found
