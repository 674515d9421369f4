"""Several domains of one person on real databases: whoever has one of them sees that one alone."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.casework.tables import HandoverSheetRow
from services.jobcenter_bridge.tables import HandoffRecordRow
from services.notify.tables import FeedRow
from staffel_contracts.codes import CloseReason, ConsentKind
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.casework import CloseCase, DraftHandoff, RecordSheetPrinted
from staffel_contracts.commands.intake import RecordConsent, RevokeConsent
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    NotifyBenefitStart,
    RequestHandoff,
)
from tests.service.test_replay import PERSON, admit, recognise
from tests.support.entries import RECEIVER, SENDER, STRANGER
from tests.support.given import day
from tests.support.homely import NAMES
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

HANDED = HandoffRecordRow.__table__  # type: ignore[attr-defined]
SHEET = HandoverSheetRow.__table__  # type: ignore[attr-defined]
FEED = FeedRow.__table__  # type: ignore[attr-defined]
SOCIAL, YOUTH = "social-assistance-12069", "youth-office-12069"


@pytest.fixture(params=["sqlite", "postgresql"])
def on_either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """All four services on SQLite, and once more on PostgreSQL; it is 7 January 2025."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with ExitStack() as stack:
        urls = {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}
        yield stack.enter_context(new_house(urls, tmp_path, "2025-01-07"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """All four services; it is 7 January 2025."""
    urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
    with new_house(urls, tmp_path, "2025-01-07") as house:
        yield house


def handed(house: House, domain: Domain) -> dict[str, Any]:
    rows = house.rows("jobcenter_bridge", HANDED)
    return next(row for row in rows if row["key"].endswith(f"/{domain.value}"))


def draft(house: House, case: str, domain: Domain, to: str, on: str) -> dict[str, Any]:
    wish = DraftHandoff(case=case, domain=domain, to_agency=to, effective_on=day(on))
    return house.ask(wish, SENDER)


def take_over(house: House, case: str, domain: Domain, on: str) -> None:
    row = handed(house, domain)
    which = {"case": case, "handoff_id": row["handoff_id"], "domain": domain}
    to, digest = row["to_agency"], row["sheet_digest"]
    house.ask(ConfirmDelivery(**which, sheet_digest=digest, receipt_ref="receipt-1"), to)
    house.ask(AcknowledgeHandoff(**which, unit_ref="team-7"), to)
    told = house.ask(AcceptHandoff(**which, sheet_digest=digest, effective_on=day(on)), to)
    assert "entries" in told, told


def feed(house: House, agency: str) -> list[tuple[str, str]]:
    """What an agency was told: types, and the domain where one is named."""
    events = [r["event"] for r in house.rows("notify", FEED) if r["id"].startswith(f"{agency}/")]
    return [(e["type"].rpartition(".")[0], e["data"].get("domain", "")) for e in events]


def in_spring(house: House, household_ref: str | None = None) -> str:
    """Recognised, and handed over for benefits by the clock; housing goes elsewhere by hand."""
    case = admit(house, household_ref=household_ref)
    house.on("2025-03-21")
    recognise(house)
    house.on("2025-04-07")
    draft(house, case, Domain.ACCOMMODATION, SOCIAL, "2025-05-01")
    return case


def test_two_agencies_answer_for_two_domains_and_each_sees_its_own(on_either: House) -> None:
    house = on_either
    case = in_spring(house)
    take_over(house, case, Domain.ACCOMMODATION, "2025-05-01")
    take_over(house, case, Domain.BENEFITS, "2025-05-01")
    house.on("2025-05-02")

    assert house.faults() == []
    named = house.query("jobcenter_bridge", "responsibility", SENDER, case=case)["domains"]
    assert named["benefits"] == RECEIVER
    assert named["accommodation"] == SOCIAL
    assert named["health-cover"] == SENDER
    assert {domain for _, domain in feed(house, SOCIAL)} == {"accommodation"}
    assert {domain for _, domain in feed(house, RECEIVER)} <= {"benefits", ""}
    both = house.query("jobcenter_bridge", "handoffs", SENDER, case=case)["handoffs"]
    one = house.query("jobcenter_bridge", "handoffs", SENDER, case=case, domain="accommodation")
    assert {row["domain"] for row in both} == {"benefits", "accommodation"}
    assert [row["to_agency"] for row in one["handoffs"]] == [SOCIAL]


def test_a_sheet_of_a_domain_is_read_by_its_receiver_and_holds_what_that_needs(
    house: House,
) -> None:
    case = in_spring(house)
    sheet_ref = handed(house, Domain.ACCOMMODATION)["sheet_ref"]

    shown = house.query("casework", "handover-sheet", SOCIAL, sheet_ref=sheet_ref)
    other = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet_ref)

    assert (shown["domain"], shown["profile_id"]) == (
        "accommodation",
        "accommodation-to-social-assistance/1",
    )
    assert shown["fields"].keys() == {"given-name", "family-name", "birth-date", "language"}
    assert other["code"] == "not-the-receiver"
    take_over(house, case, Domain.ACCOMMODATION, "2025-05-01")
    house.on("2025-05-02")
    late = house.query("casework", "handover-sheet", SENDER, sheet_ref=sheet_ref)
    own = handed(house, Domain.BENEFITS)["sheet_ref"]
    assert late["code"] == "status-only"
    assert "fields" in house.query("casework", "handover-sheet", SENDER, sheet_ref=own)
    wish = RecordSheetPrinted(case=case, sheet_ref=sheet_ref, pdf_digest="ab" * 32)
    assert house.ask(wish, SENDER)["code"] == "status-only"
    assert "entries" in house.ask(wish, SOCIAL)


def test_each_open_domain_is_in_the_queue_of_whoever_has_to_act(house: House) -> None:
    case = in_spring(house)
    draft(house, case, Domain.LABOUR_INTEGRATION, RECEIVER, "2025-05-01")

    mine = house.query("jobcenter_bridge", "queue", RECEIVER)["items"]
    theirs = house.query("jobcenter_bridge", "queue", SOCIAL)["items"]

    assert [item["domain"] for item in mine] == ["benefits", "labour-integration"]
    assert [item["domain"] for item in theirs] == ["accommodation"]
    assert {item["task"] for item in (*mine, *theirs)} == {"confirm-delivery"}


def test_whoever_asks_for_a_person_of_a_closed_case_waits_in_a_queue(on_either: House) -> None:
    house = on_either
    case = in_spring(house)
    early = CloseCase(case=case, closed_on=day("2025-04-07"), reason_code=CloseReason.HANDED_OVER)
    assert house.ask(early, SENDER)["code"] == "illegal-transition"
    take_over(house, case, Domain.BENEFITS, "2025-05-01")
    house.on("2025-05-12")
    which = {"case": case, "handoff_id": handed(house, Domain.BENEFITS)["handoff_id"]}
    house.ask(NotifyBenefitStart(**which, starts_on=day("2025-05-01")), RECEIVER)
    late = early.model_copy(update={"closed_on": day("2025-05-12")})
    assert "entries" in house.ask(late, SENDER)

    house.ask(RequestHandoff(case=case, application_received_on=day("2025-05-12")), STRANGER)

    (item,) = house.query("jobcenter_bridge", "queue", RECEIVER)["items"]
    assert (item["case"], item["stage"], item["task"]) == (case, "completed", "answer-request")
    assert house.faults() == []


def test_timelines_of_a_domain_are_shown_to_who_has_to_do_with_it(house: House) -> None:
    case = in_spring(house)
    line = {"case": case, "domain": "accommodation", "from": "2025-04-30", "to": "2025-05-01"}
    take_over(house, case, Domain.ACCOMMODATION, "2025-05-01")
    house.on("2025-05-02")

    shown = house.query("jobcenter_bridge", "timelines", SENDER, **line)
    stranger = house.query("jobcenter_bridge", "timelines", STRANGER, **line)
    untouched = house.query(
        "jobcenter_bridge", "timelines", SENDER, **line | {"domain": "health-cover"}
    )
    wrong = house.query("jobcenter_bridge", "timelines", SENDER, **line | {"domain": "housing"})

    assert [one["responsible"] for one in shown["days"]] == [SENDER, SOCIAL]
    assert (shown["coverage"], shown["gaps"]) == ([], [])
    assert stranger["code"] == "not-found"
    assert [one["responsible"] for one in untouched["days"]] == [SENDER, SENDER]
    assert (wrong["code"], wrong["field"]) == ("invalid", "domain")


def test_cases_are_listed_by_domain_with_what_stands_against_a_handoff_in_it(
    on_either: House,
) -> None:
    house = on_either
    case = in_spring(house)

    def blocked(domain: Domain, **params: str) -> list[str | None]:
        listed = house.query("casework", "cases", SENDER, domain=domain.value, **params)
        return [one["blocked"] for one in listed["cases"] if one["case"] == case]

    assert blocked(Domain.ACCOMMODATION) == ["handoff-open"]
    assert blocked(Domain.HEALTH_COVER) == [None]
    assert blocked(Domain.INTEGRATION_COUNSELLING, to_agency=YOUTH) == ["consent-missing"]
    assert blocked(Domain.INTEGRATION_COUNSELLING) == [None]
    consent(house, YOUTH)
    assert blocked(Domain.INTEGRATION_COUNSELLING, to_agency=YOUTH) == [None]
    take_over(house, case, Domain.ACCOMMODATION, "2025-05-01")
    house.on("2025-05-02")
    assert blocked(Domain.ACCOMMODATION) == []
    theirs = house.query("casework", "cases", SOCIAL, domain="accommodation")["cases"]
    assert [(one["case"], one["status"]) for one in theirs] == [(case, "completed")]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"domain": "housing"}, "domain"),
        ({"domain": "labour-integration", "to_agency": SOCIAL}, "to_agency"),
        ({"after": 7}, "after"),
    ],
)
def test_a_list_of_cases_is_refused_by_the_field_that_is_wrong(
    house: House, params: dict[str, Any], field: str
) -> None:
    refused = house.query("casework", "cases", SENDER, **params)

    assert (refused["code"], refused["field"]) == ("invalid", field)


