"""New logins of services, new keys that sign logs, new certificates: while everything runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any, NamedTuple

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from pydantic_core import from_json

from services.chassis.files import write_whole
from services.chassis.transport.nats_accounts import SYSTEM_USER
from services.chassis.transport.nats_server import ServerTrouble
from services.chassis.writing.checkpoints import NoCheckpoint, ask_checkpoint
from services.platform.agency_keys import as_a_whole, take
from services.platform.alone import alone
from services.platform.config import AUDIT, PROCESSES, Former
from services.platform.connecting import connect_as
from services.platform.deploy.folder import certify, hand_over, write_parts
from services.platform.home import Home
from services.platform.reloading import reload
from staffel_contracts.tlog.checkpoint import verified_checkpoint
from staffel_contracts.tlog.keys import Kind, VerifierKey, new_key, read_skey
from staffel_contracts.tlog.note import Malformed, Unsigned

LOGINS = (*PROCESSES, "ops", SYSTEM_USER)
"""Whose logins at NATS can be exchanged: every process, the operator's verbs, the reloading."""
OVERLAP = timedelta(hours=24)
"""So long a former login holds at most, where a process does not take up the new one."""
PATIENCE_SECONDS = 30.0
_ANSWER_SECONDS = 2.0
_AGAIN_SECONDS = 0.2


class Unfinished(Exception):
    """A rotation cannot begin or end yet; says why, and what to do."""


class Exchanged(NamedTuple):
    """Whose logins were exchanged, and who still uses the former one."""

    exchanged: list[str]
    behind: list[str]


# -- logins at NATS ----------------------------------------------------------------------------


async def rotate_logins(home: Home, names: Iterable[str]) -> Exchanged:
    """Give processes new logins; the former ones end as soon as everybody has the new one.

    Who does not run takes its new login up when it starts.

    Raises:
        ServerTrouble: NATS may run, and is not reached; a login that it knows is not given up.
    """
    wanted = [name for name in names if name != SYSTEM_USER or home.config.system_password]
    async with as_a_whole(home):
        _renew(home, wanted)
        running = await take(home, home.agencies())
    # Others may change the home meanwhile: an agency can be shut out at once.
    waiting = [name for name in wanted if name in PROCESSES] if running else []
    behind = await _taken_up(home, waiting) if waiting else []
    ended = [name for name in wanted if name not in behind]
    async with alone(home):
        former = home.config.former_services
        home.save(former_services={name: one for name, one in former.items() if name not in ended})
        await take(home, home.agencies())
    return Exchanged(wanted, behind)


def _renew(home: Home, names: list[str]) -> None:
    config, until = home.config, datetime.now(UTC) + OVERLAP
    logins = {name: home.config.service_login(name) for name in names}
    former = {n: Former(user=u, password=w, until=until) for n, (u, w) in logins.items()}
    words = {name: token_hex(24) for name in names}
    system = words.pop(SYSTEM_USER, config.system_password)
    home.change(
        service_users=config.service_users | {name: f"{name}~{token_hex(3)}" for name in names},
        service_passwords=config.service_passwords | words,
        former_services=config.former_services | former,
        system_password=system,
    )


async def _taken_up(home: Home, names: list[str]) -> list[str]:
    """Wait until processes use their logins; gives those that run and do not."""
    async with _operating(home) as nc:

        async def is_new(name: str) -> bool:
            status = await _status(nc, name)
            return status is None or status["login"] == home.config.service_login(name)[0]

        return [name for name in names if not await _until(partial(is_new, name))]


# -- keys that sign logs -----------------------------------------------------------------------


async def rotate_signing(home: Home, services: Iterable[str], *, leaked: bool = False) -> list[str]:
    """Give logs new keys, which sign beside the former ones until `end_signing`.

    ``leaked``: the former ones end at once, and are struck from the policy.

    Raises:
        Unfinished: an earlier rotation was not ended, or a service does not take the key up.
    """
    names = list(services)
    async with alone(home):
        if two := [name for name in names if len(_keys(home, name)) > 1 and not leaked]:
            raise Unfinished(f"{', '.join(two)}: two keys sign already; end that first: --end")
        for name in names:
            key = new_key(f"{home.config.origin}/{name}", Kind.NOTE)
            _write_policy(home, _trusting(_policy(home), key.verifier))
            _write_keys(home, name, [key.text(), *_keys(home, name)])
        _spread(home)
    # Others may change the home meanwhile: an agency can be shut out at once.
    if silent := [name for name in names if not await _signs(home, name)]:
        raise Unfinished(f"{', '.join(silent)}: not signing with the new key yet; do it again")
    return await end_signing(home, names, leaked=True) if leaked else names


