"""``staffel play``: a scenario, as the commands of its agencies, through the real door."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date
from typing import Annotated, Any

import typer

from staffel_contracts.cli.common import JsonOption, asked, connected, fail, run, write_json
from staffel_contracts.client import Connection
from staffel_contracts.context import Context, NoContext, load, names
from staffel_contracts.scenarios import NoScenario, Scenario, Step, filled, scenario
from staffel_contracts.scenarios import names as scenario_names

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.1
_PAGE = 500


def _complete(incomplete: str) -> list[str]:
    return [name for name in scenario_names() if name.startswith(incomplete)]


def play(
    name: Annotated[
        str, typer.Argument(metavar="SCENARIO", autocompletion=_complete, help="Its name.")
    ] = "",
    district: Annotated[str, typer.Option(help="Whose agencies act.")] = "12069",
    live: Annotated[bool, typer.Option(help="Allow a platform that is no sandbox.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Play a scenario with invented people; without a name: list the scenarios."""
    if not name:
        _list(as_json=as_json)
        return
    try:
        told = scenario(name)
    except NoScenario as error:
        fail(str(error))
    run(Play(told, district, Contexts(district, live=live), _teller(as_json)).run())


def _list(*, as_json: bool) -> None:
    found = {name: scenario(name).title for name in scenario_names()}
    if as_json:
        write_json(found)
        return
    for name, title in found.items():
        typer.echo(f"{name:22}{title}")


class Contexts:
    """Finds how a kind of agency of a district reaches the platform."""

    def __init__(self, district: str, *, live: bool) -> None:
        """Take sandboxes alone, unless ``live``."""
        self._district, self._live = district, live

    def __call__(self, kind: str) -> Context:
        """The context of the acting agency; exits 2 where there is none that may be taken."""
        wanted = f"{kind}-{self._district}"
        for name in names():
            try:
                found = load(name)
            except NoContext:
                continue
            if found.agency == wanted:
                if not found.environment.startswith("sandbox") and not self._live:
                    fail(f"{name} is no sandbox: --live plays there all the same")
                return found
        return fail(f"no context for {wanted}: start `staffel sandbox`")


Tell = Callable[[int, Step, dict[str, Any]], None]
"""Told of each step that was taken: its number from 0, the step, and what came of it."""


class Play:
    """One run of a scenario; what happened before is known to the steps after it, by person."""

    def __init__(
        self, told: Scenario, district: str, context: Callable[[str], Context], tell: Tell
    ) -> None:
        """Prepare; ``district`` is the official key of the agencies that act."""
        self._scenario, self._district = told, district
        self._context, self._tell = context, tell
        self._run = secrets.token_hex(3)
        self.known: dict[str, dict[str, Any]] = {}
        """What is known of each person, such as ``case``."""
        self._heads: dict[str, int] = {}

    async def run(self) -> None:
        """Play every step; a refusal ends it."""
        kinds = dict.fromkeys(step.actor.value for step in self._scenario.steps)
        async with AsyncExitStack() as stack:
            agencies = {
                kind: await stack.enter_async_context(connected(self._context(kind)))
                for kind in kinds
            }
            for kind, connection in agencies.items():
                status = await asked(connection, "notify", "feed-status")
                self._heads[kind] = status["head"]
            for number, step in enumerate(self._scenario.steps):
                self._tell(number, step, await self._take(number, step, agencies[step.actor.value]))

    async def _take(self, number: int, step: Step, agency: Connection) -> dict[str, Any]:
        known = self.known.setdefault(step.person, self._beginning(step))
        if step.wait_for:
            found = await self._awaited(step, agency, known)
            known |= found.get("data", {})
            return {"entry": found["entry"], "index": found["feedindex"]}
        answer = await self._sent(number, step, agency, known)
        if answer.get("case"):
            known["case"] = answer["case"]
        return answer

    def _beginning(self, step: Step) -> dict[str, Any]:
        reference = f"{step.person or 'case'}-{self._run}"
        return {"district": self._district, "file_reference": reference}

    async def _sent(
        self, number: int, step: Step, agency: Connection, known: dict[str, Any]
    ) -> dict[str, Any]:
        from pydantic import ValidationError

        from staffel_contracts.catalogue import commands

        command = next((c for c in commands() if step.send == c.NAME), None)
        if command is None:
            fail(f"step {number + 1}: no command {step.send!r}")
        today = date.today()  # noqa: DTZ011 - a scenario plays today, where it is played
        try:
            wish = filled(command, step.fields, known, today, self._run)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            fail(f"step {number + 1}, {step.send}: {where}: {error.errors()[0]['msg']}")
        return await agency.carry_out(wish, f"play-{self._run}-{number}")

    async def _awaited(
        self, step: Step, agency: Connection, known: dict[str, Any]
    ) -> dict[str, Any]:
        """The next entry of the type about the person's case, in the feed of who waits."""
        start = self._heads[step.actor.value]
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while True:
                    page = await agency.ask("notify", "feed", start=start, limit=_PAGE)
                    for entry in page["entries"]:
                        if _is(entry, step.wait_for or "", known.get("case")):
                            return dict(entry)
                    start += len(page["entries"])
                    await asyncio.sleep(_PAUSE_SECONDS)
        except TimeoutError:
            fail(f"no {step.wait_for} came within {_PATIENCE_SECONDS:.0f} s", 1)


def _teller(as_json: bool) -> Tell:  # noqa: FBT001 - the option
    return _as_json if as_json else _as_text


def _as_json(number: int, step: Step, result: dict[str, Any]) -> None:
    done = {"step": number + 1, "as": step.actor.value, "person": step.person or None}
    write_json(done | {"what": step.send or step.wait_for} | result)


def _as_text(number: int, step: Step, result: dict[str, Any]) -> None:
    what = f"▶ {step.send}" if step.send else f"◀ {step.wait_for}"
    entries = ", ".join(result.get("entries", ())) or result.get("entry", "nothing new")
    who = f"{step.actor.value}{f' ({step.person})' if step.person else ''}"
    typer.echo(f"{number + 1:3}  {who:28} {what:36} {entries}")
    if step.says:
        typer.echo(f"     {step.says}")


def _is(entry: dict[str, Any], name: str, case: str | None) -> bool:
    return entry["type"].rpartition(".")[0] == name and entry.get("subject") == case
