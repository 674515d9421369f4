"""To whom a person's data went and who read it, and the answer to the person who asks."""

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from services.chassis.store.database import open_database
from services.chassis.work import Read
from services.chassis.writing.reads import READ_HEAD, append_reads, check_reads, reads_of
from services.platform.audit.recorded import record
from services.platform.options import load_home
from staffel_contracts.codes import AccessPurpose, FieldGroup
from tests.service.test_replay import ADMISSION, HANDOFF, a_spring
from tests.support.cli import whole_command_line
from tests.support.entries import RECEIVER, SENDER
from tests.support.erasing import destroy
from tests.support.homely import NAMES, house_at_home
from tests.support.house import House


class Place(NamedTuple):
    """A home with one case."""

    folder: Path
    case: str
    house: House


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("home")
    with house_at_home(folder, "2025-01-07") as (_, house):
        case, _ = a_spring(house)
        sheet = house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_ref"]
        house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
        yield Place(folder, case, house)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return whole_command_line()


def run(app: typer.Typer, place: Place, *words: str) -> Any:
    words = (*words, "--home", str(place.folder))
    return CliRunner().invoke(app, words, env={"COLUMNS": "250"})


def test_every_disclosure_is_told_with_receiver_fields_basis_and_entry(
    app: typer.Typer, place: Place
) -> None:
    result = run(app, place, "audit", "who-saw", place.case, "--json")

    found = json.loads(result.stdout)
    feeds = [d for d in found["disclosures"] if d["way"] == "feed"]
    accepted = next(d for d in feeds if d["what"] == "Übergabe angenommen")
    assert accepted["basis"]
    assert accepted["entry"].startswith("notify/")
    assert {d["receiver"] for d in feeds} == {SENDER, RECEIVER}
    (sheet,) = (d for d in found["disclosures"] if d["way"] == "sheet")
    assert (sheet["receiver"], sheet["basis"]) == (RECEIVER, "§ 67a Abs. 2 SGB X, § 18b AZRG")
    assert "family-name" in sheet["fields"]
    assert {"letter", "notice"} <= {d["way"] for d in found["disclosures"]}


def test_every_read_is_told_the_one_that_asks_included(app: typer.Typer, place: Place) -> None:
    result = run(app, place, "audit", "who-saw", place.case, "--json")

    reads = json.loads(result.stdout)["reads"]
    fetched = [r for r in reads if r["what"] == "query/handover-sheet"]
    assert [(r["service"], r["agency"]) for r in fetched] == [("casework", RECEIVER)]
    assert FieldGroup.HANDOVER_SHEET.value in fetched[0]["groups"]
    looked = {r["service"] for r in reads if r["what"] == "audit/who-saw"}
    assert looked == set(NAMES)


def test_a_person_is_found_by_id_and_by_file_reference_too(app: typer.Typer, place: Place) -> None:
    person = place.house.rows("jobcenter_bridge", ADMISSION)[0]["person_id"]

    for name in (place.case, person, "12069/50-4711"):
        result = run(app, place, "audit", "who-saw", name, "--json")
        assert json.loads(result.stdout)["cases"] == [place.case]


def test_nobody_is_told_of_as_nobody(app: typer.Typer, place: Place) -> None:
    result = run(app, place, "audit", "who-saw", "c-none")

    assert result.exit_code == 1
    assert "no log knows" in result.stderr


def test_who_opened_whole_logs_saw_nobody_who_is_in_none(app: typer.Typer, place: Place) -> None:
    record(load_home(place.folder), "audit/replay", AccessPurpose.AUDIT)

    result = run(app, place, "audit", "who-saw", "c-none")

    assert (result.exit_code, "no log knows c-none" in result.stderr) == (1, True)
    found = json.loads(run(app, place, "audit", "who-saw", place.case, "--json").stdout)
    assert "audit/replay" in {read["what"] for read in found["reads"]}


@pytest.mark.parametrize("verb", [("audit", "who-saw"), ("subject-access",)])
def test_a_name_that_somebody_types_gets_into_no_read_log(
    app: typer.Typer, place: Place, verb: tuple[str, ...]
) -> None:
    result = run(app, place, *verb, "Samira Beispiel")

    assert (result.exit_code, "nobody is known as" in result.stderr) == (1, True)
    with place.house.rooms["casework"].engine.connect() as conn:
        assert reads_of(conn, "Samira Beispiel") == []


def test_a_replay_of_a_case_is_a_read_as_well(app: typer.Typer, place: Place) -> None:
    before = replays(app, place)

    run(app, place, "audit", "replay", "--case", place.case, "--purpose", "supervision")

    assert set(replays(app, place) - before) == {"supervision"}


def replays(app: typer.Typer, place: Place) -> Counter[str]:
    """How often the case was replayed, by purpose; other tests of this house replay as well."""
    reads = json.loads(run(app, place, "audit", "who-saw", place.case, "--json").stdout)["reads"]
    return Counter(read["purpose"] for read in reads if read["what"] == "audit/replay")