async def end_signing(home: Home, services: Iterable[str], *, leaked: bool = False) -> list[str]:
    """End former keys; gives the logs that had one. A key that leaked is not trusted any more.

    The policy goes on to trust what a key signed that did not leak: nobody has it any more.
    """
    async with alone(home):
        ended = [name for name in services if len(_keys(home, name)) > 1]
        for name in ended:
            first, *former = _keys(home, name)
            _write_keys(home, name, [first])
            if leaked:
                for one in former:
                    _write_policy(home, _striking(_policy(home), read_skey(one).verifier))
        _spread(home)
    return ended


def _keys(home: Home, service: str) -> list[str]:
    return home.log_key(service).read_text(encoding="ascii").split()


def _write_keys(home: Home, service: str, keys: list[str]) -> None:
    write_whole(home.log_key(service), "".join(f"{key}\n" for key in keys).encode())
    hand_over(home.log_key(service))


def _policy(home: Home) -> str:
    return home.policy.read_text(encoding="utf-8")


def _write_policy(home: Home, text: str) -> None:
    write_whole(home.policy, text.encode())
    home.policy.chmod(0o644)  # no secret: every auditor gets it
    hand_over(home.policy)


def _trusting(policy: str, key: VerifierKey) -> str:
    return f"log {key.text()}\n{policy}"


def _striking(policy: str, key: VerifierKey) -> str:
    """The policy without a key; a comment says which it was, and since when."""
    struck = f"# leaked, struck {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}: {key.text()}"
    lines = policy.split("\n")
    return "\n".join(struck if line.split()[:2] == ["log", key.text()] else line for line in lines)


async def _signs(home: Home, service: str) -> bool:
    """Wait until a service that runs signs with its newest key, and audit trusts that."""
    key = read_skey(_keys(home, service)[0]).verifier
    try:
        async with _operating(home) as nc:
            return await _until(partial(_signed, nc, service, key))
    except (OSError, NatsError):
        return True  # nothing runs: it is taken up with the next start


async def _signed(nc: Client, service: str, key: VerifierKey) -> bool:
    audit = await _status(nc, AUDIT)
    if audit is not None and key.text() not in audit["trusts"]:
        return False
    if await _status(nc, service) is None:
        return True
    try:
        verified_checkpoint(await ask_checkpoint(nc, service, timeout=_ANSWER_SECONDS), [key])
    except (NoCheckpoint, Malformed, Unsigned):
        return False
    return True


# -- certificates ------------------------------------------------------------------------------


async def renew_certificates(home: Home, *, anew: bool = False) -> list[str]:
    """Issue what ends soon, hand out what is in ``tls/``, and have NATS take it up.

    Raises:
        ServerTrouble: NATS does not take it, or does not run.
    """
    async with alone(home):
        made = certify(home, anew=anew)
        hand_over(home.folder)
        write_parts(home)
        if not await reload(home):
            raise ServerTrouble("NATS does not run: it takes the certificates up when it starts")
    return made


# -- inside ------------------------------------------------------------------------------------


def _spread(home: Home) -> None:
    if home.config.deployed:
        write_parts(home)


@asynccontextmanager
async def _operating(home: Home) -> AsyncIterator[Client]:
    nc = await connect_as(home, "ops", once=True)
    try:
        yield nc
    finally:
        await nc.close()


async def _status(nc: Client, name: str) -> dict[str, Any] | None:
    """What a process says of itself; ``None`` where it does not run.

    Raises:
        TimeoutError: it runs, and does not answer.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                answer = await nc.request(f"status.{name}", b"", timeout=_ANSWER_SECONDS)
            except NoRespondersError:
                return None
            except NatsError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            found: dict[str, Any] = from_json(answer.data)
            return found


async def _until(is_so: Callable[[], Awaitable[bool]]) -> bool:
    """Ask until it is so, or patience ends."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await is_so():  # noqa: ASYNC110 - it is told by other processes
                await asyncio.sleep(_AGAIN_SECONDS)
    except TimeoutError:
        return False
    return True
