"""The archive as a table: what it holds, and that every question of the page has an answer."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from services.audit.archive import Archive
from services.audit.table import NoTable, _connected, ask, write_table
from services.chassis.writing.opening import open_data
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


HISTORY = """
CREATE TABLE entry AS SELECT col0 AS log, col1 AS idx, col2 AS type, col3 AS case_id,
    CAST(col4 AS TIMESTAMPTZ) AS recorded_at, CAST(col4[:10] AS DATE) AS recorded_on,
    CAST(col5 AS DATE) AS valid_on, '12069' AS district, 'a' AS actor, 'system' AS actor_role,
    'x' AS cause, '' AS basis, CAST(col6 AS JSON) AS data, col6 IS NULL AS erased
FROM (VALUES
    ('intake', 0, 'person-admitted', 'c-1', '2025-01-02T08:00:00Z', '2025-01-02', '{}'),
    ('intake', 1, 'asylum-recognised', 'c-1', '2025-03-03T08:00:00Z', '2025-03-01', '{}'),
    ('intake', 2, 'asylum-recognised', 'c-1', '2025-03-09T08:00:00Z', '2025-03-08', '{}'),
    ('intake', 4, 'person-admitted', 'c-2', '2025-03-10T08:00:00Z', '2024-12-01', NULL),
    ('jobcenter_bridge', 0, 'handed-to-jobcenter', 'c-1', '2025-03-10T08:00:00Z', NULL,
     '{"handoff_id": "h-1", "to_agency": "jobcenter-12069", "domain": "benefits"}'),
    ('jobcenter_bridge', 1, 'handoff-submitted', 'c-1', '2025-03-10T08:00:00Z', NULL,
     '{"handoff_id": "h-2", "to_agency": "district-12051", "domain": "accommodation"}'),
    ('jobcenter_bridge', 2, 'handoff-accepted', 'c-1', '2025-03-11T08:00:00Z', NULL,
     '{"handoff_id": "h-2"}'),
    ('jobcenter_bridge', 3, 'coverage-gap-detected', 'c-1', '2025-04-01T08:00:00Z', '2025-04-01',
     '{}'),
    ('jobcenter_bridge', 4, 'coverage-gap-closed', 'c-1', '2025-04-09T08:00:00Z', '2025-04-08',
     '{}'),
    ('jobcenter_bridge', 5, 'coverage-gap-detected', 'c-1', '2025-05-01T08:00:00Z', '2025-05-01',
     '{}')) given
"""
"""A gap in a log; two recognitions; one of two handoffs answered; the second gap in cover open."""


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Is a log without a gap?", [("intake", 4, 4, 5)]),
        ("How long from recognition to the first acceptance?", [("12069", 1, 10.0, 10)]),
        (
            "Which handoffs were not answered? (with keys)",
            [("c-1", "12069", "jobcenter-12069", "benefits")],
        ),
        (
            "In which cases was a gap in cover seen, and is still open?",
            [("c-1", "12069", day("2025-05-01"))],
        ),
        (
            "What was recorded more than a month after the legal date?",
            [("intake", "person-admitted", 1, 99)],
        ),
    ],
)
def test_a_question_has_the_right_answer_for_a_history_that_is_known(
    title: str, rows: list[tuple[Any, ...]]
) -> None:
    with duckdb.connect(":memory:") as conn:
        conn.execute(HISTORY)
        found = conn.execute(QUESTIONS[title]).fetchall()

    assert [row[: len(rows[0])] for row in found] == rows


def test_of_what_was_erased_the_number_is_told() -> None:
    with duckdb.connect(":memory:") as conn:
        conn.execute(HISTORY)
        found = conn.execute(QUESTIONS["What was erased?"]).fetchall()

    assert [(row[0], *row[2:]) for row in found] == [("intake", 3, 1, 1)]


def test_a_line_that_is_still_being_written_is_left_out_and_one_that_is_broken_is_told(
    archive: Archive, tmp_path: Path
) -> None:
    shutil.copytree(archive.folder, tmp_path / "archive")
    [entries] = (tmp_path / "archive/logs/intake/entries").glob("*.jsonl")
    whole = entries.read_bytes()
    count = archive.size("intake")
    question = "SELECT count(*) FROM entry WHERE log = 'intake'"

    for half in (b"{", whole.splitlines()[-1][:-9]):
        entries.write_bytes(whole + half)
        assert ask(Archive(tmp_path / "archive"), question).rows == [(count,)]
    entries.write_bytes(whole.replace(b'"index":0,', b'"index":,'))
    with pytest.raises(NoTable, match="can be read"):
        ask(Archive(tmp_path / "archive"), question)


def test_moments_have_a_zone_and_days_are_those_in_germany(
    archive: Archive, tmp_path: Path
) -> None:
    shutil.copytree(archive.folder, tmp_path / "archive")
    [entries] = (tmp_path / "archive/logs/intake/entries").glob("*.jsonl")
    first, *rest = entries.read_bytes().splitlines(keepends=True)
    late = re.sub(rb'"time":"[^"]*"', b'"time":"2025-06-30T22:30:00.000000Z"', first)
    entries.write_bytes(late + b"".join(rest))

    question = "SELECT recorded_at, recorded_on FROM entry WHERE log = 'intake' AND idx = 0"
    ((at, on),) = ask(Archive(tmp_path / "archive"), question).rows

    assert at == datetime(2025, 6, 30, 22, 30, tzinfo=UTC)
    assert on == day("2025-07-01")


@pytest.mark.parametrize("name", ["entries.parquet", "entries.duckdb"])
def test_only_its_owner_may_read_the_file_and_what_a_killed_run_left_goes(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    left = tmp_path / f".{name}.unfinished"
    left.mkdir()
    (left / f"{name}.wal").write_bytes(b"what a run that was killed left")

    write_table(archive, tmp_path / name)

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


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


@pytest.mark.parametrize(
    ("raised", "told"),
    [("Query interrupted", KeyboardInterrupt), ("something else", RuntimeError)],
)
def test_ctrl_c_that_duckdb_takes_for_an_error_is_ctrl_c(
    raised: str, told: type[BaseException], tmp_path: Path
) -> None:
    with pytest.raises(told), _connected(":memory:", tmp_path):
        raise RuntimeError(raised)
