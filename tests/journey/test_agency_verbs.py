"""Agencies are let in, exchanged and shut out on a running platform, which is tried as a whole."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nats.errors import Error as NatsError
from typer.testing import CliRunner

from services.platform import intake_import
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.up import Platform
from staffel_contracts.client import Connection
from staffel_contracts.context import Context, add, load
from tests.support.cli import Ran, clean_environment, staffel, typer_app

NEW = ("--kind", "jobcenter", "--district", "14713", "--name", "Jobcenter Beispiel")
AGENCY = "jobcenter-14713"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The home of a platform that runs, with a real clock."""
    home = Home.create(tmp_path_factory.mktemp("agencies") / "home", passing=True)
    with asyncio.Runner() as runner:
        platform = Platform(home, log_files=True)
        runner.run(platform.__aenter__())
        try:
            yield home
        finally:
            runner.run(platform.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def _contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def ran(home: Home, *words: str) -> Ran:
    done = staffel(*words, "--home", str(home.folder), environment=clean_environment(home.folder))
    assert done.code == 0, done.err
    return done


def credentials(home: Home) -> Context:
    return load(add(home.folder / "credentials" / f"{AGENCY}.json").stem)


async def known(context: Context) -> Any:
    """Who the platform takes the holder of a context for."""
    connection = await Connection.of(context)
    try:
        async with asyncio.timeout(60):
            return (await connection.ask("notify", "whoami"))["id"]
    finally:
        await connection.nc.close()


def test_a_whole_platform_is_tried_with_one_case_and_its_proof(home: Home) -> None:
    told = ran(home, "smoke", "--json").json

    assert told["ok"]
    assert set(told["proved"]) == set(SERVICES)
    assert told["steps"][-1] == "case-closed"


def test_an_agency_is_let_in_exchanged_and_shut_out(home: Home) -> None:
    ran(home, "agency", "add", AGENCY, *NEW)
    first = credentials(home)
    ran(home, "agency", "rotate", AGENCY)
    second = credentials(home)

    assert [asyncio.run(known(one)) for one in (first, second)] == [AGENCY, AGENCY]
    assert first.user != second.user

    ran(home, "agency", "disable", AGENCY)
    for context in (first, second):
        with pytest.raises((NatsError, OSError)):
            asyncio.run(known(context))

    told = ran(home, "agency", "rotate", AGENCY, "--dry-run")
    assert told.out == f"{AGENCY} would get a new login; it is shut out: no former one would hold\n"
    ran(home, "agency", "rotate", AGENCY)  # what was shut out does not come back with it
    assert asyncio.run(known(credentials(home))) == AGENCY
    with pytest.raises((NatsError, OSError)):
        asyncio.run(known(second))
    assert second.token is not None
    assert home.agencies().by_token(second.token) is None


def test_a_district_imports_with_its_present_login_and_not_while_it_is_shut_out(
    home: Home, tmp_path: Path
) -> None:
    (tmp_path / "persons.csv").write_text(
        "kind,file_reference,admitted_on,given_name,family_name,birth_date,nationality,language\n"
        "person,50-1,2026-02-03,Samira,Beispiel,1994-05-17,475,ar\n"
    )
    words = ("intake", "import", str(tmp_path / "persons.csv"))
    ran(home, "agency", "rotate", "district-12069")

    assert ran(home, *words, "--json").json["read"] == 1

    ran(home, "agency", "disable", "district-12069")
    environment = clean_environment(home.folder)
    refused = staffel(*words, "--home", str(home.folder), environment=environment)
    assert refused.code == 1
    assert "district-12069 is shut out: `staffel agency rotate`" in refused.err
    ran(home, "agency", "rotate", "district-12069")


def test_an_import_into_a_platform_that_does_not_run_says_so_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_import, "OPEN_SECONDS", 0.1)
    stopped = Home.create(tmp_path / "stopped", passing=True)
    (tmp_path / "persons.csv").write_text("file_reference\n50-1\n")
    words = [str(tmp_path / "persons.csv"), "--home", str(stopped.folder)]

    told = CliRunner().invoke(typer_app(intake_import.import_file), words)

    assert told.exit_code == 1
    assert "the platform must be running" in told.output


def test_an_import_that_is_stopped_says_how_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(intake_import, "_run", stopped)
    home = Home.create(tmp_path / "stopped", passing=True)
    (tmp_path / "persons.csv").write_text("kind\n")
    words = [str(tmp_path / "persons.csv"), "--home", str(home.folder)]

    told = CliRunner().invoke(typer_app(intake_import.import_file), words)

    assert told.exit_code == intake_import.STOPPED
    assert "importing the file again goes on" in told.output


def test_agencies_are_listed_without_their_secrets(home: Home) -> None:
    told = ran(home, "agency", "list", "--json")
    one = ran(home, "agency", "show", "jobcenter-12069", "--json")

    secrets = [*Home.load(home.folder).config.agency_passwords.values()]
    assert not [word for word in secrets if word in told.out + one.out]
    assert "jobcenter-12069" in {row["id"] for row in told.json}
    assert "cmd.>" in one.json["may"]["publish"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("add", "district-12069", "--kind", "district", "--district", "12069", "--name", "x"),
            "already",
        ),
        (("add", "x", "--kind", "jobcenter", "--district", "1", "--name", "x"), "district"),
        (
            ("add", "other", "--kind", "jobcenter", "--district", "12069", "--name", "x"),
            "both competent",
        ),
        (("rotate", "nobody"), "there is no agency nobody"),
        (("disable", "nobody"), "there is no agency nobody"),
        (("show", "nobody"), "there is no agency nobody"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    home: Home, words: tuple[str, ...], said: str
) -> None:
    before = (home.folder / "staffel.json").read_text()

    environment = clean_environment(home.folder)
    done = staffel("agency", *words, "--home", str(home.folder), environment=environment)

    assert done.code in {1, 2}
    assert said in done.err
    assert (home.folder / "staffel.json").read_text() == before


def test_a_dry_run_changes_nothing(home: Home) -> None:
    before = json.loads((home.folder / "staffel.json").read_text())

    ran(home, "agency", "rotate", "jobcenter-12069", "--dry-run")
    ran(home, "agency", "disable", "jobcenter-12069", "--dry-run")

    assert json.loads((home.folder / "staffel.json").read_text()) == before
