"""``staffel restrict`` and ``staffel retention``: only stored, then due, held, and erased."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.platform import retention
from services.platform.erase import NotDecided
from services.platform.home import Home
from services.platform.retention import Over, _erase
from services.platform.up import Platform
from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import AccessPurpose, CloseReason, HoldReason, RefusalCode
from staffel_contracts.commands.casework import CloseCase, SetLegalHold
from tests.support.cli import Ran, clean_environment, staffel
from tests.support.load import DISTRICT, LAST_DAY, admission, at_rest, running

REFERENCE = "12069/50-0"


async def run(home: Home, *words: str) -> Ran:
    environment = clean_environment(home.folder.parent)
    return await asyncio.to_thread(
        staffel, *words, "--home", str(home.folder), environment=environment
    )


async def admitted(connection: Connection) -> str:
    await connection.send(admission(0), "admit")
    found = await connection.ask(
        "intake", "person", purpose=AccessPurpose.CASEWORK, file_reference="50-0"
    )
    return str(found["case"])


def hold(case: str, until: date) -> SetLegalHold:
    reason = next(iter(HoldReason))
    return SetLegalHold(case=case, hold_ref="h-1", set_on=LAST_DAY, until=until, reason_code=reason)


async def refused(connection: Connection, case: str) -> RefusalCode | None:
    """Why a query about the case is refused, if it is."""
    try:
        await connection.ask("casework", "case", purpose=AccessPurpose.CASEWORK, case=case)
    except Refusal as refusal:
        return refusal.problem.code
    return None


WORDS = ("restrict", REFERENCE, "--reason", "accuracy-contested")
CLAIMS = ("restrict", REFERENCE, "--reason", "needed-for-claims")
LIFT = ("--lift", "--informed-on", LAST_DAY.isoformat())


async def test_a_case_is_only_stored_then_due_then_held_then_erased(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        password = home.config.agency_passwords[DISTRICT]
        connection = await Connection.open(home.nats_url, DISTRICT, password)
        case = await admitted(connection)
        await at_rest(platform)

        for words in (("--until", "2020-01-01"), ("--until", "2099-01-01", "--lift")):
            assert "--lift ends it" in (await run(home, *WORDS, *words)).err
        tried = await run(home, *WORDS, "--dry-run")
        assert (tried.code, await refused(connection, case)) == (0, None)
        untold = await run(home, *WORDS, "--lift")
        assert (untold.code, "tell the person before" in untold.err) == (1, True)
        nothing = await run(home, *WORDS, *LIFT)
        assert (nothing.code, "is not restricted because of accuracy" in nothing.err) == (1, True)
        assert (await run(home, *WORDS)).code == 0
        assert (await run(home, *CLAIMS)).code == 0
        await until_refused(connection, case, RefusalCode.PROCESSING_RESTRICTED)
        first = await run(home, *CLAIMS, *LIFT)
        assert (first.code, "still only stored (accuracy-contested)" in first.out) == (0, True)
        again = await run(home, *CLAIMS, *LIFT)
        assert (again.code, "but of accuracy-contested" in again.err) == (1, True)
        assert await refused(connection, case) is RefusalCode.PROCESSING_RESTRICTED
        early = await run(home, *WORDS, "--lift", "--informed-on", "2020-01-01")
        assert (early.code, "implausible-dates" in early.err) == (1, True)
        told = await run(home, *WORDS, "--announce", LAST_DAY.isoformat())
        assert (told.code, "a letter waits" in told.out) == (0, True)
        assert await letters_of(connection) == {"restriction-ends": case}
        last = await run(home, *WORDS, *LIFT)
        assert (last.code, "shown again" in last.out) == (0, True)
        await until_refused(connection, case, None)

        closed = CloseCase(case=case, closed_on=LAST_DAY, reason_code=CloseReason.LEFT)
        await connection.send(closed, "close")
        await connection.send(hold(case, date(2036, 1, 1)), "hold")
        assert (await run(home, "retention", "list", "--json")).json == []
        held = await run(home, "erase", REFERENCE, "--ground", "requested", "--yes")
        assert (held.code, "legal-hold" in held.err) == (1, True)

        await ten_years_on(platform)
        due = await run(home, "retention", "list", "--json")
        [listed] = due.json
        assert (listed["case"], listed["retention"]) == (case, "case-file")
        assert listed["held_until"] == "2036-01-01"
        assert (await run(home, "retention", "run", "--yes", "--json")).json == []
        outcome = await asyncio.to_thread(_erase, home, Over(case, LAST_DAY, "case-file", None))
        assert "legal-hold" in str(outcome)
        await connection.send(hold(case, LAST_DAY), "hold no longer")
        erased = await run(home, "retention", "run", "--yes", "--json")
        assert erased.code == 0, erased.err
        assert [one["case"] for one in erased.json] == [case]
        assert (await run(home, "retention", "list", "--json")).json == []
        assert await refused(connection, case) is RefusalCode.SUBJECT_ERASED
        await connection.close()


def test_what_is_refused_for_one_case_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = [Over(f"c-{n}", LAST_DAY, "case-file", None) for n in range(3)]
    tried: list[str] = []
    rotated: list[Home] = []

    def erased(_: Home, one: Over) -> bool | NotDecided:
        tried.append(one.case)
        return NotDecided("casework refuses: a hold (legal-hold)") if one.case == "c-0" else True

    Home.create(tmp_path / "home")
    monkeypatch.setattr(retention, "over", lambda _: iter(due))
    monkeypatch.setattr(retention, "_erase", erased)
    monkeypatch.setattr(retention, "rotate_master", rotated.append)

    ran = CliRunner().invoke(
        retention.retention_app, ["run", "--yes", "--json", "--home", str(tmp_path / "home")]
    )

    assert tried == ["c-0", "c-1", "c-2"]
    assert (ran.exit_code, len(rotated)) == (1, 1)
    assert "c-0: casework refuses: a hold (legal-hold)" in ran.output


async def until_refused(connection: Connection, case: str, code: RefusalCode | None) -> None:
    """Return once a query is answered like this: services hear of a restriction within seconds."""
    async with asyncio.timeout(60):
        while await refused(connection, case) != code:
            await connection.nc.flush()


async def ten_years_on(platform: Platform) -> None:
    await platform.set_clock(datetime(2035, 3, 22, 8, tzinfo=UTC))
    await at_rest(platform)


async def letters_of(connection: Connection) -> dict[str, str]:
    """The cases of the letters that the district has to hand over, by template, once it has one."""
    async with asyncio.timeout(60):
        while True:
            found = await connection.ask("notify", "letters", purpose=AccessPurpose.CASEWORK)
            if found["letters"]:
                return {one["template"]: one["case_id"] for one in found["letters"]}
