"""Replays as tables for people."""

from datetime import date
from typing import Any

from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from services.chassis.folding.rebuild import folded_tables
from services.chassis.folding.replay import Replayed
from services.platform.audit.comparing import Changed
from services.platform.audit.following import Step
from services.platform.audit.known import Answer
from staffel_contracts.labels import fact_label, field_label

MOST_SHOWN = 200
_ERASED = "(gelöscht / erased)"


def show_steps(steps: list[Step], *, hidden: int, data: bool) -> None:
    """A case, entry by entry."""
    names = ["entry", "recorded", "legal date", "what", "who", "basis", "caused by", "led to"]
    table = Table(*names, *(["data"] if data else []))
    for step in steps:
        leaf = step.leaf
        cells = [leaf.id, leaf.time[:19], leaf.validon or "", _what(step), _who(step), leaf.basis]
        cells += [leaf.cause, ", ".join(step.effects)]
        table.add_row(*cells, *([_data(step)] if data else []))
    Console().print(table)
    if hidden:
        Console().print(f"{hidden} technical entries are not shown; --all shows them")


def _what(step: Step) -> str:
    label = fact_label(step.leaf.type)
    erased = f" {_ERASED}" if step.fact is None else ""
    return f"{label.de} / {label.en}{erased}"


def _who(step: Step) -> str:
    actor, role, agency = step.leaf.actor, step.leaf.actorrole, step.agency
    return f"{actor} ({role})" + (f", {agency}" if agency and agency != actor else "")


def _data(step: Step) -> str:
    if step.fact is None:
        return _ERASED
    said = step.fact.model_dump(mode="json", exclude_none=True)
    return "\n".join(f"{field_label(name).de}: {_cell(value)}" for name, value in said.items())


def show_known(case: str, day: date, at: str | None, then: Answer, now: Answer) -> None:
    """What was known of a day, and what is."""
    table = Table(
        f"{case} on {day.isoformat()}", f"known at {at}" if at else "known now", "known now", ""
    )
    for domain in sorted({*then.responsible, *now.responsible}):
        before, after = then.responsible.get(domain, {}), now.responsible.get(domain, {})
        for name in ("responsible", "covered_by", "gaps"):
            cells = _cell(before.get(name)), _cell(after.get(name))
            table.add_row(f"{domain}: {name.replace('_', ' ')}", *cells, _mark(*cells))
    table.add_section()
    for name in sorted({*then.decided, *now.decided}):
        cells = _said(then.decided.get(name)), _said(now.decided.get(name))
        table.add_row(fact_label(name).de, *cells, _mark(*cells))
    Console().print(table)


def _said(step: Step | None) -> str:
    if step is None:
        return "—"
    known = _ERASED if step.fact is None else _data(step)
    return f"{step.leaf.validon} ({step.leaf.id}, {step.leaf.time[:10]})\n{known}"


def _mark(then: str, now: str) -> str:
    return "" if then == now else "differs"


def show_state(name: str, done: Replayed) -> None:
    """The rows of a case in one service."""
    Console().print(_title(name, done))
    table = Table("table", "key", "column", "value")
    for kept in folded_tables(done.fold.service):
        for key, row in done.folded.table(kept).items():
            for column, value in row.items():
                if value not in (None, [], {}, "") and value != key:
                    table.add_row(kept.name, str(key), column, _cell(value))
            table.add_section()
    Console().print(table)


def show_service(name: str, done: Replayed) -> None:
    """How many rows a service had."""
    Console().print(_title(name, done))
    table = Table("table", "rows")
    for kept in folded_tables(done.fold.service):
        table.add_row(kept.name, str(len(done.folded.table(kept))))
    Console().print(table)
    for problem in done.folded.problems:
        Console().print(f"{problem.table} {problem.key}: {problem.what}")


def _title(name: str, done: Replayed) -> str:
    heard = ", ".join(f"{log} {ears.counted}" for log, ears in done.reach.heard.items())
    parts = [f"{name}: {done.reach.own} own entries", f"heard {heard}" if heard else ""]
    parts += [f"at {done.reach.moment}" if done.reach.moment else "now"]
    parts += [f"{done.erased} {_ERASED}" if done.erased else ""]
    return "; ".join(part for part in parts if part)


def show_changes(name: str, changes: list[Changed]) -> None:
    """What is not what it was."""
    Console().print(f"{name}: {len(changes)} changes")
    if not changes:
        return
    table = Table("table", "key", "column", "then", "now")
    for one in changes[:MOST_SHOWN]:
        table.add_row(one.table, one.key, one.column, _cell(one.then), _cell(one.now))
    Console().print(table)
    if len(changes) > MOST_SHOWN:
        Console().print(f"{len(changes) - MOST_SHOWN} more; --json has them all")


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value) or "—"
    if isinstance(value, dict):
        return to_json(value).decode()
    return str(value)
