"""The facts that dates are computed from, as a file or standard input gives them: strict JSON."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.casework.law.given import GivenFacts
from services.platform.options import fail

TROUBLE = 2
MOST_BYTES = 1_000_000


def read_facts(file: str) -> GivenFacts:
    """The facts in a file, ``-`` for standard input; ends the program where a field is wrong."""
    place = "standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        fail(f"{place} cannot be read: {error.strerror}", TROUBLE)
    if len(data) > MOST_BYTES:
        fail(f"{place}: more than {MOST_BYTES} bytes", TROUBLE)
    _check_twice(data, place)
    try:
        return GivenFacts.model_validate_json(data)
    except ValidationError as error:
        told = [_told(one) for one in error.errors(include_input=False, include_url=False)]
        fail(f"{place}: " + "; ".join(told), TROUBLE)


class _Twice(ValueError):
    """A name stands twice in an object."""


def _check_twice(data: bytes, place: str) -> None:
    try:
        json.loads(data, object_pairs_hook=_once)
    except _Twice as error:
        fail(f"{place}: {error}", TROUBLE)
    except (ValueError, RecursionError):
        return  # what else is wrong is told with its place by who reads it


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names differ; of two the last one would count, and nobody would know."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            msg = f"{name}: stands twice"
            raise _Twice(msg)
        found[name] = value
    return found


def _told(error: Any) -> str:
    """A field and the rule that it breaks, without what was given."""
    place = ".".join(map(str, error["loc"]))
    rule = error["msg"].removeprefix("Value error, ")
    return f"{place}: {rule}" if place else rule
