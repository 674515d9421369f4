"""Delete what notify keeps of an erased person beside its database: copies in inboxes, mails."""

import asyncio
import json
from collections import defaultdict
from pathlib import Path

from sqlalchemy import Engine, select

from services.chassis.keys.erasures import Erasure
from services.chassis.running.runtime import Runtime
from services.chassis.transport.nats_accounts import INBOX, api_prefix
from services.chassis.transport.stream_erasing import Copies, erase_copies, in_every_place
from services.notify.views import FEED

FOLDERS = ("tmp", "new", "cur")


async def delete_copies(runtime: Runtime, erasure: Erasure) -> int:
    """Delete the person's entries in the agencies' inboxes, and the mails about the case.

    Raises:
        NotErased: an inbox does not answer or is not the feed; all of it can be done again.
    """
    maildir = runtime.settings.maildir
    mails = await asyncio.to_thread(delete_mails, maildir, erasure.case) if maildir else 0
    feeds = await asyncio.to_thread(_erased_places, runtime.reading, erasure.case)
    inboxes = [
        _delete_in_inbox(runtime, agency, indices)
        for agency, indices in feeds.items()
        if runtime.agencies.get(agency)
    ]
    return mails + await in_every_place(inboxes)


async def _delete_in_inbox(runtime: Runtime, agency: str, indices: list[int]) -> int:
    copies = Copies(api_prefix(agency), INBOX, "in.feed", _feed_index)
    return await erase_copies(runtime.nc, copies, indices, runtime.relays)


def delete_mails(maildir: Path, case: str) -> int:
    """Delete every mail that names a case; how many there were."""
    found = [
        mail
        for folder in FOLDERS
        for mail in (maildir / folder).glob("*")
        if mail.is_file() and case.encode() in mail.read_bytes()
    ]
    for mail in found:
        mail.unlink(missing_ok=True)
    return len(found)


def _erased_places(engine: Engine, case: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    with engine.connect() as conn:
        for row in conn.execute(select(FEED.c.id, FEED.c.event).where(FEED.c.case_id == case)):
            if "data" not in row.event:
                places[row.id.rpartition("/")[0]].append(row.event["feedindex"])
    return places


def _feed_index(wire: bytes) -> int:
    return int(json.loads(wire)["feedindex"])
