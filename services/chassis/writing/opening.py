"""Open entries, said or heard: read lines, unseal their data, find the fact.

Many are opened step by step, not one after the other: the code of one step stays in the core's
cache, which takes a quarter off the time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

# Makes every fact known, whoever says it: who was erased is another service's to say.
import staffel_contracts.audiences  # noqa: F401
from services.chassis.keys.keyring import Keyring, PersonKey
from services.chassis.store.leaves import read
from services.chassis.validation import rules_broken
from services.chassis.work import HeardWire
from staffel_contracts.envelope import Entry, Leaf, Unreadable
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.sealing import Unsealable, bound, unseal


class Opened(NamedTuple):
    """An entry heard: its leaf and fact, or the reason why it cannot be read.

    No leaf and no reason: nothing to do with it. A leaf, no fact, no reason: its data was erased.
    """

    heard: HeardWire
    leaf: Leaf | None = None
    fact: Fact | None = None
    reason: str | None = None
    person: str | None = None

    @property
    def case_id(self) -> str | None:
        """The case that the entry is about, as far as its leaf can be read."""
        return self.leaf.subject if self.leaf else None


class Said(NamedTuple):
    """What an entry says: its leaf, its fact (``None`` if it was erased), and whose key it has."""

    leaf: Leaf
    fact: Fact | None
    person: str | None


def open_entries(entries: Sequence[Entry], keyring: Keyring) -> list[Said]:
    """Open entries that must all be sound.

    Raises:
        Unsealable, Unreadable: one of them was changed.
    """
    keys = _keys(entries, keyring)
    clear = [open_data(entry, keys) for entry in entries]
    facts = [
        None if data is None else read_fact(entry.leaf, data)
        for entry, data in zip(entries, clear, strict=True)
    ]
    return [
        Said(entry.leaf, fact, _person(entry, keys))
        for entry, fact in zip(entries, facts, strict=True)
    ]


def open_wires(wires: Iterable[HeardWire], types: set[str], keyring: Keyring) -> list[Opened]:
    """Open the entries whose type is among ``types`` (names without version); pass over others."""
    rough = [_leaf_of(heard, types) for heard in wires]
    keys = _keys([entry for _, entry, _ in rough if entry], keyring)
    clear = [_clear(entry, reason, keys) for _, entry, reason in rough]
    return [
        _opened(heard, entry, data, reason, keys)
        for (heard, entry, _), (data, reason) in zip(rough, clear, strict=True)
    ]


def open_data(entry: Entry, keys: dict[str, PersonKey]) -> bytes | None:
    """The data in the clear; ``None`` if the data or its key was destroyed.

    Raises:
        Unsealable: the data does not open with its key.
    """
    leaf, data = entry
    if data is None or leaf.sealkey is None:
        return data
    key = keys.get(leaf.sealkey)
    if key is None:
        return None
    associated = bound(leaf.id, leaf.type, leaf.subject or "", leaf.sealkey)
    return unseal(key.key, leaf.id, data, associated, leaf.keycommitment or "")


def read_fact(leaf: Leaf, data: bytes) -> Fact:
    """The fact that the data says, in its newest version, read as a hearer does.

    Raises:
        Unreadable: the type is unknown, or a field breaks a rule; names both, holds no data.
    """
    fact_class = FACTS.get(leaf.type)
    if fact_class is None:
        msg = f"type {leaf.type}: not known here"
        raise Unreadable(msg)
    try:
        return fact_class.read(data).upcast()
    except ValidationError as error:
        raise Unreadable(f"type {leaf.type}: {rules_broken(error)}") from None


def is_said_again(leaf: Leaf) -> bool:
    """Whether the entry says in an older version what the newer one that caused it said already."""
    known = FACTS.get(leaf.type)
    if known is None or known.SUCCESSOR is None:
        return False
    return leaf.cause.rpartition("/")[0] == leaf.id.rpartition("/")[0]


def is_newer(leaf: Leaf) -> bool:
    """Whether a newer version of the contracts says this: the version known here follows it."""
    name, _, version = leaf.type.rpartition(".v")
    return leaf.type not in FACTS and version.isdigit() and f"{name}.v{int(version) - 1}" in FACTS


def leaf_time(leaf: Leaf) -> datetime:
    """When the entry was recorded."""
    return datetime.fromisoformat(leaf.time)


def _leaf_of(heard: HeardWire, types: set[str]) -> tuple[HeardWire, Entry | None, str | None]:
    try:
        entry = read(heard.wire)
    except Unreadable as error:
        return heard, None, heard.broken or str(error)
    leaf = entry.leaf
    wanted = leaf.type.rpartition(".")[0] in types and not is_said_again(leaf) | is_newer(leaf)
    return heard, entry if wanted else None, heard.broken


def _keys(entries: Iterable[Entry], keyring: Keyring) -> dict[str, PersonKey]:
    there = (leaf for leaf, data in entries if data is not None)
    return keyring.keys_by_id({leaf.sealkey for leaf in there if leaf.sealkey})


def _person(entry: Entry, keys: dict[str, PersonKey]) -> str | None:
    key = keys.get(entry.leaf.sealkey or "")
    return key.owner if key else None


def _clear(
    entry: Entry | None, reason: str | None, keys: dict[str, PersonKey]
) -> tuple[bytes | None, str | None]:
    """The data in the clear, or the reason why there is none."""
    if entry is None or reason:
        return None, reason
    try:
        return open_data(entry, keys), None
    except Unsealable as error:
        return None, str(error)


def _opened(
    heard: HeardWire,
    entry: Entry | None,
    data: bytes | None,
    reason: str | None,
    keys: dict[str, PersonKey],
) -> Opened:
    if entry is None or reason:
        return Opened(heard, entry.leaf if entry else None, reason=reason)
    try:
        fact = None if data is None else read_fact(entry.leaf, data)
    except Unreadable as error:
        return Opened(heard, entry.leaf, reason=str(error))
    return Opened(heard, entry.leaf, fact, person=_person(entry, keys))
