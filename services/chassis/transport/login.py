"""The login of a process at NATS, and its certificate: both may be exchanged while it runs."""

import asyncio
import hmac
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from services.chassis.following import changes, stamp
from services.chassis.settings import ProcessSettings, WrongSettings
from services.chassis.transport.connection import tls_context


class Login:
    """A user and a password, fixed or as a file says them now: ``<user>:<password>``."""

    def __init__(self, settings: ProcessSettings, name: str) -> None:
        """Take what is set; without a file the user is ``name``.

        Raises:
            WrongSettings: the file cannot be read, or does not hold a login.
        """
        self.path = settings.nats_login
        self._known = (name, settings.nats_password or "")
        self._seen: object = None
        self._password = ""
        self.used = name
        """The user of the connection that was made last."""
        if self.path:
            self._known, self._seen = _read(self.path), stamp(self.path)

    def now(self) -> tuple[str, str]:
        """User and password; those known before where the file cannot be read at present."""
        if self.path and (seen := stamp(self.path)) != self._seen:
            with suppress(WrongSettings):  # whoever exchanges the file puts all of it in place
                self._known, self._seen = _read(self.path), seen
        return self._known

    def user(self) -> str:
        """The user, as the client asks for it whenever it connects, just before the password."""
        self.used, self._password = self.now()
        return self.used

    def password(self) -> str:
        """The password of the user that was asked for last."""
        return self._password

    def is_password(self, word: str) -> bool:
        """Whether a word is the password that holds now: it is the operator's token as well."""
        known = self.now()[1]
        return bool(known) and hmac.compare_digest(known.encode(), word.encode())


async def stay_known(nc: Client, login: Login, certificate: "Certificate", log: Any) -> None:
    """Take up an exchanged login and exchanged certificates, until cancelled."""
    following = [certificate.follow(log)]
    if login.path:
        nc.options["user"], nc.options["password"] = login.user, login.password
        following.append(_follow_login(nc, login, login.path, log))
    await asyncio.gather(asyncio.Event().wait(), *following)


async def _follow_login(nc: Client, login: Login, path: Path, log: Any) -> None:
    """Connect anew whenever the login has changed; what is under way then is asked again."""
    async for _ in changes(path):
        if login.now()[0] != login.used and nc.is_connected:
            log.info("login exchanged")
            await nc.force_reconnect()


class Certificate:
    """What proves who this process is, and what vouches for others, as files say it now."""

    def __init__(self, settings: ProcessSettings) -> None:
        """Read the files that are set."""
        self._settings = settings
        self.context = tls_context(
            settings.nats_url, settings.nats_ca, settings.nats_certificate, settings.nats_key
        )

    async def follow(self, log: Any) -> None:
        """Use exchanged files for every connection from then on, until cancelled."""
        settings = self._settings
        files = (settings.nats_ca, settings.nats_certificate, settings.nats_key)
        known = [path for path in files if path]
        if self.context is None or not known:
            return
        async for _ in changes(*known):
            try:
                self._take(self.context)
            except (OSError, ssl.SSLError) as error:  # half of a pair: the other half is coming
                log.warning("certificate not taken up", reason=type(error).__name__)

    def _take(self, context: ssl.SSLContext) -> None:
        settings = self._settings
        if settings.nats_ca:
            context.load_verify_locations(settings.nats_ca)
        if settings.nats_certificate:
            context.load_cert_chain(settings.nats_certificate, settings.nats_key)


def _read(path: Path) -> tuple[str, str]:
    try:
        user, colon, password = path.read_text(encoding="utf-8").strip().partition(":")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise WrongSettings(f"STAFFEL_NATS_LOGIN: {path} cannot be read: {reason}") from None
    if not (user and colon and password):
        raise WrongSettings(f"STAFFEL_NATS_LOGIN: {path}: one line <user>:<password> is expected")
    return user, password
