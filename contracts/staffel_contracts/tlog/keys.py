"""Keys of logs and witnesses, and their text forms ``vkey`` and ``skey`` (C2SP signed-note)."""

from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from staffel_contracts.tlog.spelling import base64, to_base64

KEY_BYTES = 32
_PRIVATE = "PRIVATE+KEY+"


class BadKey(ValueError):
    """A text is no key, or no key of a kind that is known here."""


class Kind(IntEnum):
    """What a key signs: the signature type of C2SP signed-note. All are Ed25519 (RFC 8032)."""

    NOTE = 0x01
    """The text of a note as it stands: a log's key."""
    COSIGNATURE = 0x04
    """A checkpoint together with a time (C2SP tlog-cosignature): a witness's key."""


class VerifierKey(NamedTuple):
    """A public key with its name, as an auditor holds it."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return key_id(self.name, self.kind, self.public)

    def text(self) -> str:
        """The key as a ``vkey``: ``name+id+base64``."""
        material = to_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature (64 bytes) is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey(NamedTuple):
    """A private key with its name: the 32 bytes of its seed (RFC 8032)."""

    name: str
    kind: Kind
    seed: bytes

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, self.kind, private.public_key().public_bytes_raw())

    def text(self) -> str:
        """The key as an ``skey``: ``PRIVATE+KEY+name+id+base64``. A secret."""
        material = to_base64(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    def sign(self, message: bytes) -> bytes:
        """The signature over the message: 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __repr__(self) -> str:
        """Without the seed, so that no log or error shows it."""
        return f"SigningKey(name={self.name!r}, kind={self.kind!r})"


def new_key(name: str, kind: Kind) -> SigningKey:
    """Make a key.

    Raises:
        BadKey: the name is empty or has a space or plus sign in it.
    """
    check_name(name)
    return SigningKey(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name ‖ newline ‖ kind ‖ public key), its first four bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def check_name(name: str) -> None:
    """Refuse a name that no note can carry.

    Raises:
        BadKey: it is empty or has a space, a control character or a plus sign in it.
    """
    if not name or "+" in name or any(c.isspace() or not c.isprintable() for c in name):
        raise BadKey("the name of a key must have no space, control character or plus sign in it")


def read_vkey(text: str) -> VerifierKey:
    """Read a public key.

    Raises:
        BadKey: no ``vkey``, a kind that is not known here, or the id is another key's.
    """
    name, ident, material = _parts(text, "vkey")
    kind, public = _material(material)
    key = VerifierKey(name, kind, public)
    _check_id(key, ident)
    return key


def read_skey(text: str) -> SigningKey:
    """Read a private key; no error shows anything of it.

    Raises:
        BadKey: no ``skey``, a kind that is not known here, or the id is another key's.
    """
    if not text.startswith(_PRIVATE):
        raise BadKey(f"a private key begins with {_PRIVATE}")
    name, ident, material = _parts(text.removeprefix(_PRIVATE), "skey")
    kind, seed = _material(material)
    key = SigningKey(name, kind, seed)
    _check_id(key.verifier, ident)
    return key


def _parts(text: str, form: str) -> tuple[str, str, str]:
    # The base64 at the end may itself contain plus signs.
    parts = text.strip("\n").split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004 - name, id, key
        raise BadKey(f"a {form} has three parts: name+id+key")
    check_name(parts[0])
    return parts[0], parts[1], parts[2]


def _material(text: str) -> tuple[Kind, bytes]:
    try:
        raw = base64(text)
    except ValueError as error:
        raise BadKey("the last part of a key must be base64") from error
    if len(raw) != 1 + KEY_BYTES:
        raise BadKey(f"a key has {1 + KEY_BYTES} bytes, its kind first; here are {len(raw)}")
    try:
        return Kind(raw[0]), raw[1:]
    except ValueError as error:
        raise BadKey(f"keys of kind 0x{raw[0]:02x} are not known here") from error


def _check_id(key: VerifierKey, ident: str) -> None:
    if ident != key.key_id.hex():
        raise BadKey(f"the key of {key.name} has the id {key.key_id.hex()}, not {ident[:8]}")