def test_reads_of_one_moment_are_told_in_the_order_of_their_log(
    app: typer.Typer, place: Place
) -> None:
    purposes = ("supervision", None, "audit")
    reads = [Read(SENDER, "k.1", "clerk", why, "query/x", (place.case,), ()) for why in purposes]
    with place.house.rooms["notify"].engine.begin() as conn:
        append_reads(conn, reads, datetime(2026, 1, 2, tzinfo=UTC), "test/notify")

    result = run(app, place, "audit", "who-saw", place.case, "--json")

    told = [r for r in json.loads(result.stdout)["reads"] if r["what"] == "query/x"]
    assert [read["purpose"] for read in told] == list(purposes)


@pytest.mark.parametrize(
    "verb", ["audit who-saw", "audit replay --follow --case", "subject-access"]
)
def test_whose_key_is_lost_is_not_told_of_as_erased(
    app: typer.Typer, place: Place, verb: str, tmp_path: Path
) -> None:
    copy = place._replace(folder=Path(shutil.copytree(place.folder, tmp_path / "home")))
    with closing(sqlite3.connect(copy.folder / "db/keyring.sqlite")) as keyring, keyring:
        keyring.execute("DELETE FROM person_key")

    result = run(app, copy, *verb.split(), place.case)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "intake/0" in result.stderr
    assert "no erasure is known" in result.stderr


@pytest.mark.parametrize("verb", ["audit who-saw", "audit replay --case", "subject-access"])
@pytest.mark.parametrize("key", [None, "not a key", f"7 {'0' * 64}", "0" * 64])
def test_without_the_right_master_key_nothing_is_told_and_no_read_recorded(
    app: typer.Typer, place: Place, verb: str, key: str | None, tmp_path: Path
) -> None:
    copy = place._replace(folder=Path(shutil.copytree(place.folder, tmp_path / "home")))
    (copy.folder / "master.key").unlink()
    if key is not None:
        (copy.folder / "master.key").write_text(key)

    result = run(app, copy, *verb.split(), place.case)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "master key" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    with closing(sqlite3.connect(copy.folder / "db/casework.sqlite")) as conn:
        (size,) = conn.execute("SELECT size FROM read_head").fetchone()
    assert size == place.house.rows("casework", READ_HEAD)[0]["size"]


def test_the_answer_to_the_person_holds_all_that_is_asked_for(
    app: typer.Typer, place: Place
) -> None:
    result = run(app, place, "subject-access", place.case, "--json")

    found = json.loads(result.stdout)
    admitted = found["held"][0]
    assert (admitted["what"], admitted["source"]) == ("Person aufgenommen", SENDER)
    assert ["Familienname", "Beispiel"] in admitted["values"]
    assert ["aufgenommen am", "07.01.2025"] in admitted["values"]
    assert all(one["meaning"] and one["kept"] for one in found["held"])
    assert found["recipients"] == [SENDER, RECEIVER]
    assert {p["service"] for p in found["purposes"]} == set(NAMES)
    assert any("Art. 77 DSGVO" in right for right in found["rights"])
    assert found["reads"]
    assert "reader" not in result.stdout.replace("reader_ref", "")


@pytest.mark.parametrize("name", ["answer.md", "answer.pdf"])
def test_the_answer_is_written_to_be_handed_over(
    app: typer.Typer, place: Place, tmp_path: Path, name: str
) -> None:
    result = run(app, place, "subject-access", place.case, "--out", str(tmp_path / name))

    assert result.exit_code == 0, result.output
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    content = (tmp_path / name).read_bytes()
    if name.endswith(".pdf"):
        assert content.startswith(b"%PDF-")
    else:
        text = content.decode()
        assert "# Auskunft nach Art. 15 DSGVO, § 83 SGB X" in text
        assert f"| {RECEIVER} | An das Jobcenter übergeben (Übergabebogen, zum Abruf)" in text


def test_the_read_logs_hold_after_all_that_looking(app: typer.Typer, place: Place) -> None:
    run(app, place, "audit", "who-saw", place.case)

    for name in NAMES:
        engine = open_database(str(place.house.rooms[name].engine.url), read_only=True)
        with engine.connect() as conn:
            assert check_reads(conn) > 0
        engine.dispose()


def test_of_an_erased_person_only_when_and_what_kind_is_told(
    app: typer.Typer, tmp_path: Path
) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        case, _ = a_spring(house)
        destroy(house.keyring, house.rows("jobcenter_bridge", ADMISSION)[0]["person_id"], case)

        result = run(app, Place(tmp_path, case, house), "subject-access", case, "--json")

    found = json.loads(result.stdout)
    assert (found["held"], found["disclosures"]) == ([], [])
    assert found["erased"] > 0
