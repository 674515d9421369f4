"""Findings as people and monitoring systems read them."""

import json
from collections.abc import Callable
from typing import Literal

from rich.console import Console
from rich.text import Text

from services.platform.checks.line import Level, Line, worst

Format = Literal["text", "json", "prometheus", "nagios"]
_MARKS = {Level.OK: ("ok  ", "green"), Level.WARN: ("warn", "yellow"), Level.FAIL: ("fail", "red")}
_NAGIOS = {Level.OK: "OK", Level.WARN: "WARNING", Level.FAIL: "CRITICAL"}


def text(lines: list[Line]) -> str:
    """A line for each finding, in colour where a person looks."""
    console = Console(soft_wrap=True, highlight=False)
    with console.capture() as captured:
        for line in lines:
            mark, style = _MARKS[line.level]
            more = f"  → {line.runbook}" if line.runbook else ""
            console.print(Text(mark, style=style), Text(f"{line.check:32} {line.text}{more}"))
        console.print(summary(lines))
    return captured.get()


def as_json(lines: list[Line]) -> str:
    """One document."""
    rows = [line._asdict() | {"level": line.level.name.lower()} for line in lines]
    document = {"level": worst(lines).name.lower(), "summary": summary(lines), "checks": rows}
    return json.dumps(document, ensure_ascii=False) + "\n"


def prometheus(lines: list[Line]) -> str:
    """A metric per check, for the text file collector of the node exporter."""
    rows = [f'staffel_check{{check="{line.check}"}} {int(line.level)}' for line in lines]
    head = (
        "# HELP staffel_check 0 ok, 1 warn, 2 fail, as `staffel doctor` says.",
        "# TYPE staffel_check gauge",
    )
    return "\n".join((*head, *rows)) + "\n"


def nagios(lines: list[Line]) -> str:
    """The verdict first, then what is not well, as monitoring plug-ins do."""
    counted = _counted(lines)
    rates = f"fail={counted[Level.FAIL]} warn={counted[Level.WARN]} ok={counted[Level.OK]}"
    head = f"STAFFEL {_NAGIOS[worst(lines)]} - {summary(lines)} | {rates}"
    bad = [f"{_NAGIOS[one.level]}: {one.check}: {one.text}" for one in lines if one.level]
    return "\n".join((head, *bad)) + "\n"


def summary(lines: list[Line]) -> str:
    """How many of each."""
    counted = _counted(lines)
    return f"{counted[Level.OK]} ok, {counted[Level.WARN]} warn, {counted[Level.FAIL]} fail"


FORMATS: dict[str, Callable[[list[Line]], str]] = {
    "text": text,
    "json": as_json,
    "prometheus": prometheus,
    "nagios": nagios,
}


def _counted(lines: list[Line]) -> dict[Level, int]:
    return {level: sum(line.level is level for line in lines) for level in Level}
