"""Rebuild a service from nothing: its log from the archive and from what NATS still carries."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from sqlalchemy.exc import SQLAlchemyError

from services.audit.archive import Archive
from services.audit.verifying import verify
from services.chassis.folding.rebuild import Folded, Wires
from services.chassis.folding.refill import Lost, Refilled, refill
from services.chassis.folding.unheard import Copied, put_back
from services.chassis.keys.keyring import Keyring
from services.chassis.store.database import open_database
from services.chassis.store.lease import LEASE, Watch, this_process
from services.chassis.store.log import read_head, renew_lease, take_lease
from services.chassis.store.migrate import migrate
from services.chassis.transport.lane import LOG
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.wire import place_of
from services.platform.connecting import connect_as
from services.platform.databases import create_database
from services.platform.folding import sayers
from services.platform.home import Home
from services.platform.services import service_named

Fold = Callable[..., Folded]
_CONNECT_SECONDS = 2.0


class NoArchive(Exception):
    """The archive holds nothing of a log."""


def refill_service(home: Home, name: str, fold: Fold) -> tuple[Refilled, Folded]:
    """Fill a service's empty database, all at once or not at all; takes the log's lease.

    ``fold`` folds the logs in an open transaction, reading others' entries from ``wires``.

    Raises:
        NoArchive, Lost: the log is not there as a whole. NotEmpty: the database holds a log.
        Fenced: the service is running.
    """
    archive = Archive(home.archive)
    if name not in archive.logs():
        raise NoArchive(f"{home.archive}: nothing of {name} is archived there")
    tail = asyncio.run(_carried(home, archive, name))
    create_database(home.database_url(name))
    migrate(name, home.database_url(name))
    with sayers(home, service_named(name)) as (theirs, keyring):
        wires = _wires(archive, {name: tail}, theirs)
        return _refill(home, name, fold, wires, keyring)


def _refill(
    home: Home, name: str, fold: Fold, wires: Wires, keyring: Keyring
) -> tuple[Refilled, Folded]:
    engine, now = open_database(home.database_url(name)), datetime.now(UTC)
    archived = Archive(home.archive).size(name)
    try:
        with engine.begin() as conn:
            take_lease(conn, this_process(), now, now + LEASE, Watch().may_be_alive)
            size = archived + len(wires(name, archived, 1 << 62))
            refilled = refill(service_named(name), conn, wires, size)
            refilled.again = put_back(service_named(name), conn, Copied(), wires, keyring, at=now)
            folded = fold(home, name, conn, wires)
            renew_lease(conn, read_head(conn).epoch, now)
            return refilled, folded
    finally:
        engine.dispose()


def _wires(archive: Archive, tails: dict[str, list[bytes]], theirs: Wires) -> Wires:
    """Read a log from the archive, and what is not archived from its tail or its sayer."""

    def wires(log: str, start: int, limit: int) -> list[bytes]:
        size = archive.size(log)
        lines = archive.wires(log, start, min(limit, size)) if start < size else []
        place, wanted = start + len(lines), limit - len(lines)
        if log in tails:
            return lines + tails[log][place - size :][:wanted]
        if wanted:
            lines += _from_sayer(theirs, log, place, wanted)
        return lines

    return wires


def _from_sayer(theirs: Wires, log: str, start: int, limit: int) -> list[bytes]:
    try:
        return theirs(log, start, limit)
    except SQLAlchemyError:  # it may be lost as well
        return []


# -- what NATS still carries -----------------------------------------------------------------------


async def _carried(home: Home, archive: Archive, name: str) -> list[bytes]:
    """The entries after the archived ones that the stream holds, verified."""
    size = archive.size(name)
    async with _connected(home) as nc:
        lines = await stream_tail(nc, name, size)
    verify(lines, name, size, archive.log(name).origin())
    return lines


async def stream_tail(nc: Client, log: str, start: int) -> list[bytes]:
    """A log's entries from ``start`` on, as far as the stream ``LOG`` holds them without a gap.

    Raises:
        Lost: the stream holds later entries, and not this one.
    """
    js, family = nc.jetstream(timeout=10), f"log.{log}.>"
    found: list[bytes] = []
    sequence = await _sequence_of(nc, log, start)
    while sequence is not None:
        try:
            message = await js.get_msg(LOG, sequence, subject=family, next=True)
        except NotFoundError:
            break
        data = message.data or b""
        if place_of(data)[1] != start + len(found):
            raise Lost(f"{log}/{start + len(found)} is neither archived nor carried")
        found.append(data)
        sequence = int(message.seq or 0) + 1
    return found


async def _sequence_of(nc: Client, log: str, index: int) -> int | None:
    """A sequence at which the stream's next entry of the log is ``index`` or the first after it."""
    js, family = nc.jetstream(timeout=10), f"log.{log}.>"
    try:
        last = await js.get_last_msg(LOG, family)
    except NotFoundError:
        return None
    low, high = 0, int(last.seq or 0)
    if place_of(last.data or b"")[1] < index:
        return None
    while low < high:
        middle = (low + high) // 2
        message = await js.get_msg(LOG, max(middle, 1), subject=family, next=True)
        if place_of(message.data or b"")[1] < index:
            low = middle + 1
        else:
            high = middle
    return max(low, 1)


@asynccontextmanager
async def _connected(home: Home) -> AsyncIterator[Client]:
    """A connection to the home's NATS server, which is started meanwhile if it is not running."""
    server = NatsServer(home.folder / "nats", home.config.accounts(), port=home.config.nats_port)
    started = False
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            nc = await connect_as(home, "ops")
    except (TimeoutError, OSError, NatsError):
        await asyncio.to_thread(server.start)
        started = True
        nc = await connect_as(home, "ops")
    try:
        yield nc
    finally:
        await nc.close()
        if started:
            await asyncio.to_thread(server.stop)