def test_a_household_shows_each_members_receiver_and_day_by_domain(house: House) -> None:
    case = in_spring(house, household_ref="H-1")
    other = admit(house, file_reference="50-2", household_ref="H-1")
    draft(house, other, Domain.ACCOMMODATION, YOUTH, "2025-06-01")
    take_over(house, case, Domain.BENEFITS, "2025-05-01")
    consent(house, YOUTH)
    draft(house, case, Domain.INTEGRATION_COUNSELLING, YOUTH, "2025-05-01")
    house.on("2025-05-02")

    members = house.query("casework", "household", SENDER, household_ref="H-1")["members"]

    shown = {one["case"]: one["domains"] for one in members}
    housed = shown[case]["accommodation"]
    assert (housed["responsible"], housed["to_agency"], housed["effective_on"]) == (
        SENDER,
        SOCIAL,
        "2025-05-01",
    )
    assert shown[case]["benefits"]["responsible"] == RECEIVER
    assert shown[other]["accommodation"]["to_agency"] == YOUTH
    assert shown[other]["accommodation"]["effective_on"] == "2025-06-01"
    assert shown[other].keys() == {"benefits", "accommodation"}
    (seen,) = house.query("casework", "household", RECEIVER, household_ref="H-1")["members"]
    assert seen["domains"].keys() == {"benefits"}


