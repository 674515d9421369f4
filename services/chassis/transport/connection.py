"""How every part of the platform connects to NATS: for ever, and loud when that ends."""

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypedDict

from services.chassis.transport.nats_accounts import inbox_prefix

Notice = Callable[[], Awaitable[None]]
ErrorNotice = Callable[[Exception], Awaitable[None]]


class ConnectionOptions(TypedDict):
    """Arguments that `nats.connect` and FastStream's `NatsBroker` have in common."""

    name: str
    inbox_prefix: bytes
    connect_timeout: int
    reconnect_time_wait: float
    max_reconnect_attempts: int
    ping_interval: int
    max_outstanding_pings: int
    closed_cb: Notice
    error_cb: ErrorNotice


def connection_options(user: str, closed: Notice, error: ErrorNotice) -> ConnectionOptions:
    """Return options for a user's connection, which never gives up reconnecting.

    `closed` is told when the connection has ended for good, which must end the process; `error`
    is told of trouble that no caller sees, such as a message dropped from a full queue.
    """
    return ConnectionOptions(
        name=user,
        inbox_prefix=inbox_prefix(user).encode(),
        connect_timeout=2,
        reconnect_time_wait=0.2,
        max_reconnect_attempts=-1,
        ping_interval=10,
        max_outstanding_pings=2,
        closed_cb=closed,
        error_cb=error,
    )


def servers(url: str) -> list[str]:
    """Return the addresses in a setting that may name several servers of one cluster."""
    return [one.strip() for one in url.split(",")]


def tls_context(
    url: str, ca: Path | None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext | None:
    """Return what checks the server's certificate on `tls://…`, or `None` on `nats://…`.

    `ca` is trusted alone, the system's authorities without it. `certificate` and `key` are one's
    own, where the server asks for them. Raises `OSError` if a file cannot be read.
    """
    if not url.startswith("tls://"):
        return None
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
