"""Take an entry's line apart, byte for byte: its leaf, its data, its attributes."""

import json
import re
from collections.abc import Collection
from hashlib import sha256
from typing import Any, NamedTuple

from pybase64 import b64decode, b64encode
from pydantic_core import from_json

from staffel_contracts.envelope import JSON, SPEC, Leaf
from staffel_contracts.tlog.spelling import MAX_NUMBER, number

MAX_BYTES = 4_000_000
"""A longer line is refused."""
_DATA_HASH = b',"datahash":"'
_TO_END = len(_DATA_HASH) + 64 + 1  # the hash in hexadecimal and a quote
_SEALED = b',"data_base64":"'
_TO_SEALED = b'"' + _SEALED
_TO_TEXT = 64 + len(_TO_SEALED)
_OPEN = b',"data":'
_ERASED = b"}"
_SEALKEY = b',"sealkey":"'
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_OPTIONAL = frozenset({"subject", "validon", "sealkey", "keycommitment"})
_REQUIRED = frozenset({*Leaf._fields, "specversion", "datacontenttype"}) - _OPTIONAL


class BadLine(ValueError):
    """A line is no entry; says which rule it breaks, never what it holds."""


class Parts(NamedTuple):
    """An entry's index, its leaf, its data if it is there, and whether the data is sealed."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    leaf: bytes
    data: bytes | None
    sealed: bool


class Place(NamedTuple):
    """How the leaves of a log begin: the id up to its number, and what follows the number."""

    before: bytes
    after: bytes

    @classmethod
    def of(cls, service: str, origin: str) -> "Place":
        """The place of the entries of this log."""
        before = f'{{"specversion":"1.0","id":"{service}/'
        return cls(before.encode(), f'","source":"{origin}","type":"'.encode())

    def holds(self, index: int, leaf: bytes) -> bool:
        """Whether the leaf says that it is entry ``index`` of this log."""
        return leaf.startswith(self.before + b"%d" % index + self.after)


def split(index: int, line: bytes) -> Parts:
    """Take a line apart. The leaf ends with ``datahash``; only the data may follow.

    Raises:
        BadLine: the line does not have this form.
    """
    at = line.find(_DATA_HASH) + _TO_END
    head, tail = line[:at], line[at:]
    if at < _TO_END or not head.endswith(b'"'):
        raise BadLine("the leaf must end with the attribute datahash")
    if tail.startswith(_SEALED) and tail.endswith(b'"}'):
        return Parts(index, head + b"}", _unwrapped(tail[len(_SEALED) : -2]), sealed=True)
    if tail.startswith(_OPEN) and tail.endswith(b"}"):
        return Parts(index, head + b"}", tail[len(_OPEN) : -1], sealed=False)
    if tail != _ERASED:
        raise BadLine("only data or data_base64 may follow the leaf")
    return Parts(index, line, None, sealed=False)


def is_committed(leaf: bytes, data: bytes) -> bool:
    """Whether the data is the data that the leaf commits to."""
    return sha256(data).hexdigest().encode() == leaf[-66:-2]


def may_be_erased(leaf: bytes) -> bool:
    """Whether the data may be missing: what was sealed. No string can hold a bare quote."""
    return _SEALKEY in leaf


def entry_named(text: str) -> tuple[str, int] | None:
    """The log and the index that ``<log>/<index>`` names; ``None`` if it names no entry."""
    log, _, index = text.partition("/")
    try:
        return log, number(index)
    except ValueError:
        return None


def _unwrapped(text: bytes) -> bytes:
    """Data from its base64. One text for one value: the bits left over at the end must be zero."""
    try:
        data = b64decode(text, None, True)  # noqa: FBT003 - by name it costs a tenth more
    except ValueError:
        raise BadLine("data_base64 must be base64") from None
    if not data or b64encode(data) != text:
        raise BadLine("data_base64 must be base64 in its one right form")
    return data


def sealed_in_place(at: int, lines: list[bytes], place: Place) -> list[tuple[bytes, bytes]]:
    """The leaves and data of sealed entries, all in their places with the right data.

    It does for many lines what ``split``, ``Place.holds`` and ``is_committed`` do for one, step by
    step and without a call for each line, because this is where a verification spends its time.

    Raises:
        ValueError: one of them is anything else; look at each by itself.
    """
    heads = [place.before + b"%d" % index + place.after for index in range(at, at + len(lines))]
    cut = [line.partition(_DATA_HASH) for line in lines]
    data = [b64decode(rest[_TO_TEXT:-2], None, True) for _, _, rest in cut]  # noqa: FBT003 - as above
    told = [sha256(each).hexdigest().encode() for each in data]
    rests = [hash_ + _TO_SEALED + b64encode(d) + b'"}' for hash_, d in zip(told, data, strict=True)]
    if (
        not all(map(bytes.startswith, lines, heads))
        or not all(data)
        or [rest for _, _, rest in cut] != rests
    ):
        raise ValueError(at)
    leaves = [
        head + _DATA_HASH + hash_ + b'"}' for (head, _, _), hash_ in zip(cut, told, strict=True)
    ]
    return list(zip(leaves, data, strict=True))


def attributes(leaf: bytes) -> dict[str, Any]:
    """The leaf's attributes.

    Raises:
        BadLine: no flat JSON object, an attribute twice, missing or of the wrong type.
    """
    try:
        found = from_json(leaf, allow_inf_nan=False)
    except ValueError:
        raise BadLine("the leaf must be a JSON object") from None
    if not isinstance(found, dict):
        raise BadLine("the leaf must be a JSON object")
    _check_flat(leaf, found)
    _check_attributes(found)
    return found


def _check_flat(leaf: bytes, found: dict[str, Any]) -> None:
    types = list(map(type, found.values()))
    texts, index = types.count(str), found.get("index")
    if texts + 1 != len(types) or type(index) is not int:
        raise BadLine("every attribute but the index must be text")
    if not 0 <= index <= MAX_NUMBER:
        raise BadLine("the index is out of range")
    # A name that stands twice leaves quotes over; with escapes among them one has to look closer.
    if leaf.count(b'"') != 2 * (len(found) + texts) and (b"\\" not in leaf or _has_twice(leaf)):
        raise BadLine("an attribute stands twice")


def _check_attributes(found: dict[str, Any]) -> None:
    names = tuple(found)
    if names not in _NAMES:
        _check_names(found.keys())
        if len(_NAMES) < _MOST_NAMES:
            _NAMES.add(names)
    if not _HEX.fullmatch(found["datahash"]):
        raise BadLine("datahash must be 64 hexadecimal digits")
    if not _TIME.fullmatch(found["time"]):
        raise BadLine("time must be RFC 3339 in UTC with microseconds")
    if found["specversion"] != SPEC or found["datacontenttype"] != JSON:
        raise BadLine("specversion or datacontenttype is another")


_NAMES: set[tuple[str, ...]] = set()
"""Rows of names that were found in order: most leaves have one of a few."""
_MOST_NAMES = 64


def _check_names(names: Collection[str]) -> None:
    if not _REQUIRED.issubset(names):
        raise BadLine("an attribute is missing")
    if ("sealkey" in names) != ("keycommitment" in names):
        raise BadLine("sealkey and keycommitment come together")


def _has_twice(leaf: bytes) -> bool:
    pairs: list[list[tuple[str, Any]]] = []
    json.loads(leaf, object_pairs_hook=pairs.append)
    # One object means that none was written over by a name that stands again.
    names = [name for name, _ in pairs[-1]]
    return len(pairs) != 1 or len(names) != len(set(names))
