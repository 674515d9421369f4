"""What transport reads of a wire line: its place, its type, its leaf, and whether it is whole."""

import re

from staffel_contracts import envelope

_PLACE = re.compile(rb'\{"specversion":"1\.0","id":"([a-z0-9_/-]+)/([0-9]{1,18})",')
_TYPE = re.compile(rb',"type":"([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)"')
_DATA = re.compile(rb',"data(?:_base64)?":')


class NoEntry(ValueError):
    """A line does not look like a log entry; the text says why and holds nothing of the line."""


def place_of(wire: bytes) -> tuple[str, int]:
    """Return the log and the index that a line's fixed prefix names; raises `NoEntry`."""
    found = _PLACE.match(wire)
    if found is None:
        raise NoEntry("the line does not begin with the place of an entry")
    return found[1].decode(), int(found[2])


def type_of(wire: bytes) -> str:
    """Return the event type, fit to be part of a NATS subject; raises `NoEntry`."""
    found = _TYPE.search(wire)
    if found is None:
        raise NoEntry("the line names no type")
    return found[1].decode()


def leaf_of(wire: bytes) -> bytes:
    """Return the leaf, which is the line without its data: no string can hold a bare quote."""
    found = _DATA.search(wire)
    return wire if found is None else wire[: found.start()] + b"}"


def flaw_of(wire: bytes, log: str, index: int, *, erased_allowed: bool = False) -> str | None:
    """Return why a line is not the whole entry `log`/`index`, or None if it is.

    A line without data is whole only where `erased_allowed` says that its data may have been
    erased: in the log itself, not in a copy.
    """
    try:
        leaf, data = envelope.read(wire)
    except envelope.Unreadable as error:
        return str(error)
    if (leaf.id, leaf.index) != (f"{log}/{index}", index):
        return "the line is another entry"
    return None if data is not None or erased_allowed else "the line has no data"
