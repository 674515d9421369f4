"""What is kept of a domain beside that of benefits: some fields of a state, as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
_DAYS = frozenset(
    {"draft_effective_on", "sheet_effective_on", "responsible_since", "benefit_start_on"}
)


def packed(state: Any, fresh: Any, names: Iterable[str]) -> dict[str, Any]:
    """The fields that differ from a fresh state's; dates as ISO 8601."""
    known = {name: getattr(state, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in known.items()
        if value != getattr(fresh, name)
    }


def unpacked(part: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the state has them."""
    return {
        name: date.fromisoformat(value) if name in _DAYS else value for name, value in part.items()
    }


def names_of(state: type[Any], *but: str) -> tuple[str, ...]:
    """The fields of a state, without some."""
    return tuple(field.name for field in fields(state) if field.name not in but)
