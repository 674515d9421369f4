"""Adding an agency, exchanging its login, shutting it out: on a running platform, at once."""

import asyncio
import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from socket import SOCK_STREAM, gaierror
from typing import Any
from urllib.parse import SplitResult, urlsplit

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.chassis.agencies import Agencies, Agency
from services.chassis.connection import servers, tls_context
from services.chassis.nats_accounts import SYSTEM_USER
from services.chassis.nats_server import RELOADS, ServerTrouble, take_accounts
from services.platform.alone import alone
from services.platform.config import SERVICES, Former
from services.platform.connecting import connect_as
from services.platform.deploy.certificates import issue, take_authority
from services.platform.deploy.folder import (
    hand_over,
    port_of,
    setting,
    write_accounts,
    write_parts,
    write_secret_whole,
)
from services.platform.home import Home
from services.platform.up import provision_streams
from staffel_contracts.client.connecting import connected, unheard
from staffel_contracts.context import Context

_ANSWER_SECONDS = 2.0
_CONNECT_SECONDS = 3


class NoAgency(Exception):
    """There is no such agency, or there is one already; says what to do."""


async def add(home: Home, agency: Agency) -> bool:
    """Add an agency: login, account, stream, consumer, and last its place in the directory.

    Returns whether NATS is running and has taken it.

    Raises:
        NoAgency: it is there already. UnreadableDirectory: it and another would both be competent.
    """
    async with alone(home):
        known = list(home.agencies())
        if any(other.id == agency.id for other in known):
            raise NoAgency(
                f"{agency.id} is there already: `staffel agency rotate` makes a new login"
            )
        Agencies([*known, agency])
        home.save(agency_passwords=home.config.agency_passwords | {agency.id: token_hex(24)})
        return await take(home, [*known, agency])


async def rotate(home: Home, agency: str, overlap: timedelta) -> bool:
    """Give an agency a new login; the former one holds for ``overlap`` still.

    Where the agency is shut out, no former one holds: it may be why.

    Raises:
        NoAgency: there is none.
    """
    async with alone(home):
        known = _checked(home, agency)
        config = home.config
        former = {name: one for name, one in config.former_logins.items() if name != agency}
        if agency not in config.disabled:
            user, password = config.agency_login(agency)
            former[agency] = Former(user=user, password=password, until=datetime.now(UTC) + overlap)
        home.save(
            agency_users=config.agency_users | {agency: f"{agency}~{token_hex(3)}"},
            agency_passwords=config.agency_passwords | {agency: token_hex(24)},
            former_logins=former,
            disabled=tuple(one for one in config.disabled if one != agency),
        )
        return await take(home, known)


async def disable(home: Home, agency: str) -> bool:
    """Shut an agency out at once: its connections end, and no login of it holds any more.

    Its feed is still filled, and what it is responsible for stays as it is.

    Raises:
        NoAgency: there is none.
    """
    async with alone(home):
        known = _checked(home, agency)
        former = {name: one for name, one in home.config.former_logins.items() if name != agency}
        home.save(disabled=(*home.config.disabled, agency), former_logins=former)
        _write_directory(home, known)  # over HTTP it is shut out even where NATS is not reached
        return await take(home, known)


async def refresh(home: Home) -> list[str]:
    """Have everything work by the settings as they are now; gives whose former logins ended."""
    async with alone(home):
        former, now = home.config.former_logins, datetime.now(UTC)
        over = [name for name, one in former.items() if one.until <= now]
        home.save(former_logins={name: one for name, one in former.items() if name not in over})
        await take(home, home.agencies())
    return over


async def take(home: Home, agencies: Iterable[Agency]) -> bool:
    """Have NATS and the services work by the settings as they are now; whether NATS runs.

    Only while `alone` in the home: what another verb changes would be taken back.

    Raises:
        ServerTrouble: NATS may run, and did not take them; the services did not either.
    """
    known = list(agencies)
    if not home.config.deployed:
        running = take_accounts(home.folder / "nats", home.config.accounts())
        home.write_logins()
    else:
        write_accounts(home)
        running = await reload(home)
        write_parts(home)  # after NATS: whoever follows a login of its own finds it known
    if running:
        nc = await connect_as(home, "ops")
        await provision_streams(nc, home, [agency.id for agency in known])
        await nc.close()
    _write_directory(home, known)
    return running


def _write_directory(home: Home, agencies: Iterable[Agency]) -> None:
    home.write_agencies(agencies)
    hand_over(home.agencies_file)


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


def _checked(home: Home, agency: str) -> list[Agency]:
    known = list(home.agencies())
    if agency not in {one.id for one in known} or agency not in home.config.agency_passwords:
        raise NoAgency(f"there is no agency {agency}: `staffel agency list` shows them")
    return known


# -- what the agency gets ----------------------------------------------------------------------


def context_of(home: Home, agency: str) -> Context:
    """How an agency reaches the platform, with its secrets."""
    config, deployed = home.config, home.config.deployed
    password = config.agency_passwords[agency]
    shared: dict[str, Any] = {
        "name": f"staffel-{agency}",
        "agency": agency,
        "user": config.agency_users.get(agency),
        "password": password,
        "token": password,
    }
    if deployed is None:
        http = {name: home.http_url(name) for name in SERVICES}
        return Context(url=home.nats_url, environment="local", http=http, **shared)
    edge = f"https://{deployed.host}:{port_of(home.folder, 'HTTPS', 8443)}"
    return Context(
        url=f"tls://{deployed.host}:{port_of(home.folder, 'NATS', 4222)}",
        environment=config.origin,
        http={name: f"{edge}/{name}" for name in SERVICES},
        authority=(home.folder / "tls" / "ca.crt").read_text(encoding="ascii"),
        identity=_identity(home, agency),
        description=f"Staffel {config.origin}",
        **shared,
    )


def _identity(home: Home, agency: str) -> str | None:
    """A certificate for the agency with its key, where NATS asks for one."""
    if setting(home.folder, "STAFFEL_NATS_VERIFY", "false") != "true":
        return None
    folder = home.folder / "tls" / "agencies"
    authority = take_authority(home.folder / "tls")
    if authority is None:
        return None  # another authority issues it, and the agency brings its own
    folder.mkdir(mode=0o700, exist_ok=True)
    issue(authority, folder, agency, [agency])
    return "".join((folder / f"{agency}.{end}").read_text("ascii") for end in ("crt", "key"))


def write_credentials(home: Home, agency: str, path: Path | None = None) -> Path:
    """Write the one file that an agency gets, for its owner alone; gives where it is."""
    path = path or home.folder / "credentials" / f"{agency}.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    document = context_of(home, agency).document()
    write_secret_whole(path, json.dumps(document, indent=2, ensure_ascii=False))
    return path
