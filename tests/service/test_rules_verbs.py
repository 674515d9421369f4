"""``staffel rules``: dates from facts in a pipe, explained, and wrong facts told by their field."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.casework.law.given import GivenFacts
from tests.support.cli import Ran, clean_environment, staffel

FACTS = {
    "land": "BB",
    "decision": "refugee_s3",
    "served_on": "2025-03-20",
    "finality": {"basis": "no-action-filed"},
    "birth_date": "1994-05-17",
    "application_filed_on": "2025-06-02",
}


def rules(tmp_path: Path, *words: str, given: str = "") -> Ran:
    return staffel("rules", *words, environment=clean_environment(tmp_path), given=given)


def dates(found: Any) -> dict[str, str]:
    return {one["name"]: one["date"] for one in found["dates"]}


def test_every_date_that_facts_allow_is_computed_from_a_pipe(tmp_path: Path) -> None:
    ran = rules(tmp_path, "compute", "-", "--json", given=json.dumps(FACTS))

    assert (ran.code, ran.err) == (0, "")
    found = dates(ran.json)
    assert found["action_until"] == "2025-04-03"
    assert found["finality_on"] == "2025-04-04"
    assert found["asylbens_end_on"] == "2025-04-30"
    assert found["next_start_on"] == "2025-05-01"
    assert found["last_lossfree_on"] == "2025-05-31"
    assert found["application_counts_from"] == "2025-06-01"
    for one in ran.json["dates"]:
        assert one["rule"]
        assert one["version"] >= 1
        assert one["norm"]
        assert one["inputs"]
    missing = {one["name"]: one["missing"] for one in ran.json["not_computed"]}
    assert missing["grant_until"] == ["benefit_start_on"]


def test_a_file_gives_the_same_as_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS))

    ran = rules(tmp_path, "compute", str(path), "--json")

    assert (
        ran.json["dates"] == rules(tmp_path, "compute", "-", given=json.dumps(FACTS)).json["dates"]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"land": "XX"}, "land"),
        ({"served_at": "2025-03-20"}, "served_at"),
        ({"served_on": "2025-02-30"}, "served_on"),
        ({"served_on": "20.03.2025"}, "served_on"),
        ({"served_on": 20250320}, "served_on"),
        ({"served_on": "1999-03-20"}, "served_on"),
        ({"decision": "refugee"}, "decision"),
        ({"decided_on": "2025-03-21"}, "served_on: before decided_on"),
        ({"birth_date": "2025-03-21"}, "served_on: before birth_date"),
        ({"birth_date": "2025-03-19", "moved_in_on": "2025-03-18"}, "moved_in_on: before birth"),
        (
            {
                "birth_date": "2025-03-19",
                "interim_proofs": [{"kind": "s81-5", "issued_on": "2025-03-18"}],
            },
            "interim_proofs.0.issued_on: before birth_date",
        ),
        (
            {"finality": {"basis": "no-action-filed", "on": "2025-03-28"}},
            "finality.on: before the period for court action is over",
        ),
        ({"finality": {"basis": "waiver"}}, "finality: on"),
        ({"finality": {"basis": "court", "on": "2025-03-19"}}, "finality.on: before served_on"),
        ({"contested": "full"}, "contested"),
        ({"special_period": "yes"}, "special_period"),
        ({"titles": [{"code": "s25-2"}]}, "titles.0.issued_on"),
        (
            {"interim_proofs": [{"kind": "s81-4", "issued_on": "2025-03-20"}]},
            "interim_proofs.0.kind",
        ),
    ],
)
def test_a_fact_that_cannot_be_is_told_with_its_field(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    ran = rules(tmp_path, "compute", "-", given=json.dumps(FACTS | change))

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("given", "twice"),
    [
        ('{"land": "BB", "land": "BE"}', "land"),
        ('{"land": "BB", "finality": {"basis": "waiver", "on": "2025-03-25", "on": null}}', "on"),
    ],
)
def test_a_field_that_stands_twice_is_refused(tmp_path: Path, given: str, twice: str) -> None:
    ran = rules(tmp_path, "compute", "-", given=given)

    assert (ran.code, ran.out) == (2, "")
    assert f"{twice}: stands twice" in ran.err


@pytest.mark.parametrize("given", ["", "[]", "{", '"land"', "\x00"])
def test_what_is_no_object_is_refused(tmp_path: Path, given: str) -> None:
    ran = rules(tmp_path, "compute", "-", given=given)

    assert ran.code == 2
    assert ran.err.startswith("staffel: standard input")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = rules(tmp_path, "compute", str(tmp_path / "none.json"))

    assert ran.code == 2
    assert "none.json" in ran.err


def test_the_rules_in_force_on_a_day_are_listed_with_their_source(tmp_path: Path) -> None:
    before = rules(tmp_path, "list", "--on", "2019-08-20", "--json").json
    after = rules(tmp_path, "list", "--on", "2019-08-21", "--json").json

    assert "R01-old" in {row["rule"] for row in before}
    assert "R01-old" not in {row["rule"] for row in after}
    assert all(row["source"] and row["status"] for row in after)
    assert "R48" not in {
        row["rule"] for row in rules(tmp_path, "list", "--on", "2027-01-01", "--json").json
    }
    off = [row for row in rules(tmp_path, "list", "--json").json if not row["active"]]
    assert {row["rule"] for row in off} == {"R48", "R49"}


def test_what_would_be_published_is_shown_first(tmp_path: Path) -> None:
    words = ("publish", "--valid-from", "2027-01-01", "--source", "BGBl-2026-I-99", "--dry-run")

    found = rules(tmp_path, *words).json

    assert "R01" in found["rule_ids"]
    assert len(found["digest"]) == 64
    assert "entries" not in found


def test_the_page_about_rules_tells_every_field_and_its_example_is_what_comes_out(
    tmp_path: Path,
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (\d{4}-\d\d-\d\d) \|", page, re.MULTILINE))

    found = dates(rules(tmp_path, "compute", "-", "--json", given=example).json)

    assert told.items() <= found.items()
    assert len(told) == 6
    assert all(f"`{name}`" in page for name in GivenFacts.model_fields)
