"""Connect to a home's NATS server, as whoever may log in there."""

import logging

from nats.aio.client import Client

from services.chassis.transport.connection import servers, tls_context
from services.chassis.transport.nats_accounts import inbox_prefix
from services.platform.home import Home
from staffel_contracts.client.connecting import connected, unheard


async def connect_as(
    home: Home, user: str, url: str | None = None, *, once: bool = False
) -> Client:
    """Connect to the home's NATS server as a service, as ``ops``, or as an agency that may log in.

    ``url``: another way to it than the platform's own. With ``once`` a server that is away is not
    waited for, now or later.

    Raises:
        nats.errors.Error, OSError: with ``once``, the server is not there.
    """
    config = home.config
    if config.deployed:  # nats-py's way to close TLS makes asyncio warn each time
        logging.getLogger("asyncio").setLevel(logging.ERROR)
    service = user in config.service_passwords
    login = config.service_login(user) if service else config.agency_login(user)
    return await connected(
        servers=servers(url or home.nats_url),
        tls=tls_context(home.nats_url, home.nats_ca, *home.nats_identity),
        user=login[0],
        password=login[1],
        inbox_prefix=inbox_prefix(user).encode(),
        allow_reconnect=not once,
        max_reconnect_attempts=1 if once else -1,
        reconnect_time_wait=0.2,
        error_cb=unheard if once else None,
    )
