"""The rules in their wordings, and the small ones that need no case."""

import pytest

from services.casework.entitlement import application_counts_from, first_receipt, last_lossfree_on
from services.casework.rules import RULES, rule_on
from tests.support.facts import day


def test_at_most_one_wording_of_a_rule_holds_on_a_day() -> None:
    days = {rule.valid_from for rule in RULES} | {rule.valid_to for rule in RULES if rule.valid_to}

    for each in days:
        in_force = [rule.rule_id for rule in RULES if rule.holds_on(each)]
        assert len(in_force) == len(set(in_force))


def test_a_rule_governs_from_its_first_to_its_last_day() -> None:
    versions = [rule_on("R01", day(text)) for text in ("2004-12-31", "2019-08-20", "2019-08-21")]

    assert [rule and rule.version for rule in versions] == [None, 1, 2]


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
    with pytest.raises(ValueError, match="empty"):
        first_receipt([])


def test_before_2011_an_application_counted_from_its_day() -> None:
    assert application_counts_from(day("2010-12-20")) == day("2010-12-20")
    assert application_counts_from(day("2011-01-20")) == day("2011-01-01")
    assert last_lossfree_on(day("2010-12-01")) == day("2010-12-01")
    assert last_lossfree_on(day("2011-01-01")) == day("2011-01-31")
