"""Signatures on what is delivered over HTTP, as Standard Webhooks 1.0.0 describes them."""

import base64
import binascii
import hmac
import secrets as chance
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

PREFIX: Final = "whsec_"
"""What a secret begins with, so that scanners find one that leaked."""

VERSION: Final = "v1"
"""HMAC-SHA256 over ``id.timestamp.body``; signatures of other versions are passed over."""

TOLERANCE: Final = timedelta(minutes=5)
"""How far the sender's clock may be off; what is older may be a replay by a third party."""

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_KEY_BYTES = 32
_SHORTEST_KEY, _LONGEST_KEY = 24, 64


class WrongSignature(Exception):
    """The delivery is not what the sender signed, or not now; says which rule it breaks."""


class UnusableSecret(ValueError):
    """A secret is not ``whsec_`` and 24 to 64 bytes in base64; never says what it is."""


def new_secret() -> str:
    """A new secret: ``whsec_`` and 32 bytes of chance in base64."""
    return PREFIX + base64.b64encode(chance.token_bytes(_KEY_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a delivery; ``timestamp`` is the moment of this attempt (UTC).

    Raises:
        UnusableSecret: the secret is none.
    """
    seconds = str(int(timestamp.timestamp()))
    signature = _signature(_key(secret), message_id, seconds, body)
    return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: f"{VERSION},{signature}"}


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Check that a delivery was signed with one of ``secrets``, and is of these minutes.

    Several secrets are valid at once while one takes the place of another. Names of headers are
    compared without regard to case.

    Raises:
        WrongSignature: a header is missing, the time is off, or no signature fits.
        UnusableSecret: one of the secrets is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, seconds, signatures = (_header(given, name) for name in (ID, TIMESTAMP, SIGNATURE))
    _check_time(seconds, now)
    wanted = [_signature(_key(secret), message_id, seconds, body) for secret in secrets]
    if not _any_fits(signatures.split(" "), wanted):
        raise WrongSignature("no signature fits")


def _header(headers: Mapping[str, str], name: str) -> str:
    if not headers.get(name):
        raise WrongSignature(f"{name} is missing")
    return headers[name]


def _check_time(seconds: str, now: datetime) -> None:
    if not (seconds.isascii() and seconds.isdigit()):
        raise WrongSignature(f"{TIMESTAMP} is no number of seconds")
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        raise WrongSignature(f"{TIMESTAMP} is more than {TOLERANCE} away from now")


def _any_fits(given: list[str], wanted: list[str]) -> bool:
    """Compare all with all: how long it takes must not tell how much of one fits."""
    signed = [one.removeprefix(f"{VERSION},") for one in given if one.startswith(f"{VERSION},")]
    pairs = [(one.encode(), other.encode()) for one in signed for other in wanted]
    return sum(hmac.compare_digest(one, other) for one, other in pairs) > 0


def _signature(key: bytes, message_id: str, seconds: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecret(f"a secret is {PREFIX} and base64") from None
    if not secret.startswith(PREFIX) or not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise UnusableSecret(f"a secret is {PREFIX} and {_SHORTEST_KEY} to {_LONGEST_KEY} bytes")
    return key
