"""Every attempt to reach over NATS what is another's: subjects, JetStream's API, other inboxes."""

from collections.abc import Iterator

from services.chassis.transport.nats_accounts import (
    DOMAIN,
    INBOX,
    INBOX_CONSUMER,
    PLATFORM,
    api_prefix,
    feed_subject,
    inbox_prefix,
)
from services.platform.config import SERVICES
from services.platform.services import service_named
from tests.isolation.attempts import decided
from tests.isolation.world import AGENCIES

USERS = [*SERVICES, "ops"]
APIS = ("$JS.API", f"$JS.{DOMAIN}.API")
STREAMS = ("LOG", INBOX, "KV_x", "OBJ_x")
CONSUMERS = (*SERVICES, INBOX_CONSUMER, "spy")
_OF_ACCOUNT = ("INFO", "STREAM.NAMES", "STREAM.LIST", "META.LEADER.STEPDOWN", "SERVER.REMOVE")
_OF_STREAM = (
    "STREAM.CREATE", "STREAM.UPDATE", "STREAM.INFO", "STREAM.DELETE", "STREAM.PURGE",
    "STREAM.MSG.GET", "STREAM.MSG.DELETE", "STREAM.SNAPSHOT", "STREAM.RESTORE",
    "STREAM.PEER.REMOVE", "STREAM.LEADER.STEPDOWN", "CONSUMER.NAMES", "CONSUMER.LIST",
    "CONSUMER.CREATE", "DIRECT.GET",
)  # fmt: skip
_OF_CONSUMER = (
    "CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE", "CONSUMER.INFO", "CONSUMER.DELETE",
    "CONSUMER.MSG.NEXT", "CONSUMER.PAUSE", "CONSUMER.UNPIN", "CONSUMER.LEADER.STEPDOWN",
    "CONSUMER.RESET",
)  # fmt: skip
_SYSTEM = (
    "REQ.SERVER.PING", "REQ.SERVER.PING.CONNZ", "REQ.SERVER.PING.JSZ", "REQ.ACCOUNT.PING.CONNZ",
    f"REQ.ACCOUNT.{PLATFORM}.CONNZ", f"REQ.ACCOUNT.{PLATFORM}.SUBSZ", f"REQ.ACCOUNT.{PLATFORM}.JSZ",
    "REQ.USER.INFO", "REQ.CLAIMS.UPDATE", "REQ.SERVER.X.RELOAD", "REQ.SERVER.X.KICK",
    "ACCOUNT.X.CONNECT", "DEBUG.SUBSCRIBERS",
)  # fmt: skip


def api() -> Iterator[str]:
    """JetStream's API behind its prefix: for every stream and consumer."""
    yield from _OF_ACCOUNT
    for stream in STREAMS:
        yield from (f"{verb}.{stream}" for verb in _OF_STREAM)
        yield f"DIRECT.GET.{stream}.log.casework.>"
        yield f"CONSUMER.CREATE.{stream}.spy.log.>"
        for consumer in CONSUMERS:
            yield from (f"{verb}.{stream}.{consumer}" for verb in _OF_CONSUMER)


def own_doors() -> set[str]:
    """What an agency may send in its own account: its feed, and nothing else."""
    asked = (
        f"CONSUMER.MSG.NEXT.{INBOX}.{INBOX_CONSUMER}",
        f"CONSUMER.INFO.{INBOX}.{INBOX_CONSUMER}",
        f"DIRECT.GET.{INBOX}.in.feed",
    )
    return {
        *(f"{prefix}.{request}" for prefix in APIS for request in asked),
        *(f"cmd.{command.SERVICE}.{command.NAME}" for command in decided()),
    } | {f"ask.{name}.{query}" for name in SERVICES for query in service_named(name).queries}


def published(agency: str) -> Iterator[str]:
    """Subjects that an agency tries to send to."""
    others = [one.id for one in AGENCIES if one.id != agency]
    for name in SERVICES:
        yield from (f"read.{name}", f"status.{name}", f"clock.set.{name}", f"log.{name}.forged")
        yield f"$JS.ACK.LOG.{name}.1.1.1.1.0"
    yield from {f"{prefix}.{request}" for prefix in APIS for request in api()} - own_doors()
    yield from (f"$SYS.{subject}" for subject in _SYSTEM)
    yield from (
        "in.feed",
        "in.x",
        "clock.now",
        "$JS.ACK.INBOX.spy.1.1.1.1.0",
        "log.x",
        "x",
        "_R_.x",
    )
    yield from (f"{inbox_prefix(user)}.x" for user in (*USERS, *others))
    for other in others:
        yield feed_subject(other)
        yield f"to.{other}.in.x"
        yield from (f"cmd.{other}.{c.SERVICE}.{c.NAME}" for c in decided()[::15])
        yield from (f"ask.{other}.{name}.whoami" for name in SERVICES)
        for request in ("INFO", "STREAM.INFO.INBOX", "STREAM.PURGE.INBOX", "STREAM.MSG.GET.INBOX"):
            yield f"{api_prefix(other)}.{request}"
        yield f"{api_prefix(other)}.CONSUMER.MSG.NEXT.INBOX.app"
    yield from (f"cmd.{agency}.intake.admit-person", f"ask.{agency}.intake.person")


def heard(agency: str) -> Iterator[str]:
    """Subjects that an agency tries to listen to."""
    others = [one.id for one in AGENCIES if one.id != agency]
    yield from (">", "*", "*.>", "*.*", "*.*.*", "_INBOX.>", "_R_.>", "_R_", "_GR_.>")
    for first in ("cmd", "ask", "log", "read", "status", "in", "to", "js", "$JS", "$SYS", "$G"):
        yield f"{first}.>"
    yield from ("$JS.API.>", "$JS.ACK.>", "$JS.EVENT.>", "$JS.M.>", "$SRV.>", "in.feed")
    for name in SERVICES:
        yield from (f"log.{name}.>", f"read.{name}", f"cmd.*.{name}.>", f"ask.*.{name}.>")
    for user in (*USERS, *others):
        yield from (f"{inbox_prefix(user)}.>", f"{inbox_prefix(user)}.*", f"{inbox_prefix(user)}.x")
    for other in others:
        yield from (f"to.{other}.>", f"js.{other}.>", f"cmd.{other}.>", f"ask.{other}.>")
