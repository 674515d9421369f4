"""The archive as a table: what it holds, and that every question of the page has an answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from services.audit.archive import Archive
from services.audit.table import NoTable, ask, write_table
from services.chassis.opening import open_data
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from staffel_contracts.envelope import Entry
from tests.support.entries import SENDER
from tests.support.given import day
from tests.support.house import House, new_house
from tests.support.purity import ROOT

NAMES = ("intake", "casework", "jobcenter_bridge", "notify")
PAGE = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^## (.+?)\n\n```sql\n(.+?)\n```", PAGE, re.MULTILINE | re.DOTALL))
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A person was admitted and recognised in 2024 and 2025."""
    folder = tmp_path_factory.mktemp("house")
    urls = {name: f"sqlite:///{folder / name}.db" for name in NAMES}
    with new_house(urls, folder, "2024-09-02") as house:
        admission = AdmitPerson(
            **PERSON,
            admitted_on=day("2024-09-02"),
            given_name="Samira",
            family_name="Beispiel",
            birth_date=day("1994-05-17"),
            nationality="475",
            language="ar",
        )
        house.ask(admission, SENDER)
        house.on("2025-03-21")
        recognition = RecordAsylumRecognition(
            **PERSON,
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(recognition, SENDER)
        house.on("2025-06-01")
        yield house


@pytest.fixture(scope="module")
def archive(house: House, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    for name, room in house.rooms.items():
        archive.log(name).append(room.log.wires(0, 10_000))
    return archive


def in_the_clear(house: House, entries: list[Entry]) -> list[bytes | None]:
    keys = house.keyring.keys_by_id({e.leaf.sealkey for e in entries if e.leaf.sealkey})
    return [open_data(entry, keys) for entry in entries]


@pytest.fixture(scope="module")
def table(archive: Archive, house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "entries.duckdb"
    write_table(archive, out, lambda entries: in_the_clear(house, entries))
    return out


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_every_question_of_the_page_is_answered(table: Path, question: str) -> None:
    with duckdb.connect(str(table), read_only=True) as conn:
        assert conn.execute(question).description


def test_the_page_has_questions() -> None:
    assert len(QUESTIONS) > 10
    assert PAGE.count("```sql") == len(QUESTIONS)


@pytest.mark.parametrize(
    "title",
    [
        "Who recorded what, in which role?",
        "What did one entry lead to?",
        "Which agency answered for a case, from when on? (with keys)",
        "Which agency was told how much? (with keys)",
    ],
)
def test_questions_about_a_case_that_went_on_find_something(table: Path, title: str) -> None:
    with duckdb.connect(str(table), read_only=True) as conn:
        assert conn.execute(QUESTIONS[title]).fetchall()


def test_a_row_says_what_its_leaf_says(archive: Archive) -> None:
    answer = ask(
        archive,
        "SELECT type, version, case_id, valid_on, district, actor_role, cause, erased, data "
        "FROM entry WHERE log = 'intake' AND type = 'asylum-recognised'",
    )

    ((type_, version, case, valid_on, district, role, cause, erased, data),) = answer.rows
    assert (type_, version, district, role) == ("asylum-recognised", 1, "12069", "caseworker")
    assert valid_on.isoformat() == "2025-03-20"
    assert case
    assert cause.startswith("command/")
    assert (erased, data) == (False, None)


def test_without_keys_nothing_of_a_person_is_in_the_table(archive: Archive, tmp_path: Path) -> None:
    count = sum(archive.size(log) for log in archive.logs())
    for name in ("entries.parquet", "entries.duckdb"):
        assert write_table(archive, tmp_path / name) == count

        assert b"Samira" not in (tmp_path / name).read_bytes()
    found = duckdb.execute(
        "SELECT count(*) FROM read_parquet(?)", [str(tmp_path / "entries.parquet")]
    )
    assert found.fetchone() == (count,)


def test_with_keys_the_data_is_there(table: Path) -> None:
    with duckdb.connect(str(table), read_only=True) as conn:
        found = conn.execute(
            "SELECT data->>'given_name' FROM entry WHERE type = 'person-admitted'"
        ).fetchall()

    assert found == [("Samira",)]


def test_what_cannot_be_made_or_asked_is_refused(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(NoTable, match=r"\.parquet or \.duckdb"):
        write_table(archive, tmp_path / "entries.csv")
    with pytest.raises(NoTable, match="nobody"):
        ask(archive, "SELECT nobody FROM entry")
    with pytest.raises(NoTable, match="nothing is archived yet"):
        write_table(Archive(tmp_path / "empty"), tmp_path / "entries.parquet")
    assert [path.name for path in tmp_path.iterdir()] == []
