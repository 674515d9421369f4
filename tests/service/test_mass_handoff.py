"""Many handoffs at once: planned first, broken off and taken up again, each carried out once."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.platform.home import Home
from services.platform.maintenance import maintenance_app
from services.platform.up import Platform
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.commands.intake import RecordAsylumRecognition
from staffel_contracts.mass_ledger import Ledger
from tests.support.cli import Desk
from tests.support.load import SERVED_ON, admission, at_rest, district, running

PERSONS = 60
DISTRICT = "staffel-district-12069"
CHANGE = ("--to", "jobcenter-12069", "--effective-on", "2025-06-01")


def maintain(home: Home, *words: str) -> None:
    """Begin or end maintenance."""
    ran = CliRunner().invoke(maintenance_app, [*words, "--home", str(home.folder)])
    assert ran.exit_code == 0, ran.output


class Rested(Desk):
    """A desk that can wait until nothing moves any more."""

    runner: asyncio.Runner

    def rest(self) -> None:
        """Wait."""
        self.runner.run(at_rest(self.platform))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rested]:
    """A district that houses persons under temporary protection, and pays them AsylbLG benefits."""
    folder = tmp_path_factory.mktemp("platform")
    with asyncio.Runner() as runner:
        entering = running(folder)
        running_platform = runner.run(entering.__aenter__())
        try:
            runner.run(_take_in(running_platform))
            desk = Rested(running_platform, folder / "config")
            desk.runner = runner
            yield desk
        finally:
            runner.run(entering.__aexit__(None, None, None))


async def _take_in(platform: Platform) -> None:
    async with district(platform.home) as load:
        for number in range(PERSONS):
            await load.connection.send(admission(number), f"admit/{number}")
            await load.connection.send(_protected(number), f"protect/{number}")
    await at_rest(platform)


def _protected(number: int) -> RecordAsylumRecognition:
    return RecordAsylumRecognition(
        district="12069",
        file_reference=f"50-{number}",
        protection_kind=ProtectionKind.TEMPORARY_S24,
        decided_on=SERVED_ON,
        served_on=SERVED_ON,
        received_on=SERVED_ON,
    )


def test_what_maintenance_turned_away_is_handed_over_by_the_next_run(
    platform: Rested, tmp_path: Path
) -> None:
    plan = tmp_path / "cover.jsonl"
    to = ("--to", "jobcenter-12069", "--effective-on", "2025-06-01", "--domain", "health-cover")
    planned = platform.run(
        "handoff", "plan", *to, "--out", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT
    )
    assert planned.json["to jobcenter-12069"] == PERSONS

    maintain(platform.platform.home, "on", "--reason", "an upgrade")
    turned = platform.run("handoff", "run", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT)
    maintain(platform.platform.home, "off")
    again = platform.run("handoff", "run", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT)

    counts = {name: n for name, n in turned.json.items() if isinstance(n, int)}
    assert turned.code == 1
    assert "drafted" not in counts
    assert sum(counts.values()) == PERSONS
    assert (again.code, again.json["drafted"]) == (0, PERSONS)


def test_another_plan_under_the_same_name_is_not_taken_for_done(
    platform: Rested, tmp_path: Path
) -> None:
    plan = tmp_path / "counselling.jsonl"
    words = ("handoff", "plan", *CHANGE, "--select", "household=none-such", "--out", str(plan))
    first = platform.run(*words, "--json", STAFFEL_CONTEXT=DISTRICT).json
    ledger = Ledger(tmp_path / "counselling.jsonl.done", first["plan_id"])
    ledger.note("c-1", "drafted")
    ledger.close()
    second = platform.run(*words, "--json", STAFFEL_CONTEXT=DISTRICT).json

    ran = platform.run("handoff", "run", str(plan), STAFFEL_CONTEXT=DISTRICT)

    assert first["plan_id"] != second["plan_id"]
    assert ran.code == 2
    assert "tells of another plan" in ran.err


def test_a_change_of_law_is_planned_tried_dry_broken_off_and_carried_out_once(
    platform: Rested, tmp_path: Path
) -> None:
    plan, done = tmp_path / "plan.jsonl", tmp_path / "plan.jsonl.done"
    words = ("handoff", "plan", *CHANGE, "--select", "protection=temporary_s24")

    planned = platform.run(*words, "--out", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT).json
    assert planned["to jobcenter-12069"] == PERSONS
    tried = platform.run("handoff", "run", str(plan), "--dry-run", "--json").json
    assert tried["would hand over"] == PERSONS
    assert not done.exists()

    first = platform.run("handoff", "run", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT)
    assert (first.code, first.json["drafted"]) == (0, PERSONS)
    lines = done.read_text().splitlines(keepends=True)
    assert len(lines) == 1 + PERSONS  # the plan's id stands first
    done.write_text("".join(lines[:20]) + lines[20][:7])  # as if it had been killed while writing
    again = platform.run("handoff", "run", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT)
    assert (again.code, again.json["drafted"]) == (0, PERSONS)

    platform.rest()
    waiting = platform.run("queue", "--json").json
    assert [item["task"] for item in waiting] == ["confirm-delivery"] * PERSONS
    blocked = platform.run(*words, "--out", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT).json
    assert blocked["blocked: handoff-open"] == PERSONS


def test_housing_is_handed_over_apart_from_benefits_by_a_plan_of_its_own(
    platform: Rested, tmp_path: Path
) -> None:
    plan = tmp_path / "housing.jsonl"
    to = ("--to", "social-assistance-12069", "--effective-on", "2025-06-01")
    words = ("handoff", "plan", *to, "--domain", "accommodation", "--json")
    narrow = (*words, "--select", "household=none-such", "--out", str(plan))
    assert platform.run(*narrow, STAFFEL_CONTEXT=DISTRICT).json["cases"] == 0

    planned = platform.run(*words, "--out", str(plan), STAFFEL_CONTEXT=DISTRICT).json
    ran = platform.run("handoff", "run", str(plan), "--json", STAFFEL_CONTEXT=DISTRICT)

    assert (planned["domain"], planned["to social-assistance-12069"]) == ("accommodation", PERSONS)
    assert (ran.code, ran.json["drafted"]) == (0, PERSONS)
    platform.rest()
    blocked = platform.run(*words, "--out", str(plan), STAFFEL_CONTEXT=DISTRICT).json
    assert blocked["blocked: handoff-open"] == PERSONS


def test_a_receiver_that_cannot_take_a_domain_over_is_told_before_anything_is_planned(
    platform: Rested, tmp_path: Path
) -> None:
    out = tmp_path / "plan.jsonl"
    to = ("--to", "social-assistance-12069", "--effective-on", "2025-06-01", "--out", str(out))

    ran = platform.run(
        "handoff", "plan", *to, "--domain", "labour-integration", STAFFEL_CONTEXT=DISTRICT
    )

    assert ran.code in (1, 2)
    assert "to_agency" in ran.err
    assert not out.exists()


def test_a_selection_that_nobody_fits_plans_nothing(platform: Rested, tmp_path: Path) -> None:
    words = ("--select", "admitted_from=2030-01-01", "--out", str(tmp_path / "plan.jsonl"))

    found = platform.run("handoff", "plan", *CHANGE, *words, "--json", STAFFEL_CONTEXT=DISTRICT)

    assert found.json["cases"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--select", "protection"), "NAME=VALUE"),
        (("--select", "protection=none-such"), "protection"),
        (("--select", "admitted_from=yesterday"), "admitted_from"),
    ],
)
def test_a_wrong_selection_is_told(
    platform: Rested, tmp_path: Path, words: tuple[str, str], said: str
) -> None:
    out = ("--out", str(tmp_path / "plan.jsonl"))

    ran = platform.run("handoff", "plan", *CHANGE, *words, *out, STAFFEL_CONTEXT=DISTRICT)

    assert ran.code in (1, 2)
    assert said in ran.err
    assert not (tmp_path / "plan.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ({}, "plan_id"),
        ({"case": "c-1"}, "to_agency"),
        ({"case": "not a ref!", "to_agency": "jobcenter-12069"}, "case"),
    ],
)
def test_a_broken_plan_is_told_with_its_line(
    platform: Rested, tmp_path: Path, line: dict[str, str], rule: str
) -> None:
    head = {"plan": 1, "plan_id": "plan-1", "from_agency": "district-12069", "selection": {}}
    good = head | {"effective_on": date(2025, 6, 1).isoformat()}
    lines = [good, line] if line else [{"plan": 1}]
    path = tmp_path / "plan.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))

    ran = platform.run("handoff", "run", str(path), STAFFEL_CONTEXT=DISTRICT)

    assert ran.code == 2
    assert f"line {len(lines)}" in ran.err
    assert rule in ran.err


def test_a_plan_is_carried_out_by_the_agency_that_made_it(platform: Rested, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    words = ("handoff", "plan", *CHANGE, "--out", str(path))
    assert platform.run(*words, STAFFEL_CONTEXT=DISTRICT).code == 0

    ran = platform.run("handoff", "run", str(path))

    assert ran.code == 2
    assert "district-12069" in ran.err
