"""Seal the data of one entry under its person's key, with a commitment to that key.

The entry's key and commitment are HKDF-Expand (RFC 5869) of the person's key, with the entry's
id as info; the cipher is AES-256-GCM. The leaf carries the commitment, because AES-GCM alone would
let one ciphertext open under two keys to two stories.
"""

import os
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
_BLOCK_BYTES = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
"""What HMAC (RFC 2104) does to every byte of a key, inside and outside."""


class Unsealable(Exception):
    """The data does not open: another key, or it was changed."""


class Sealed(NamedTuple):
    """Nonce and ciphertext in one, and the commitment to the key in hexadecimal."""

    data: bytes
    commitment: str


def bound(entry_id: str, kind: str, subject: str, key_id: str) -> bytes:
    """The associated data: what the ciphertext belongs to."""
    return f"{entry_id}|{kind}|{subject}|{key_id}".encode()


def seal(key: bytes, entry_id: str, plaintext: bytes, associated: bytes) -> Sealed:
    """Encrypt ``plaintext`` for one entry."""
    entry_key, secret = _derive(key, entry_id)
    nonce = os.urandom(NONCE_BYTES)
    data = nonce + AESGCM(entry_key).encrypt(nonce, plaintext, associated)
    return Sealed(data, _commitment(secret))


def unseal(key: bytes, entry_id: str, data: bytes, associated: bytes, commitment: str) -> bytes:
    """Decrypt what ``seal`` gave.

    Raises:
        Unsealable: the key is not the one committed to, or data or leaf were changed.
    """
    entry_key, secret = _derive(key, entry_id)
    if _commitment(secret) != commitment:  # both may be known to everybody
        msg = f"{entry_id}: the key is not the one the leaf commits to"
        raise Unsealable(msg)
    try:
        return AESGCM(entry_key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError) as error:
        msg = f"{entry_id}: the data was changed"
        raise Unsealable(msg) from error


def _derive(key: bytes, entry_id: str) -> tuple[bytes, bytes]:
    """Two blocks of HKDF-Expand, each an HMAC by hashlib: a third cheaper than from a library."""
    padded = key.ljust(_BLOCK_BYTES, b"\x00")
    inner, outer = padded.translate(_INNER), padded.translate(_OUTER)
    info = b"staffel/v1/entry/" + entry_id.encode()
    first = sha256(outer + sha256(inner + info + b"\x01").digest()).digest()
    return first, sha256(outer + sha256(inner + first + info + b"\x02").digest()).digest()


def _commitment(secret: bytes) -> str:
    return sha256(b"staffel/v1/commitment" + secret).hexdigest()
