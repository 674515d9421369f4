"""The answer to a person who asks: their own data, and nobody else's; days as in Germany."""

from datetime import UTC, date, datetime
from typing import Any

from services.platform.audit.answer import Answer, answer
from services.platform.audit.disclosures import Access
from services.platform.audit.following import Step
from services.platform.audit.persons import Known
from services.platform.audit.written import as_markdown
from staffel_contracts.codes import HouseholdKind
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.facts.intake import HouseholdChanged, PossibleDuplicateFound

KNOWN = Known(("c-1",), "p-1", "12069/50-1")
LATE = "2026-05-03T22:30:00.000000Z"
"""Half past midnight of the fourth in Germany."""
HOUSEHOLD = HouseholdChanged(
    household_ref="h-1",
    changed_on=date(2026, 5, 4),
    household_kind=next(iter(HouseholdKind)),
    member_refs=("50-1", "50-secret-2", "50-secret-3"),
)


def step(fact: Fact, actor: str = "caseworker-7", agency: str | None = "district-12069") -> Step:
    leaf = Leaf(
        "intake/7", "x", f"{type(fact).NAME}.v1", "c-1", LATE, None, 7, "12069", actor,
        "caseworker", "command/x", "", None, None, "",
    )  # fmt: skip
    return Step(leaf, fact, agency)


def a_read(agency: str) -> Access:
    groups = ("identity",)
    return Access(LATE, "casework", agency, "secret-9", "caseworker", None, "query/x", groups, 0)


def answered(*steps: Step, reads: tuple[Access, ...] = ()) -> Answer:
    return answer(KNOWN, list(steps), [], list(reads), datetime(2026, 5, 4, 8, tzinfo=UTC))


def values_of(found: Answer) -> dict[str, Any]:
    return {name: value for one in found.held for name, value in one.values}


def test_others_who_are_named_in_an_entry_are_only_counted() -> None:
    found = answered(step(HOUSEHOLD))

    assert found.held[0].data["member_refs"] == ["50-1"]
    assert "50-1; 2 weitere, nicht genannt (Art. 15 Abs. 4 DSGVO)" in values_of(found).values()
    assert "secret" not in as_markdown(found) + str(found.as_json())


def test_a_case_of_somebody_else_is_not_named() -> None:
    fact = PossibleDuplicateFound(other_case="c-99", found_on=date(2026, 5, 4), score=80)
    found = answered(step(fact))

    assert "c-99" not in as_markdown(found) + str(found.as_json())


def test_days_are_those_in_germany() -> None:
    text = as_markdown(answered(step(HOUSEHOLD), reads=(a_read("jobcenter-12069"),)))

    assert "gespeichert am 04.05.2026" in text
    assert "| 04.05.2026 | jobcenter-12069 |" in text


def test_who_read_is_a_recipient_as_well() -> None:
    found = answered(step(HOUSEHOLD), reads=(a_read("jobcenter-12069"), a_read("operator")))

    assert found.recipients == ("jobcenter-12069",)
    assert "| Betrieb der Plattform |" in as_markdown(found)


def test_whose_hand_wrote_it_is_not_told_even_where_the_agency_is_not_known_any_more() -> None:
    found = answered(step(HOUSEHOLD, agency=None), step(HOUSEHOLD, actor="notify", agency=None))

    assert [one.source for one in found.held] == ["eine Stelle", "Staffel (notify)"]
