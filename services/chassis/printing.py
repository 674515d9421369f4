"""Print documents: a Typst template and data make a PDF, the same bytes every time."""

import os
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

import typst
from pydantic_core import to_json

STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
"""PDF/A for keeping, PDF/UA for reading aloud."""
_NOON = 12 * 3600


def pdf(template: Traversable, data: dict[str, Any], on: date) -> bytes:
    """Print a template with data as of a day.

    The bytes follow from template, data, day and the pinned version of Typst alone: nothing of the
    machine or the clock goes in, so that their hash can stand in a log.
    """
    sources = {"main.typ": template.read_bytes(), "data.json": to_json(data)}
    with TemporaryDirectory() as folder:
        for name, content in sources.items():
            with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 - a plain join
                file.write(content)
        return bytes(
            typst.compile(
                os.path.join(folder, "main.typ"),  # noqa: PTH118
                format="pdf",
                ignore_system_fonts=True,
                pdf_standards=list[Any](STANDARDS),
                timestamp=(on - date(1970, 1, 1)).days * 86_400 + _NOON,
            )
        )


@cache
def template(package: str, name: str) -> Traversable:
    """A template that is shipped with a package."""
    return files(package).joinpath(name)
