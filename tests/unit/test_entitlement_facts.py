"""Facts that contradict each other or the law are refused."""

from typing import Any

import pytest

from services.casework.entitlement_facts import (
    Contest,
    Facts,
    ImplausibleFact,
    InterimProof,
    ProofKind,
)
from tests.support.facts import day, title

SERVED_IN_2025: dict[str, Any] = {
    "land": "BB",
    "decided_on": day("2025-03-13"),
    "served_on": day("2025-03-20"),
}
IMPLAUSIBLE: list[tuple[dict[str, Any], str, str]] = [
    ({"decided_on": day("2004-12-31")}, "decided_on", "outside-kept-law"),
    ({"served_on": day("2100-01-01")}, "served_on", "outside-kept-law"),
    ({"served_on": day("2025-03-12")}, "served_on", "served-before-decided"),
    ({"waiver_on": day("2025-03-19")}, "waiver_on", "final-before-served"),
    (
        {"court_final_on": day("2025-03-19"), "contest": Contest.FULL},
        "court_final_on",
        "final-before-served",
    ),
    ({"served_on": None, "waiver_on": day("2025-03-12")}, "waiver_on", "final-before-served"),
    ({"court_final_on": day("2026-02-10")}, "court_final_on", "court-without-action"),
]


@pytest.mark.parametrize(("more", "field", "rule"), IMPLAUSIBLE)
def test_facts_that_cannot_be_true_are_refused(more: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(ImplausibleFact) as refused:
        Facts(**(SERVED_IN_2025 | more))

    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize(
    ("issued_on", "valid_from", "valid_to", "field", "rule"),
    [
        ("2025-03-28", "2025-03-28", "2025-03-27", "title.valid_to", "ends-before-start"),
        ("2025-03-28", "2024-03-28", "2025-03-27", "title.valid_to", "ends-before-issue"),
        ("2004-12-31", "2005-01-01", "2008-01-01", "title.issued_on", "outside-kept-law"),
        ("2025-01-01", "2100-01-01", "2108-01-01", "title.valid_from", "outside-kept-law"),
    ],
)
def test_a_title_that_cannot_be_true_is_refused(
    issued_on: str, valid_from: str, valid_to: str, field: str, rule: str
) -> None:
    with pytest.raises(ImplausibleFact) as refused:
        title(issued_on, valid_to, valid_from)

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_proof_from_before_the_law_is_refused() -> None:
    with pytest.raises(ImplausibleFact, match=r"proof\.issued_on: outside-kept-law"):
        InterimProof(ProofKind.INTERIM_CERTIFICATE, day("2004-12-31"))


def test_a_refusal_tells_no_date_of_the_person() -> None:
    with pytest.raises(ImplausibleFact) as refused:
        Facts(**(SERVED_IN_2025 | {"served_on": day("2025-03-12")}))

    assert "2025" not in str(refused.value)
