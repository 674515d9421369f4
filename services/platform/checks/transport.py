"""NATS: its version, that what it acknowledges is on disk, streams and consumers as wanted."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.transport.nats_accounts import INBOX, INBOX_CONSUMER, api_prefix
from services.chassis.transport.provision import Provisioned
from services.platform.checks.line import Line, by_limits, fail, ok, warn
from services.platform.checks.look import Look
from services.platform.connecting import connect_as
from services.platform.installation import Installation
from services.platform.preparing import provision_streams

OLDEST_SERVER = (2, 12)
"""The first with atomic batches."""
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 5.0
UNREAD_WARN = 5_000
_SYNC = re.compile(r'(sync_interval)"?\s*[:=]?\s*"?(\w+)')


def transport(look: Look) -> Iterator[Line]:
    """All that NATS can be asked, on one connection."""
    yield from asyncio.run(_ask(look))
    yield from _synced(look.at)


async def _ask(look: Look) -> list[Line]:
    try:
        # Whatever listens there may be no NATS at all and never greet.
        async with asyncio.timeout(CONNECT_SECONDS):
            nc = await connect_as(look.at.home, "ops", once=True)
    except (OSError, NatsError, TimeoutError) as error:
        told = f"{look.at.home.nats_url} takes no connection: {type(error).__name__}"
        return [fail("nats", told, "service-not-ready")]
    try:
        return [_version(nc), await _as_provisioned(nc, look.at), *await _inboxes(nc, look.at)]
    except (NatsError, ValueError) as error:
        told = f"JetStream does not answer: {type(error).__name__}"
        return [_version(nc), fail("nats.jetstream", told, "jetstream-corruption")]
    finally:
        await nc.close()


def _version(nc: Client) -> Line:
    found = nc.connected_server_version
    told = f"nats-server {found.major}.{found.minor}.{found.patch}"
    old = (found.major, found.minor) < OLDEST_SERVER
    wanted = ".".join(map(str, OLDEST_SERVER))
    return by_limits(
        "nats.version", f"{told}, {wanted} or newer", "upgrade", failing=old, warning=False
    )


async def _as_provisioned(nc: Client, at: Installation) -> Line:
    """Whether streams and consumers are as `staffel provision` makes them; changes nothing."""
    found = await provision_streams(nc, at.home, plan=True)
    return _difference(found)


def _difference(found: Provisioned) -> Line:
    if found.made:
        return fail("nats.streams", f"missing: {'; '.join(found.made)}", "jetstream-corruption")
    if found.drift or found.changed:
        told = "; ".join((*found.drift, *found.changed))
        return fail("nats.streams", told, "jetstream-corruption")
    return ok("nats.streams", "streams and consumers are as provisioned")


async def _inboxes(nc: Client, at: Installation) -> list[Line]:
    """How much each agency has left unread."""
    found = []
    for agency in at.agencies():
        subject = f"{api_prefix(agency.id)}.CONSUMER.INFO.{INBOX}.{INBOX_CONSUMER}"
        info = json.loads((await nc.request(subject, b"", timeout=ANSWER_SECONDS)).data)
        unread = info.get("num_pending", 0) + info.get("num_ack_pending", 0)
        told = f"{unread} entries unread"
        warning = unread > UNREAD_WARN
        check = f"inbox.{agency.id}"
        found.append(by_limits(check, told, "agency-leaves", failing=False, warning=warning))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _synced(at: Installation) -> Iterator[Line]:
    """Whether what NATS acknowledges is on disk, as far as its configuration can be read."""
    found = {words[1] for path in at.nats_configs for words in _SYNC.findall(_text(path))}
    interval = ", ".join(sorted(found))
    if interval == "always":
        yield ok("nats.sync", "sync_interval always: what is acknowledged is on disk")
    else:
        told = f"sync_interval {interval or 'unknown'}: what is acknowledged may be lost"
        yield warn("nats.sync", told, "jetstream-corruption")
