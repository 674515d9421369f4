"""Verifying entries as they come: place, origin, data, and whether they are those known before."""

from collections.abc import Sequence

from services.chassis.store.log import SEALED_MARK
from services.chassis.transport.wire import leaf_of
from staffel_contracts import envelope


class BrokenEntry(Exception):
    """An entry is not whole or not in its place; names it and the rule, and no content."""

    def __init__(self, log: str, index: int, rule: str) -> None:
        """Name the entry and the rule that it breaks."""
        super().__init__(f"{log}/{index}: {rule}")
        self.index = index


def verify(wires: Sequence[bytes], log: str, first: int, origin: str | None) -> None:
    """Check that these are the whole entries from ``first`` on, of the same origin.

    Data may be missing where it was sealed: it may have been erased.

    Raises:
        BrokenEntry: the first that is not.
    """
    for index, wire in enumerate(wires, first):
        rule, source = _flaw(wire, log, index)
        if rule is None and source != (origin or source):
            rule = f"it is of the log {source}, not of {origin}"
        if rule is not None:
            raise BrokenEntry(log, index, rule)
        origin = source


def first_difference(start: int, kept: Sequence[bytes], given: Sequence[bytes]) -> int | None:
    """The first index at which what a sayer gives has another leaf than what was archived."""
    for index, (one, other) in enumerate(zip(kept, given, strict=False), start):
        if leaf_of(one) != leaf_of(other):
            return index
    return None


def _flaw(wire: bytes, log: str, index: int) -> tuple[str | None, str]:
    try:
        leaf, data = envelope.read(wire)
    except envelope.Unreadable as error:
        return str(error), ""
    if (leaf.id, leaf.index) != (f"{log}/{index}", index):
        return "another entry stands in its place", leaf.source
    if data is None and SEALED_MARK not in wire:
        return "its data is missing and was never sealed", leaf.source
    return None, leaf.source