def test_a_sheet_shows_the_household_in_its_own_domain(house: House) -> None:
    in_spring(house, household_ref="H-1")
    other = admit(house, file_reference="50-2", household_ref="H-1")
    sheet_ref = handed(house, Domain.ACCOMMODATION)["sheet_ref"]
    before = house.query("casework", "handover-sheet", SOCIAL, sheet_ref=sheet_ref)["household"]

    draft(house, other, Domain.ACCOMMODATION, YOUTH, "2025-06-01")

    (after,) = house.query("casework", "handover-sheet", SOCIAL, sheet_ref=sheet_ref)["household"]
    assert [(one["to_agency"], one["next_start_on"]) for one in before] == [(None, None)]
    assert (after["to_agency"], after["end_on"], after["next_start_on"]) == (
        YOUTH,
        "2025-05-31",
        "2025-06-01",
    )
    assert after["responsible"] == SENDER


def consent(house: House, recipient: str) -> None:
    house.ask(
        RecordConsent(
            **PERSON,
            consent_ref="consent-1",
            consent_kind=ConsentKind.COUNSELLING_SUMMARY,
            recipient=recipient,
            given_on=day("2025-04-07"),
            valid_to=day("2026-04-07"),
        ),
        SENDER,
    )


def test_counselling_goes_back_with_the_consent_and_the_receiver_reads_nothing_more(
    house: House,
) -> None:
    case = in_spring(house)
    refused = draft(house, case, Domain.INTEGRATION_COUNSELLING, YOUTH, "2025-05-01")
    consent(house, YOUTH)
    draft(house, case, Domain.INTEGRATION_COUNSELLING, YOUTH, "2025-05-01")
    sheet_ref = handed(house, Domain.INTEGRATION_COUNSELLING)["sheet_ref"]
    before = house.query("casework", "handover-sheet", YOUTH, sheet_ref=sheet_ref)

    house.ask(
        RevokeConsent(**PERSON, consent_ref="consent-1", revoked_on=day("2025-04-07")), SENDER
    )

    assert refused["code"] == "consent-missing"
    assert before["fields"].keys() == {"given-name", "family-name", "language"}
    row = handed(house, Domain.INTEGRATION_COUNSELLING)
    assert (row["status"], row["reason_code"]) == ("withdrawn", "consent-ended")
    after = house.query("casework", "handover-sheet", YOUTH, sheet_ref=sheet_ref)
    assert after["code"] == "not-the-receiver"
    assert feed(house, YOUTH)[-1] == ("handoff-withdrawn", "integration-counselling")
    assert house.faults() == []
