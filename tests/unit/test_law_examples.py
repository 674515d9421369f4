"""Worked examples of law: facts, the date that follows, and the rule that it follows from."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.casework.law.engine import Computation, Computed
from services.casework.law.given import GivenFacts
from services.casework.law.reading import shipped_rules
from tests import support

FILE = Path(support.__path__[0]) / "law_examples.jsonl"
EXAMPLES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
SERVED = {"decision": "refugee_s3", "served_on": "2025-03-20"}
TITLE = {
    "code": "s25-2",
    "issued_on": "2025-03-28",
    "valid_from": "2025-03-28",
    "valid_to": "2028-03-27",
}


def computed(name: str, facts: dict[str, Any]) -> Computed | None:
    given = GivenFacts.model_validate_json(json.dumps({"land": "BB", **facts}))
    return Computation(shipped_rules(), given.by_name(), given.land).find(name)


@pytest.mark.parametrize("example", EXAMPLES, ids=[one["what"] for one in EXAMPLES])
def test_a_date_follows_from_the_law(example: dict[str, Any]) -> None:
    found = computed(example["name"], example["facts"])

    if example["date"] is None:
        assert found is None
    else:
        assert found is not None
        assert found.date == date.fromisoformat(example["date"])
        assert found.cited.rule == example["rule"]
        assert found.cited.norm
        assert found.inputs


def test_a_fact_that_comes_late_moves_the_end_back() -> None:
    before = computed("asylbens_end_on", SERVED)
    after = computed("asylbens_end_on", SERVED | {"titles": [TITLE]})

    assert before is not None
    assert after is not None
    assert (before.date, after.date) == (date(2025, 4, 30), date(2025, 3, 31))
