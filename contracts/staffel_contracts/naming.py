"""How class names become the names on the wire: AsylumRecognised is asylum-recognised."""

import re

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def kebab(name: str) -> str:
    """The class name in lower case with hyphens, as subjects and URLs carry it."""
    return _WORD.sub("-", name).lower()
