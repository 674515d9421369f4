"""Print documents: a Typst template and data make a PDF, the same bytes every time."""

import os
import re
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


_UNSHOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_JOINERS = "[\u200c\u200d\ufe0e\ufe0f]*"
"""What joins a character to the next one, or says how it looks."""
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def pdf(template: Traversable, data: dict[str, Any], on: date) -> bytes:
    """Print a template with data as of a day.

    The bytes follow from template, data, day and the pinned versions of Typst and of the fonts:
    nothing of the machine or the clock goes in, so that their hash can stand in a log. The fonts
    have most scripts, not Chinese, Japanese and Korean; a character that none of them has is
    spelled out, as ``[U+738B]``: so a name in any script can be printed.
    """
    text = to_json(data).decode()
    while True:
        try:
            return _compiled(template.read_bytes(), text, on)
        except typst.TypstError as error:
            spelled = _spelled(text, str(error))
            if spelled == text:
                raise
            text = spelled


def _spelled(text: str, error: str) -> str:
    """The text with the characters spelled out that an error says cannot be shown."""
    found = _UNSHOWN.search(error)
    shown = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), found[1]) if found else ""
    for character in shown:
        if not character.isascii():
            text = re.sub(f"{character}{_JOINERS}", f"[U+{ord(character):04X}]", text)
    return text


def _compiled(source: bytes, text: str, on: date) -> bytes:
    sources = {"main.typ": source, "data.json": text.encode()}
    with TemporaryDirectory() as folder:
        for name, content in sources.items():
            with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 - a plain join
                file.write(content)
        return bytes(
            typst.compile(
                os.path.join(folder, "main.typ"),  # noqa: PTH118
                format="pdf",
                ignore_system_fonts=True,
                font_paths=[_fonts()],
                pdf_standards=list[Any](STANDARDS),
                timestamp=(on - date(1970, 1, 1)).days * 86_400 + _NOON,
            )
        )


@cache
def _fonts() -> str:
    """The folder of the Noto fonts that are installed with us (SIL OFL 1.1)."""
    return str(files("manimgx_fonts"))


@cache
def template(package: str, name: str) -> Traversable:
    """A template that is shipped with a package."""
    return files(package).joinpath(name)
