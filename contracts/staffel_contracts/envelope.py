"""The log entry as a CloudEvent line: the leaf that is hashed, and the data that can be erased.

The leaf is the line without its data; it commits to the data by hash, so that the data can go and
every proof still holds. Verifiers hash the stored bytes and never write them anew.
"""

from base64 import b64encode
from binascii import a2b_base64
from hashlib import sha256
from itertools import product
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

SPEC = "1.0"
JSON = "application/json"
_SEALED = b',"data_base64":"'
_OPEN = b',"data":'


class Unreadable(ValueError):
    """A line is not a log entry; says which rule it breaks, never what it holds."""


class Leaf(NamedTuple):
    """The attributes of an entry, in the order in which they stand in the line."""

    id: str
    source: str
    type: str
    subject: str | None
    time: str
    validon: str | None
    index: int  # type: ignore[assignment] # tuples have a method of this name
    district: str
    actor: str
    actorrole: str
    cause: str
    basis: str
    sealkey: str | None
    keycommitment: str | None
    datahash: str


class Entry(NamedTuple):
    """An entry as read from a line: its leaf and its data, sealed or open; ``None`` if erased."""

    leaf: Leaf
    data: bytes | None


def leaf_bytes(leaf: Leaf) -> bytes:
    """The leaf as it is stored and hashed."""
    pairs = leaf._asdict()
    datahash = pairs.pop("datahash")
    members: dict[str, Any] = {"specversion": SPEC}
    members |= {name: value for name, value in pairs.items() if value is not None}
    members |= {"datacontenttype": JSON, "datahash": datahash}
    return to_json(members)


def wire(leaf: bytes, data: bytes | None, *, sealed: bool) -> bytes:
    """The line: the leaf, and its data where it is still there."""
    if data is None:
        return leaf
    if sealed:
        return b"".join((leaf[:-1], _SEALED, b64encode(data), b'"}'))
    return b"".join((leaf[:-1], _OPEN, data, b"}"))


def data_hash(data: bytes) -> str:
    """SHA-256 of the data as stored (for sealed data: of nonce and ciphertext), in hexadecimal."""
    return sha256(data).hexdigest()


def read(line: bytes) -> Entry:
    """Read a line and check its data against the leaf.

    Raises:
        Unreadable: no JSON object, an attribute is missing or has the wrong type, or the data is
            not the data that the leaf commits to.
    """
    members = _members(line)
    return checked(_leaf(members), _data(line, members))


def read_stored(leaf: bytes, data: bytes | None) -> Entry:
    """Read an entry as its own log keeps it, leaf and data apart; otherwise like ``read``."""
    return checked(_leaf(_members(leaf)), data)


def _members(line: bytes) -> dict[str, Any]:
    try:
        members = from_json(line)
    except ValueError as error:
        msg = "not JSON"
        raise Unreadable(msg) from error
    if not isinstance(members, dict):
        msg = "not a JSON object"
        raise Unreadable(msg)
    return members


def checked(leaf: Leaf, data: bytes | None) -> Entry:
    """The entry of a leaf and its data.

    Raises:
        Unreadable: the data is not the data that the leaf commits to.
    """
    if data is not None and data_hash(data) != leaf.datahash:
        msg = f"{leaf.id}: the data is not the data that the leaf commits to"
        raise Unreadable(msg)
    return Entry(leaf, data)


_OPTIONAL = frozenset({"subject", "validon", "sealkey", "keycommitment"})


_TYPES = tuple(
    (int,) if name == "index" else (str, type(None)) if name in _OPTIONAL else (str,)
    for name in Leaf._fields
)
_LEGAL = frozenset(product(*_TYPES))
"""Every legal row of types, so that one look-up checks a whole leaf."""


def _leaf(members: dict[str, Any]) -> Leaf:
    values = tuple(map(members.get, Leaf._fields))
    if tuple(map(type, values)) not in _LEGAL:
        raise Unreadable(_first_wrong(values))
    return Leaf._make(values)


def _first_wrong(values: tuple[Any, ...]) -> str:
    rows = zip(Leaf._fields, values, _TYPES, strict=True)
    name, legal = next((n, types) for n, value, types in rows if type(value) not in types)
    return f"attribute {name}: a {legal[0].__name__} is expected"


def _data(line: bytes, members: dict[str, Any]) -> bytes | None:
    if "data_base64" in members:
        try:
            return a2b_base64(members["data_base64"], strict_mode=True)
        except (ValueError, TypeError) as error:
            msg = "attribute data_base64: not base64"
            raise Unreadable(msg) from error
    if "data" not in members:
        return None
    # The bytes as stored, not as a parser would write them again: they end the line.
    return line[line.index(_OPEN) + len(_OPEN) : -1]
