"""A whole change of law: so many persons are handed over and accepted; what each step took.

``python -m tests.bench.mass --persons 100000`` prints a table and writes JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.platform.config import SERVICES
from services.platform.up import Platform
from staffel_contracts.client import Connection
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import RecordAsylumRecognition
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
)
from staffel_contracts.facts.jobcenter_bridge import HandedToJobcenter
from staffel_contracts.mass import carry_out, plan
from staffel_contracts.mass_ledger import Ledger
from tests.bench import page
from tests.bench.peak import peak_mib
from tests.support.load import SERVED_ON, admission, at_rest, running

AT_ONCE = 256
DISTRICT, JOBCENTER = "district-12069", "jobcenter-12069"
EFFECTIVE_ON = date(2025, 6, 1)


class Steps:
    """What each step took, told as it ends."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def end(self, name: str) -> None:
        """A step ended."""
        now = time.perf_counter()
        self.seconds[name], self._since = now - self._since, now
        sys.stderr.write(f"{name:44}{self.seconds[name]:10.1f} s\n")


async def send_all(connection: Connection, wishes: Iterator[tuple[str, Command]]) -> None:
    """Send commands, so many at once."""

    async def work() -> None:
        for key, wish in wishes:
            await connection.send(wish, key)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def persons(number: int) -> Iterator[tuple[str, Command]]:
    """Admissions of invented persons."""
    return ((f"admit/{n}", admission(n)) for n in range(number))


def protections(number: int) -> Iterator[tuple[str, Command]]:
    """And that they are under temporary protection."""
    for n in range(number):
        yield (
            f"protect/{n}",
            RecordAsylumRecognition(
                district="12069",
                file_reference=f"50-{n}",
                protection_kind=ProtectionKind.TEMPORARY_S24,
                decided_on=SERVED_ON,
                served_on=SERVED_ON,
                received_on=SERVED_ON,
            ),
        )


async def handed(connection: Connection, number: int) -> list[tuple[str, HandedToJobcenter]]:
    """Read the jobcenter's feed until every person was handed over."""
    found: list[tuple[str, HandedToJobcenter]] = []
    async for entry in connection.feed():
        if isinstance(entry.fact, HandedToJobcenter):
            found.append((entry.case or "", entry.fact))
        await entry.done()
        if len(found) == number:
            return found
    return found


def answers(
    cases: list[tuple[str, HandedToJobcenter]], kind: type[Any]
) -> Iterator[tuple[str, Any]]:
    """One answer of the jobcenter to each handoff."""
    for case, fact in cases:
        named: dict[str, Any] = {"case": case, "handoff_id": fact.handoff_id}
        if kind is ConfirmDelivery:
            wish: Command = ConfirmDelivery(
                **named, sheet_digest=fact.sheet_digest, receipt_ref=fact.handoff_id
            )
        elif kind is AcknowledgeHandoff:
            wish = AcknowledgeHandoff(**named, unit_ref="team-7")
        else:
            wish = AcceptHandoff(
                **named, effective_on=fact.effective_on, sheet_digest=fact.sheet_digest
            )
        yield f"{wish.NAME}/{fact.handoff_id}", wish


@asynccontextmanager
async def connected(platform: Platform, agency: str) -> AsyncIterator[Connection]:
    """The connection of an agency."""
    password = platform.home.config.agency_passwords[agency]
    connection = await Connection.open(platform.home.nats_url, agency, password)
    try:
        yield connection
    finally:
        await connection.close()


async def measure(folder: Path, number: int) -> dict[str, Any]:
    """Run it all on a new home."""
    steps = Steps()
    async with running(folder) as platform:
        async with connected(platform, DISTRICT) as district:
            await send_all(district, persons(number))
            steps.end("persons admitted")
            await send_all(district, protections(number))
            steps.end("protection recorded")
            await at_rest(platform, 3600)
            steps.end("… until everything was heard")
            made = await plan(
                district, DISTRICT, {"protection": "temporary_s24"}, EFFECTIVE_ON, JOBCENTER
            )
            steps.end("planned")
            ledger = Ledger(folder / "plan.done", made.plan_id)
            outcomes = await carry_out(district, made, ledger)
            assert outcomes == {"drafted": number}, outcomes
            steps.end("drafted (staffel handoff run)")
        async with connected(platform, JOBCENTER) as jobcenter:
            cases = await handed(jobcenter, number)
            steps.end("… until the jobcenter read every handoff")
            for kind in (ConfirmDelivery, AcknowledgeHandoff, AcceptHandoff):
                await send_all(jobcenter, answers(cases, kind))
                steps.end(kind.NAME)
        await at_rest(platform, 3600)
        steps.end("… until everything was told")
        status = await platform.status()
        return {
            "persons": number,
            "seconds": {name: round(taken, 1) for name, taken in steps.seconds.items()},
            "total": round(sum(steps.seconds.values()), 1),
            "peak_mib": {name: round(peak_mib(platform.process(name).pid)) for name in SERVICES},
            "entries": {name: status[name]["size"] for name in SERVICES},
        }


def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--page", action="store_true", help="write it into docs/performance.md")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder), given.persons))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    if given.page:
        page.write_mass(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
