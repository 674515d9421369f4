"""``staffel init subscriber``: a program of one's own to start from."""

import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer

from staffel_contracts.cli.common import FINDING, fail

EXAMPLES: Final = "staffel_contracts.examples"


class Language(StrEnum):
    """Languages that there is an example in."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"


FILES: Final = {
    Language.PYTHON: ("subscriber.py",),
    Language.JAVASCRIPT: ("subscriber.mjs", "package.json"),
}
NEXT: Final = {
    Language.PYTHON: "python subscriber.py",
    Language.JAVASCRIPT: "npm install && node subscriber.mjs",
}


def subscriber(
    lang: Annotated[Language, typer.Option(help="The language of the program.")],
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put it.")] = Path(),
) -> None:
    """Write a subscriber that works as it is; files that are there already stay as they are."""
    if there := [name for name in FILES[lang] if (folder / name).exists()]:
        fail(f"{folder} has {', '.join(there)} already; nothing was written", FINDING)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES[lang]:
        with (folder / name).open("xb") as file:
            file.write((files(EXAMPLES) / name).read_bytes())
        sys.stdout.write(f"{folder / name}\n")
    sys.stderr.write(
        f"next: cd {folder} && {NEXT[lang]}\n"
        "It logs in by STAFFEL_CONTEXT, or STAFFEL_URL, STAFFEL_AGENCY and STAFFEL_PASSWORD.\n"
    )
