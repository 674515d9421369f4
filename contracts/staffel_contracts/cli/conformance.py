"""``staffel conformance``: is my subscriber right?"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from staffel_contracts.cli.common import FINDING, JsonOption, fail, write_json
from staffel_contracts.conformance.judging import Failed
from staffel_contracts.conformance.ledger import UnreadableLedger, of_command, of_file
from staffel_contracts.conformance.report import Verdict, junit
from staffel_contracts.conformance.scenarios import SCENARIOS
from staffel_contracts.conformance.stage import NotPlayable, Stage
from staffel_contracts.conformance.webhook import HOOK_SCENARIOS, Hook
from staffel_contracts.signing import UnusableSecret


def conformance(  # noqa: PLR0913, PLR0917 - Typer reads options from the signature
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- CMD ARGS…]", help="Starts the subscriber."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Instead: post signed entries here.")] = None,
    secret: Annotated[
        str, typer.Option(envvar="STAFFEL_WEBHOOK_SECRET", help="whsec_…, for --url.")
    ] = "",
    ledger: Annotated[Path | None, typer.Option(help="The receiver's ledger, for --url.")] = None,
    ledger_cmd: Annotated[
        str | None, typer.Option(help="Prints the ledger, a JSON object a line.")
    ] = None,
    reset_cmd: Annotated[
        str | None, typer.Option(help="Empties the ledger, where --ledger-cmd prints it.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write JUnit XML here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Play a difficult feed at a subscriber and judge it by its own ledger; exits 1 if it fails.

    The subscriber logs in as STAFFEL_URL, STAFFEL_AGENCY and STAFFEL_PASSWORD say, and writes each
    entry it takes in to the file STAFFEL_LEDGER: {"index": …}, one line each.
    """
    if bool(command) == bool(url):
        fail("either a command behind -- that starts the subscriber, or --url")
    wanted = _wanted(only, [s.name for s in (HOOK_SCENARIOS if url else SCENARIOS)])
    if url:
        if not (ledger or ledger_cmd):
            fail("--url needs --ledger or --ledger-cmd: the ledger is what is judged by")
        verdicts = _at_url(url, secret, ledger, ledger_cmd, wanted)
    else:
        if ledger_cmd and not reset_cmd:
            fail("--ledger-cmd needs --reset-cmd: each scenario begins without a memory")
        verdicts = _on_stage(command or [], ledger_cmd, reset_cmd, wanted)
    found = asyncio.run(_told(verdicts, as_json=as_json))
    if report:
        report.write_text(junit(found), encoding="utf-8")
    raise typer.Exit(0 if all(verdict.held for verdict in found) else FINDING)


def _wanted(only: list[str] | None, known: list[str]) -> set[str]:
    if unknown := sorted(set(only or ()) - set(known)):
        fail(f"no scenario {', '.join(unknown)}: {', '.join(known)}")
    return set(only or known)


async def _told(verdicts: AsyncIterator[Verdict], *, as_json: bool) -> list[Verdict]:
    found = []
    try:
        async for verdict in verdicts:
            found.append(verdict)
            if not as_json:
                typer.echo(str(verdict))
    except (NotPlayable, UnreadableLedger, UnusableSecret) as error:
        fail(str(error))
    if as_json:
        write_json([verdict._asdict() | {"held": verdict.held} for verdict in found])
    return found


async def _on_stage(
    command: Sequence[str], ledger_cmd: str | None, reset_cmd: str | None, wanted: set[str]
) -> AsyncIterator[Verdict]:
    with tempfile.TemporaryDirectory(prefix="staffel-conformance-") as folder:
        async with Stage(Path(folder), command, ledger_cmd, reset_cmd) as stage:
            for scenario in SCENARIOS:
                if scenario.name in wanted:
                    await stage.empty()
                    yield await _judged(scenario, stage)


async def _at_url(
    url: str, secret: str, ledger: Path | None, ledger_cmd: str | None, wanted: set[str]
) -> AsyncIterator[Verdict]:
    read = of_command(ledger_cmd) if ledger_cmd else of_file(ledger or Path())
    for scenario in HOOK_SCENARIOS:
        if scenario.name in wanted:
            yield await _judged(scenario, Hook(url, secret, read))


async def _judged(scenario: Any, place: Any) -> Verdict:
    began, failure = time.monotonic(), ""
    play: Callable[[Any], Awaitable[None]] = scenario.play
    try:
        await play(place)
    except Failed as failed:
        failure = str(failed)
    return Verdict(scenario.name, scenario.proves, failure, time.monotonic() - began)
