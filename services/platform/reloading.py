"""Have the servers of NATS read their configuration again, wherever they run."""

import asyncio
import json
import logging
from contextlib import suppress
from socket import SOCK_STREAM, gaierror
from urllib.parse import SplitResult, urlsplit

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.transport.connection import servers, tls_context
from services.chassis.transport.nats_accounts import SYSTEM_USER
from services.chassis.transport.nats_server import RELOADS, ServerTrouble
from services.platform.home import Home
from staffel_contracts.client.connecting import connected, unheard

_ANSWER_SECONDS = 2.0
_CONNECT_SECONDS = 3


async def reload(home: Home) -> bool:
    """Have every server of the cluster read its configuration again; whether NATS runs.

    Raises:
        ServerTrouble: one did not take it, or cannot be reached and may run all the same.
    """
    try:
        nc = await _as_system(home)
    except (OSError, NatsError) as trouble:
        if not await _may_run(home):
            return False
        raise _unreached(home, trouble) from trouble
    try:
        for server in await _servers(nc) * RELOADS:
            subject = f"$SYS.REQ.SERVER.{server}.RELOAD"
            answer = json.loads((await nc.request(subject, b"", timeout=_ANSWER_SECONDS)).data)
            if error := answer.get("error"):
                raise ServerTrouble(f"NATS did not reload: {error.get('description', error)}")
    except NatsError as error:
        raise ServerTrouble(f"NATS did not reload: {type(error).__name__}") from error
    finally:
        await nc.close()
    return True


async def _may_run(home: Home) -> bool:
    """Whether any server may run: none does where a connection is refused or no host is found."""
    return any([await _may_listen(urlsplit(one)) for one in servers(home.nats_url)])


async def _may_listen(server: SplitResult) -> bool:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(server.hostname, server.port or 4222, type=SOCK_STREAM)
    except gaierror:
        return False
    for host, port in {where[:2] for *_, where in found}:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                _, writer = await asyncio.open_connection(str(host), int(port))
        except ConnectionRefusedError:
            continue
        except OSError:
            return True
        writer.close()
        return True
    return False


def _unreached(home: Home, error: Exception) -> ServerTrouble:
    reason = str(error).removeprefix("nats: ") or type(error).__name__
    return ServerTrouble(
        f"NATS cannot be reached at {home.nats_url} to read its configuration again ({reason}); "
        "it reads it as well when it is restarted"
    )


async def _as_system(home: Home) -> Client:
    """Connect as who may have the servers reloaded; while that login is exchanged, as either."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # see `connect_as`
    now, *former = home.config.service_logins(SYSTEM_USER).items()
    for login in former:
        try:
            return await _connect(home, login)
        except NatsError:  # it does not hold any more: the new one does
            continue
    return await _connect(home, now)


async def _connect(home: Home, login: tuple[str, str]) -> Client:
    return await connected(
        servers=servers(home.nats_url),
        user=login[0],
        password=login[1],
        tls=tls_context(home.nats_url, home.nats_ca, *home.nats_identity),
        allow_reconnect=False,
        connect_timeout=_CONNECT_SECONDS,
        max_reconnect_attempts=1,
        reconnect_time_wait=0.2,
        error_cb=unheard,
    )


async def _servers(nc: Client) -> list[str]:
    """The ids of the servers: as many as they know of, or as answer within a moment."""
    inbox = nc.new_inbox()
    answers = await nc.subscribe(inbox)
    await nc.publish("$SYS.REQ.SERVER.PING", b"", reply=inbox)
    found: list[str] = []
    known = 1
    with suppress(NatsError):
        while len(found) < known:
            told = json.loads((await answers.next_msg(timeout=_ANSWER_SECONDS)).data)
            found.append(told["server"]["id"])
            known = max(known, told.get("statsz", {}).get("active_servers", len(found) + 1))
    return found
