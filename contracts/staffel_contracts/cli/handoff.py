"""``staffel handoff plan`` and ``run``: hand over many cases at once, planned before."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from staffel_contracts.cli.common import (
    FINDING,
    ContextOption,
    JsonOption,
    chosen,
    connected,
    fail,
    run,
    write_json,
)
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.context import Context
from staffel_contracts.mass import Plan, UnreadablePlan, carry_out, plan, selected
from staffel_contracts.mass_ledger import ForeignLedger, Ledger

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A file that `plan` wrote.")]


def handoff_plan(  # noqa: PLR0917 - Typer reads options from parameters
    to: Annotated[str, typer.Option("--to", help="The agency that takes over.")],
    effective_on: Annotated[str, typer.Option("--effective-on", help="Its first day.")],
    out: Annotated[Path, typer.Option("--out", help="Where the plan goes.")],
    select: Annotated[
        list[str] | None,
        typer.Option("--select", help="NAME=VALUE, such as protection=temporary_s24; may repeat."),
    ] = None,
    domain: Annotated[
        ResponsibilityDomain, typer.Option(help="What is handed over.")
    ] = ResponsibilityDomain.BENEFITS,
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan a mass handoff: which cases, to whom, what stands against it. Changes nothing."""
    try:
        day, selection = date.fromisoformat(effective_on), dict(selected(select or []))
    except ValueError as error:
        fail(str(error))
    run(_plan(chosen(context), selection, day, to, domain=domain, out=out, as_json=as_json))


async def _plan(
    context: Context,
    selection: dict[str, str],
    day: date,
    to: str,
    *,
    domain: ResponsibilityDomain,
    out: Path,
    as_json: bool,
) -> None:
    async with connected(context) as connection:
        made = await plan(connection, context.agency, selection, day, to, domain=domain)
    made.write(out)
    _tell(made, {"plan": str(out), "cases": len(made.cases), **made.counts()}, as_json=as_json)


def handoff_run(
    file: PlanFile,
    per_second: Annotated[
        float | None, typer.Option(min=0.01, help="At most so many a second to each receiver.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry a plan out; broken off, it goes on where it was when it is run again.

    Exit code 1 where a case was refused, or waits for another run.
    """
    try:
        made = Plan.read(file)
        ledger = Ledger(file.with_name(file.name + ".done"), made.plan_id)
    except (UnreadablePlan, ForeignLedger) as error:
        fail(str(error))
    if dry_run:
        left = len([one for one in made.ready if one.case not in ledger.outcomes])
        _tell(made, {"would hand over": left, **made.counts()}, as_json=as_json)
        return
    run(_run(chosen(context), made, ledger, per_second, as_json=as_json))


async def _run(
    context: Context, made: Plan, ledger: Ledger, per_second: float | None, *, as_json: bool
) -> None:
    if context.agency != made.from_agency:
        fail(f"the plan is for {made.from_agency}, the context for {context.agency}")
    async with connected(context) as connection:
        with _progress(quiet=as_json) as progress:
            known = len(ledger.outcomes)
            task = progress.add_task("handed over", total=len(made.ready), completed=known)
            outcomes = await carry_out(
                connection,
                made,
                ledger,
                per_second=per_second,
                done=lambda _: progress.advance(task),
            )
    _tell(made, dict(sorted(outcomes.items())), as_json=as_json)
    if set(outcomes) - {"drafted"}:
        raise typer.Exit(FINDING)


def _progress(*, quiet: bool) -> Progress:
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def _tell(made: Plan, counts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json({"plan_id": made.plan_id, "domain": made.domain.value, **counts})
        return
    table = Table(
        title=f"{made.plan_id}, {made.domain.value}", title_justify="left", show_header=False
    )
    for name, number in counts.items():
        table.add_row(name, str(number))
    Console().print(table)
