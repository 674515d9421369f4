"""The keys: the master key opens the keyring, and the keyring's keys open with it."""

from collections.abc import Iterator

from sqlalchemy import func, select

from services.chassis.keys.keyring import Keyring
from services.chassis.keys.keyring_tables import PERSON_KEY
from services.chassis.keys.master_keys import WrongMasterKey, load_master_key
from services.chassis.store.database import reading
from services.platform.checks.line import Line, fail, ok
from services.platform.checks.look import Look
from services.platform.installation import KEYRING
from services.platform.lost import lost, told

TRIED = 100


def keyring(look: Look) -> Iterator[Line]:
    """The master key is there, and a hundred wrapped keys open with it."""
    url = look.at.databases[KEYRING]
    if KEYRING in lost(look.at):
        yield fail("keyring", told(look.at, KEYRING), "restore")
        return
    try:
        master = load_master_key(look.at.master_key_file, None)
        ring = Keyring(url, master)
    except WrongMasterKey as error:
        yield fail("keyring", str(error), "restore")
        return
    try:
        with reading(url) as conn:
            count = conn.scalar(select(func.count()).select_from(PERSON_KEY))
            owners = conn.scalars(select(PERSON_KEY.c.key_id).limit(TRIED)).all()
        ring.keys_by_id(owners)
    except WrongMasterKey as error:
        yield fail("keyring", str(error), "restore")
    else:
        yield ok("keyring", f"{count} keys of persons; {len(owners)} tried, all open")
    finally:
        ring.close()
