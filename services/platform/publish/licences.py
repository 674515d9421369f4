"""The licences of everything in the lock, and which of it is delivered."""

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "licences.md"
OWN = frozenset({"staffel", "staffel-contracts"})
STRONG = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
"""Copyleft that would reach the whole work; the weaker LGPL does not."""
READ_IN_SOURCE = {"jsoncompat": "MIT"}
"""What a package's metadata does not say, its source does."""
_CLASSIFIER = "License :: OSI Approved :: "
_HEAD = """\
# Licences

What Staffel is made of, from `uv.lock`; written by `make sbom`, compared by a test.
*Delivered* is in the image; *development* is only for tests and checks.
GPL and AGPL may stand in the second list alone.

"""


def page() -> str:
    """The page, as it should be."""
    packages = locked()
    delivered = reached(packages, ["staffel", "staffel-contracts"]) - OWN
    others = reached(packages, ["staffel"], groups=("dev",)) - delivered - OWN
    parts = [_HEAD, _table("Delivered", delivered), _table("Development", others)]
    return "\n".join(parts)


def locked() -> dict[str, list[dict[str, Any]]]:
    """The packages in the lock by name; some are there in several versions."""
    found: dict[str, list[dict[str, Any]]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        found.setdefault(package["name"], []).append(package)
    return found


def reached(
    packages: dict[str, list[dict[str, Any]]], start: Iterable[str], groups: tuple[str, ...] = ()
) -> set[str]:
    """Every package that some are made of; with the development ``groups`` of the first ones."""
    found: set[str] = set()
    waiting = [dep["name"] for name in start for dep in _needed(packages[name], groups)]
    waiting += list(start)
    while waiting:
        name = waiting.pop()
        if name not in found and name in packages:
            found.add(name)
            waiting += [dep["name"] for dep in _needed(packages[name], ())]
    return found


def licence_of(name: str) -> str | None:
    """A package's licence as it says itself; ``None`` where it is not installed here."""
    if name in READ_IN_SOURCE:
        return READ_IN_SOURCE[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    if expression := _told(told, "License-Expression"):
        return expression
    classifiers = told.get_all("Classifier") or []
    named = [c.removeprefix(_CLASSIFIER) for c in classifiers if c.startswith(_CLASSIFIER)]
    stated = _told(told, "License").splitlines()
    return ", ".join(sorted(named)) or (stated[0] if stated else "not stated")


def _told(told: PackageMetadata, name: str) -> str:
    return str(told[name]).strip() if name in told else ""


def strong(names: Iterable[str]) -> list[str]:
    """Those of the packages that are under a strong copyleft licence."""
    return [name for name in names if STRONG.search((licence_of(name) or "").replace("LGPL", ""))]


def _needed(versions: list[dict[str, Any]], groups: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for package in versions:
        found += package.get("dependencies", [])
        for extra in package.get("optional-dependencies", {}).values():
            found += extra
        for group in groups:
            found += package.get("dev-dependencies", {}).get(group, [])
    return found


def _table(title: str, names: Iterable[str]) -> str:
    rows = [(name, licence) for name in sorted(names) if (licence := licence_of(name))]
    lines = [f"| {name} | {licence.replace('|', '/')} |" for name, licence in rows]
    return "\n".join((f"## {title}", "", "| package | licence |", "|---|---|", *lines, ""))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
