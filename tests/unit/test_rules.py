"""The rules in their wordings, and the small ones that need no case."""

import pytest

from services.casework.entitlement import application_counts_from, first_receipt, last_lossfree_on
from services.casework.law.reading import shipped_rules
from tests.support.facts import day


def test_every_rule_of_the_catalogue_is_there() -> None:
    known = {rule.id for rule in shipped_rules().rules}

    assert {f"R{number:02}" for number in range(1, 50)} <= known


def test_a_rule_governs_from_its_first_to_its_last_day() -> None:
    days = ("2004-12-31", "2019-08-20", "2019-08-21")
    wordings = [shipped_rules().wording("R01", day(text)) for text in days]

    assert [one and one.version for one in wordings] == [None, 1, 2]


def test_a_wording_that_governs_no_more_still_explains_a_date_of_its_time() -> None:
    wording = shipped_rules().version("R01-old", 1)

    assert wording is not None
    assert "final or not" in wording.says
    assert shipped_rules().version("R01", 3) is None


@pytest.mark.parametrize("rule_id", ["R48", "R49"])
def test_what_nobody_has_read_in_the_promulgated_text_is_switched_off(rule_id: str) -> None:
    assert shipped_rules().wording(rule_id, day("2026-12-01")) is None


def test_an_application_of_2_june_loses_all_of_may() -> None:
    counts_from = application_counts_from(day("2025-06-02"))

    assert counts_from == day("2025-06-01")


def test_an_application_of_31_may_loses_nothing() -> None:
    counts_from = application_counts_from(day("2025-05-31"))

    assert counts_from == day("2025-05-01")


def test_the_first_receipt_along_a_chain_counts() -> None:
    received = first_receipt([day("2025-05-28"), day("2025-05-30"), day("2025-06-04")])

    assert received == day("2025-05-28")
    assert application_counts_from(received) == day("2025-05-01")


def test_an_application_nobody_received_has_no_date() -> None:
    with pytest.raises(ValueError, match="received"):
        first_receipt([])


def test_before_2011_an_application_counted_from_its_day() -> None:
    assert application_counts_from(day("2010-12-20")) == day("2010-12-20")
    assert application_counts_from(day("2011-01-20")) == day("2011-01-01")
    assert last_lossfree_on(day("2010-12-01")) == day("2010-12-01")
    assert last_lossfree_on(day("2011-01-01")) == day("2011-01-31")
