"""Adding an agency, exchanging its login, shutting it out: on a running platform, at once."""

import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from nats.errors import Error as NatsError

from services.chassis.agencies import Agencies, Agency
from services.chassis.transport.nats_accounts import SYSTEM_USER
from services.chassis.transport.nats_server import ServerTrouble, take_accounts
from services.platform.alone import alone
from services.platform.config import PROCESSES, SERVICES, Former
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
from services.platform.preparing import provision_streams
from services.platform.reloading import reload
from staffel_contracts.context import Context

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class NoAgency(Exception):
    """There is no such agency, or there is one already; says what to do."""


@asynccontextmanager
async def as_a_whole(home: Home) -> AsyncIterator[None]:
    """Change settings alone and save them at the end; what fails before leaves all as it was.

    NATS learns of the change first: killed in between, it knows more logins than the settings do,
    and not fewer.

    Raises:
        ServerTrouble: NATS did not take the change, which was undone.
    """
    async with alone(home):
        before, known = home.config, list(home.agencies())
        try:
            yield
            home.save()
        except BaseException as error:
            if home.config is before:
                raise  # it was refused before anything was touched
            home.config = before
            with suppress(ServerTrouble, NatsError, OSError):
                await _tell(home)
            _write_directory(home, known)
            if not isinstance(error, ServerTrouble | NatsError | OSError):
                raise
            reason = str(error) or type(error).__name__
            raise ServerTrouble(f"{reason}; nothing was changed, what held before holds") from error


async def add(home: Home, agency: Agency, out: Path | None = None) -> bool:
    """Add an agency: login, account, stream, consumer, place in the directory, credentials.

    The credentials go into ``out``. Returns whether NATS is running and has taken it.

    Raises:
        NoAgency: it is there already. UnreadableDirectory: it and another would both be competent.
        ServerTrouble: NATS did not take it; it is not added.
    """
    async with as_a_whole(home):
        known = list(home.agencies())
        if any(other.id == agency.id for other in known):
            raise NoAgency(
                f"{agency.id} is there already: `staffel agency rotate` makes a new login"
            )
        Agencies([*known, agency])
        home.change(agency_passwords=home.config.agency_passwords | {agency.id: token_hex(24)})
        return await _given(home, [*known, agency], agency.id, out)


async def rotate(home: Home, agency: str, overlap: timedelta, out: Path | None = None) -> bool:
    """Give an agency a new login; the former one holds for ``overlap`` still.

    Where the agency is shut out, no former one holds: it may be why. The new credentials go into
    ``out``.

    Raises:
        NoAgency: there is none. ServerTrouble: NATS did not take the login; none was exchanged.
    """
    async with as_a_whole(home):
        known = checked(home, agency)
        config = home.config
        former = {name: one for name, one in config.former_logins.items() if name != agency}
        if agency not in config.disabled:
            user, password = config.agency_login(agency)
            former[agency] = Former(user=user, password=password, until=datetime.now(UTC) + overlap)
        home.change(
            agency_users=config.agency_users | {agency: f"{agency}~{token_hex(3)}"},
            agency_passwords=config.agency_passwords | {agency: token_hex(24)},
            former_logins=former,
            disabled=tuple(one for one in config.disabled if one != agency),
        )
        return await _given(home, known, agency, out)


async def _given(home: Home, known: list[Agency], agency: str, out: Path | None) -> bool:
    """Have all of it work, and the agency's credentials written; whether NATS runs."""
    running = await take(home, known)
    if out is not None:
        write_credentials(home, agency, out)
    return running


async def disable(home: Home, agency: str) -> bool:
    """Shut an agency out at once: its connections end, and no login of it holds any more.

    Its feed is still filled, and what it is responsible for stays as it is. Where NATS is not
    reached, it is shut out everywhere else.

    Raises:
        NoAgency: there is none. ServerTrouble: NATS may still let it in.
    """
    async with alone(home):
        known = checked(home, agency)
        former = {name: one for name, one in home.config.former_logins.items() if name != agency}
        disabled = dict.fromkeys([*home.config.disabled, agency])
        home.save(disabled=tuple(disabled), former_logins=former)
        _write_directory(home, known)
        try:
            return await take(home, known)
        except (ServerTrouble, NatsError, OSError) as error:
            told = f"{agency} is shut out over HTTP, and at NATS not yet: do it again"
            raise ServerTrouble(f"{told} ({str(error) or type(error).__name__})") from error


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
    if running := await _tell(home):
        nc = await connect_as(home, "ops", once=True)
        try:
            await provision_streams(nc, home, [agency.id for agency in known])
        finally:
            await nc.close()
    _write_directory(home, known)
    return running


async def _tell(home: Home) -> bool:
    """Have NATS and the processes take up their logins; whether NATS runs."""
    if not home.config.deployed:
        running = take_accounts(home.folder / "nats", home.config.accounts())
        home.write_logins()
        return running
    write_accounts(home)
    running = await reload(home)
    write_parts(home)  # after NATS: whoever follows a login of its own finds it known
    return running


def _write_directory(home: Home, agencies: Iterable[Agency]) -> None:
    home.write_agencies(agencies)
    hand_over(home.agencies_file)


def check_new_id(agency: str) -> None:
    """Refuse an id that cannot be an account, a user and a part of subjects and file names.

    Raises:
        ValueError: it says what an id may be.
    """
    if not _ID.fullmatch(agency) or agency in (*PROCESSES, "ops", SYSTEM_USER):
        raise ValueError(
            f"{agency!r} cannot be an agency's id: small letters, digits and hyphens, "
            "and no name of a service"
        )


def checked(home: Home, agency: str) -> list[Agency]:
    """The directory, if an agency is in it and has a login.

    Raises:
        NoAgency: it is not.
    """
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


def credentials_file(home: Home, agency: str) -> Path:
    """Where an agency's credentials are written, unless another place is named."""
    return home.folder / "credentials" / f"{agency}.json"


def write_credentials(home: Home, agency: str, path: Path | None = None) -> Path:
    """Write the one file that an agency gets, for its owner alone; gives where it is."""
    path = path or credentials_file(home, agency)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    document = context_of(home, agency).document()
    write_secret_whole(path, json.dumps(document, indent=2, ensure_ascii=False))
    return path
