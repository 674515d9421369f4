"""What facts and their fields are called: German and English names for people, as data.

Importing this reads nothing; the file is read once, when a name is first asked for.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from staffel_contracts.naming import kebab


class Label(NamedTuple):
    """A name for people."""

    de: str
    en: str


def fact_label(type_or_name: str) -> Label:
    """What a type of fact is called, with or without its version; unknown ones by their name."""
    name, _, version = type_or_name.rpartition(".v")
    return _label("facts", name if version.isdigit() else type_or_name)


def field_label(name: str) -> Label:
    """What a field of a fact is called; unknown ones by their name."""
    return _label("fields", name)


def labels(kind: str) -> dict[str, str]:
    """All German names: of ``facts``, or of ``fields``."""
    return dict(_read()[kind])


def _label(kind: str, name: str) -> Label:
    english = kebab(name).replace("_", " ").replace("-", " ")
    return Label(_read()[kind].get(name, english), english)


@cache
def _read() -> dict[str, dict[str, str]]:
    text = files("staffel_contracts").joinpath("data", "labels.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
