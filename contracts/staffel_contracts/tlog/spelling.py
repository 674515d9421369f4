"""Numbers, base64 and hashes in the one form in which the formats of C2SP write them."""

import re
from base64 import b64decode, b64encode

from staffel_contracts.tlog.tree import HASH_BYTES

MAX_NUMBER = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def number(text: str) -> int:
    """Read a number without sign or leading zeroes.

    Raises:
        ValueError: it is none, or larger than 2^63 - 1.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_NUMBER:
        raise ValueError("a number without leading zeroes is expected")
    return int(text)


def base64(text: str) -> bytes:
    """Read base64 (RFC 4648 § 4) in the form that writing it gives.

    Raises:
        ValueError: it is none, or has stray bits or padding.
    """
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        value = b""
    if b64encode(value).decode() != text:
        raise ValueError("base64 is expected")
    return value


def to_base64(value: bytes) -> str:
    """Write base64 (RFC 4648 § 4)."""
    return b64encode(value).decode()


def a_hash(text: str) -> bytes:
    """Read a hash in base64.

    Raises:
        ValueError: it is none, or not of 32 bytes.
    """
    value = base64(text)
    if len(value) != HASH_BYTES:
        raise ValueError(f"base64 of {HASH_BYTES} bytes is expected")
    return value
