"""``staffel queue``, ``staffel case`` and ``staffel report``: what waits, what was, how it goes."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from staffel_contracts.cli.common import (
    ContextOption,
    JsonOption,
    asked,
    chosen,
    connected,
    fail,
    run,
    show,
    write_json,
)
from staffel_contracts.codes import EscalationRole, HandoffTask, ResponsibilityDomain
from staffel_contracts.context import Context

_BRIDGE: Final = "jobcenter_bridge"
TaskOption = Annotated[HandoffTask | None, typer.Option(help="Only this task.")]
RoleOption = Annotated[EscalationRole | None, typer.Option(help="Only what is this role's.")]
UnitOption = Annotated[str | None, typer.Option(help="Only what this unit took up.")]
DomainOption = Annotated[
    ResponsibilityDomain | None, typer.Option(help="Only this domain of responsibility.")
]
CaseOption = Annotated[str | None, typer.Option(help="Only this person's.")]
FirstOption = Annotated[str, typer.Option("--from", help="First day of a month, as YYYY-MM-DD.")]
LastOption = Annotated[str, typer.Option("--to", help="Last day of a month, as YYYY-MM-DD.")]


def queue(
    *,
    context: ContextOption = None,
    task: TaskOption = None,
    role: RoleOption = None,
    unit: UnitOption = None,
    case: CaseOption = None,
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for my agency: each open handoff once, with its task and its day."""
    given = {"task": task and task.value, "role": role and role.value, "unit": unit, "case": case}
    given |= _named(domain)
    wanted = {name: value for name, value in given.items() if value}
    run(_queue(chosen(context), wanted, as_json=as_json))


async def _queue(context: Context, wanted: dict[str, str], *, as_json: bool) -> None:
    items: list[dict[str, Any]] = []
    async with connected(context) as connection:
        after: str | None = ""
        while after is not None:
            page = await asked(connection, _BRIDGE, "queue", after=after, **wanted)
            items += page["items"]
            after = page["next"]
    items.sort(key=lambda item: (item["due_on"], item["case"]))
    if as_json:
        write_json(items)
    else:
        show(items, ("due_on", "task", "role", "domain", "stage", "unit_ref", "case*"))


def case(  # noqa: PLR0917 - Typer reads options from parameters
    case: Annotated[str, typer.Argument(help="The case, such as c-….")],
    context: ContextOption = None,
    first: Annotated[str | None, typer.Option("--from", help="By day from this one.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="By day up to this one.")] = None,
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a case: who was responsible, what covered which day, and what my agency was told.

    Of benefits, or of another domain.
    """
    days = ({"from": first, "to": last or first} if first else {}) | _named(domain)
    run(_case(chosen(context), case, days, as_json=as_json))


async def _case(context: Context, case: str, days: dict[str, Any], *, as_json: bool) -> None:
    async with connected(context) as connection:
        lines, told = await asyncio.gather(
            asked(connection, _BRIDGE, "timelines", case=case, **days),
            asked(connection, "notify", "case-entries", case=case),
        )
    found = {**lines, "entries": told["entries"]}
    if as_json:
        write_json(found)
        return
    show(found["responsibility"], ("valid_from", "valid_until", "agency"), "responsible")
    show(found["coverage"], ("from_on", "to_on", "kind", "agency"), "covered")
    show(found["gaps"], ("from_on", "to_on", "cause", "detected_on"), "without cover")
    show(found["overlaps"], ("from_on", "to_on"), "covered twice")
    if found["next"]:
        show(
            [found["next"]],
            ("due_on", "task", "role", "agency"),
            "what comes next, and whose it is",
        )
    if found["days"]:
        show(found["days"], ("day", "responsible", "covered_by"), "by day")
    show(found["entries"], ("feedindex", "time", "validon", "type*", "entry"), "told")


def household(
    household_ref: Annotated[str, typer.Argument(help="The household, as its sheets name it.")],
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a household together: each member's own dates, receiver and handoff; no names.

    And below that, who has and takes over each domain of each member in which anything was done.
    """
    run(_household(chosen(context), household_ref, as_json=as_json))


async def _household(context: Context, household_ref: str, *, as_json: bool) -> None:
    async with connected(context) as connection:
        found = await asked(connection, "casework", "household", household_ref=household_ref)
    if as_json:
        write_json(found)
        return
    columns = ("birth_date", "end_on", "next_start_on", "to_agency", "handoff", "case*")
    show(found["members"], columns, household_ref)
    rows = [
        seen | {"domain": domain, "case": member["case"]}
        for member in found["members"]
        for domain, seen in member["domains"].items()
    ]
    columns = ("case*", "domain", "responsible", "to_agency", "effective_on", "handoff")
    show(rows, columns, "by domain")


def report(
    first: FirstOption,
    last: LastOption,
    context: ContextOption = None,
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report how my handoffs of a period went; small numbers are not told."""
    for name, day in (("--from", first), ("--to", last)):
        _check_day(name, day)
    run(_report(chosen(context), {"from": first, "to": last} | _named(domain), as_json=as_json))


def _named(domain: ResponsibilityDomain | None) -> dict[str, str]:
    return {"domain": domain.value} if domain else {}


def _check_day(name: str, day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        fail(f"{name}: {day!r} is no date; one looks like 2026-11-24")


async def _report(context: Context, days: dict[str, Any], *, as_json: bool) -> None:
    async with connected(context) as connection:
        found = await asked(connection, _BRIDGE, "handoff-report", **days)
    if as_json:
        write_json(found)
        return
    table = Table(show_header=False)
    for name, value in _flat(found):
        table.add_row(name.replace("_", " "), value)
    Console().print(table)


def _flat(found: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in found.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}: ")
        else:
            rows.append((f"{prefix}{name}", "few" if value is None else str(value)))
    return rows
