"""Rules are files: what they say is computed, and a file that is wrong names its place."""

import tomllib
from datetime import date

import pytest

from services.casework.law.engine import Computation, RuleSet
from services.casework.law.reading import UnreadableRules, read_rules, shipped_rules
from services.casework.law.wording import Rule, condition, step_named

RULE = """
[[rule]]
id = "R15"
kind = "S"
[[rule.wording]]
version = 1
says = "an advance is paid within one calendar month"
norm = "§ 42 SGB I"
valid_from = 2005-01-01
valid_to = 2026-12-31
source = "a test"
status = "law"
gives = [{ date = "advance_due_on", of = "advance_requested_on", steps = ["+1 month"] }]
[[rule.wording]]
version = 2
says = "an advance is paid within two weeks"
norm = "§ 42 SGB I n.F."
valid_from = 2027-01-01
source = "a test"
status = "law"
gives = [{ date = "advance_due_on", of = "advance_requested_on", steps = ["+2 weeks"] }]
"""


def rules(text: str) -> RuleSet:
    return read_rules({"one.toml": text.encode()})


def due(found_rules: RuleSet, requested_on: date) -> date | None:
    found = Computation(found_rules, {"advance_requested_on": requested_on}, "BB")
    due_on = found.find("advance_due_on")
    return due_on.date if due_on else None


def test_a_change_of_law_is_a_file() -> None:
    folder = rules(RULE)

    assert due(folder, date(2026, 12, 31)) == date(2027, 1, 31)
    assert due(folder, date(2027, 1, 1)) == date(2027, 1, 15)


def test_what_is_switched_off_computes_nothing() -> None:
    folder = rules(RULE.replace('status = "law"', 'status = "law"\nactive = false'))

    assert due(folder, date(2026, 12, 31)) is None


def test_the_digest_tells_one_set_of_rules_from_another() -> None:
    first = rules(RULE).digest

    assert rules(RULE + "\n# read again\n").digest != first
    assert len(shipped_rules().digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"+1 month"', '"+1 moon"', "R15: wording.0.gives.0.steps"),
        ('kind = "S"', 'kind = "X"', "R15: kind"),
        ("version = 2", "version = 1", "version 1 stands twice"),
        ("valid_from = 2027-01-01", "valid_from = 2026-01-01", "hold on the same day"),
        ("valid_from = 2005-01-01", "valid_since = 2005-01-01", "R15: wording.0.valid_from"),
        ("[[rule]]", "[rule", "no [[rule]] tables"),
        ('norm = "§ 42 SGB I"', "", "R15: wording.0.norm"),
        ('of = "advance_requested_on"', "of = []", "R15: wording.0.gives.0.of"),
        ('steps = ["+1 month"]', 'when = ["sometimes"]', "R15: wording.0.gives.0.when"),
    ],
)
def test_a_file_that_is_wrong_names_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(UnreadableRules) as error:
        rules(RULE.replace(old, new, 1))

    assert "one.toml" in str(error.value)
    assert place in str(error.value)


def test_a_rule_that_stands_in_two_files_is_refused() -> None:
    twice = {"one.toml": RULE.encode(), "two.toml": RULE.encode()}

    with pytest.raises(UnreadableRules, match="R15: stands twice"):
        read_rules(twice)


def test_rules_that_lead_in_a_circle_are_told() -> None:
    circle = RULE.replace('of = "advance_requested_on"', 'of = "advance_due_on"')

    with pytest.raises(RecursionError, match="circle"):
        _circle(circle)


def _circle(text: str) -> None:
    tables = tomllib.loads(text)["rule"]
    found = RuleSet([Rule.model_validate(table) for table in tables], "0" * 64)
    Computation(found, {}, "BB").find("advance_due_on")


@pytest.mark.parametrize("text", ["", "+ 1 day", "+1 decade", "roll", "period six months"])
def test_a_step_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no step"):
        step_named(text)


@pytest.mark.parametrize("text", ["", "known", "served_on maybe", "a after b then c"])
def test_a_condition_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        condition(text)
