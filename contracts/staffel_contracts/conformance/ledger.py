"""The subscriber's own ledger: what it took in, a JSON object a line."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

Lines = list[dict[str, Any]]
Ledger = Callable[[], Lines]


class UnreadableLedger(Exception):
    """A line of the ledger is not what a ledger holds; says which."""


def of_file(path: Path) -> Ledger:
    """Read the ledger from a file; a last line that is being written is left out."""

    def read() -> Lines:
        text = path.read_text("utf-8") if path.exists() else ""
        return _lines(text[: text.rfind("\n") + 1], str(path))

    return read


def of_command(command: str) -> Ledger:
    """Read the ledger from what a command prints, such as a query of the subscriber's database."""

    def read() -> Lines:
        done = subprocess.run(  # noqa: S603 - the subscriber's author named the command
            shlex.split(command), capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode:
            msg = f"{command!r} ended with {done.returncode}: {done.stderr.strip()[:200]}"
            raise UnreadableLedger(msg)
        return _lines(done.stdout, command)

    return read


def indexes(lines: Lines) -> list[int]:
    """The feed indexes in the order in which they were taken in."""
    return [line["index"] for line in lines]


def _lines(text: str, place: str) -> Lines:
    return [_line(line, f"{place}, line {n}") for n, line in enumerate(text.splitlines(), 1)]


def _line(text: str, place: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    if not isinstance(line, dict) or type(line.get("index")) is not int:
        msg = f'{place}: a JSON object with "index", a number, is expected'
        raise UnreadableLedger(msg)
    return line
