"""Seal the data of one entry under its person's key, with a commitment to that key.

The entry's key and commitment are HKDF-Expand (RFC 5869) of the person's key, with the entry's
id as info; the cipher is AES-256-GCM. The leaf carries the commitment, because AES-GCM alone would
let one ciphertext open under two keys to two stories.
"""

import hmac
import os
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

NONCE_BYTES = 12
KEY_BYTES = 32
_SHA256 = SHA256()


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
    entry_key, secret = _derive(key, entry_id.encode())
    nonce = os.urandom(NONCE_BYTES)
    data = nonce + AESGCM(entry_key).encrypt(nonce, plaintext, associated)
    return Sealed(data, _commitment(secret))


def unseal(key: bytes, entry_id: str, data: bytes, associated: bytes, commitment: str) -> bytes:
    """Decrypt what ``seal`` gave.

    Raises:
        Unsealable: the key is not the one committed to, or data or leaf were changed.
    """
    entry_key, secret = _derive(key, entry_id.encode())
    if not hmac.compare_digest(_commitment(secret).encode(), commitment.encode()):
        msg = f"{entry_id}: the key is not the one the leaf commits to"
        raise Unsealable(msg)
    try:
        return AESGCM(entry_key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError) as error:
        msg = f"{entry_id}: the data was changed"
        raise Unsealable(msg) from error


def _derive(key: bytes, info: bytes) -> tuple[bytes, bytes]:
    both = HKDFExpand(_SHA256, 2 * KEY_BYTES, b"staffel/v1/entry/" + info).derive(key)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _commitment(secret: bytes) -> str:
    return sha256(b"staffel/v1/commitment" + secret).hexdigest()
