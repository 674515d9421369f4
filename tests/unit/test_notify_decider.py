"""Who is told what: feeds by audience, and notices without content."""

from collections.abc import Sequence

import pytest

from services.notify.app import SERVICE
from services.notify.decider import NOTICES
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.client import Disclosed
from staffel_contracts.codes import AgencyKind, BridgingInstrument, ResponsibilityDomain
from staffel_contracts.commands.notify import RecordNoticeOutcome
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.casework import HandoffInformationSupplied
from staffel_contracts.facts.notify import EntryDisclosed, NoticeComposed, NoticeFailed, NoticeSent
from staffel_contracts.ladder import Ladder
from tests.support import entries
from tests.support.given import CASE, Given, day, types
from tests.unit.test_ladder import Agreed

DISTRICT, JOBCENTER = "district-12069", "jobcenter-12069"
NAMES = ("given_name", "family_name", "birth_date", "person_id", "address_area")

MOST_ATTEMPTS = Ladder().notice_attempts


@pytest.fixture
def notify() -> Given:
    return Given(SERVICE, "2025-05-05")


def disclosed(said: Sequence[object]) -> list[EntryDisclosed]:
    return [fact for fact in said if isinstance(fact, EntryDisclosed)]


def test_the_district_sees_its_own_case_without_the_name(notify: Given) -> None:
    (seen,) = disclosed([*notify.hears(entries.admitted())])

    assert seen.agency == DISTRICT
    assert not set(NAMES) & set(seen.view["data"])
    assert seen.view["entry"] == "intake/0"


def test_a_jobcenter_sees_nothing_of_a_case_before_it_is_handed_over(notify: Given) -> None:
    said = notify.hears(entries.admitted(), entries.opened(), entries.recognised())
    said += notify.hears(entries.ends("2025-04-30", "2025-05-01", "2025-05-31"), entries.sheet())

    assert {fact.agency for fact in disclosed([*said])} == {DISTRICT}


def test_a_handoff_is_seen_by_both_and_a_notice_reminds_the_receiver(notify: Given) -> None:
    notify.hears(entries.admitted())

    said = notify.hears(entries.handed_over())

    assert {fact.agency for fact in disclosed([*said])} == {DISTRICT, JOBCENTER}
    (notice,) = [fact for fact in said if isinstance(fact, NoticeComposed)]
    assert (notice.recipient, notice.template) == (JOBCENTER, "handoff-waiting")


def test_whoever_is_asked_to_bridge_is_told_although_it_rejected_the_handoff(
    notify: Given,
) -> None:
    notify.hears(entries.admitted(), entries.charged(), entries.handed_over(), entries.rejected())
    asked = bridge.BridgingRequested(
        bridging_ref="bridging-1",
        instrument=BridgingInstrument.PROVISIONAL_S43,
        agency=JOBCENTER,
        requested_on=day("2025-05-02"),
        due_on=day("2025-06-02"),
    )

    assert {fact.agency for fact in disclosed(notify.hears(asked))} == {DISTRICT, JOBCENTER}


def test_a_sheets_fields_never_travel_by_feed(notify: Given) -> None:
    notify.hears(entries.admitted(), entries.handed_over())

    said = disclosed([*notify.hears(entries.sheet(), entries.supplied("handoff-1"))])

    assert [one.agency for one in said] == [DISTRICT, DISTRICT, JOBCENTER]
    assert not [one for one in said if "fields" in one.view["data"]]
    assert "AOK" not in str(said)
    assert "Samira" not in str(said)


def test_a_receiver_reads_that_its_question_was_answered(notify: Given) -> None:
    notify.hears(entries.admitted(), entries.handed_over())
    seen = disclosed([*notify.hears(entries.supplied("handoff-1"))])[1].view

    read = Disclosed(0, seen["type"], CASE, seen).fact

    assert isinstance(read, HandoffInformationSupplied)
    assert (read.handoff_id, read.fields) == ("handoff-1", {})


def test_whoever_has_one_domain_is_told_nothing_of_another(notify: Given) -> None:
    elsewhere, social = "district-12054", "social-assistance-12069"
    notify.hears(entries.admitted(), entries.charged())
    notify.hears(entries.charged(elsewhere, "2025-04-01", "handoff-1"))
    housing = {"domain": ResponsibilityDomain.ACCOMMODATION}
    begun = entries.charged().model_copy(update=housing)
    sent = entries.handed_over("sheet-2", "handoff-2")

    said = notify.hears(begun, sent.model_copy(update=housing | {"to_agency": social}))

    assert {one.agency for one in disclosed(said)} == {entries.SENDER, social}
    said = notify.hears(entries.handed_over("sheet-3", "handoff-3"))
    assert elsewhere in {one.agency for one in disclosed(said)}
    assert social not in {one.agency for one in disclosed(said)}


def outcome(notice_id: str, attempt: int, error: str | None = None) -> RecordNoticeOutcome:
    return RecordNoticeOutcome(
        case=CASE, notice_id=notice_id, channel="smtp", attempt=attempt, error=error
    )


def test_a_notice_fails_is_tried_again_and_is_sent_once(notify: Given) -> None:
    notify.hears(entries.admitted(), entries.handed_over())
    notice = notify.last(NoticeComposed).notice_id

    failed = notify.asks(outcome(notice, 1, "smtp-550"), "notify")
    sent = notify.asks(outcome(notice, 2), "notify")
    again = notify.asks(outcome(notice, 3), "notify")

    assert types(failed) == [NoticeFailed]
    assert types(sent) == [NoticeSent]
    assert again == []


def test_a_notice_is_given_up_in_the_end(notify: Given) -> None:
    notify.hears(entries.admitted(), entries.handed_over())
    notice = notify.last(NoticeComposed).notice_id

    notify.asks(outcome(notice, MOST_ATTEMPTS, "smtp-550"), "notify")

    assert notify.last(NoticeFailed).given_up
    assert notify.asks(outcome(notice, MOST_ATTEMPTS + 1), "notify") == []


def test_a_notice_to_an_agency_without_a_mailbox_is_given_up_at_once(notify: Given) -> None:
    notify.hears(entries.admitted(), entries.handed_over())
    notice = notify.last(NoticeComposed).notice_id

    notify.asks(outcome(notice, 1, "no-address"), "notify")

    assert notify.last(NoticeFailed).given_up


def test_an_agency_agrees_how_often_it_is_written_to(notify: Given) -> None:
    notify.directory = Agreed(JOBCENTER, notice_attempts=3)
    notify.hears(entries.admitted(), entries.handed_over())
    notice = notify.last(NoticeComposed).notice_id

    notify.asks(outcome(notice, 2, "smtp-550"), "notify")
    before = notify.last(NoticeFailed).given_up
    notify.asks(outcome(notice, 3, "smtp-550"), "notify")

    assert (before, notify.last(NoticeFailed).given_up) == (False, True)


def test_an_unknown_notice_says_nothing(notify: Given) -> None:
    notify.hears(entries.admitted())

    assert notify.asks(outcome("n-unknown", 1), "notify") == []


def test_every_audience_names_fields_of_its_fact_and_a_basis() -> None:
    for fact, kinds in AUDIENCES.items():
        for audience in kinds.values():
            assert audience.fields <= set(fact.model_fields)
            assert audience.basis


def test_no_audience_of_a_jobcenter_has_a_name_in_it() -> None:
    seen = {
        field
        for kinds in AUDIENCES.values()
        for field in kinds.get(AgencyKind.JOBCENTER, (frozenset(), ""))[0]
    }

    assert not seen & {*NAMES, "fields"}


def test_whatever_reminds_is_also_disclosed() -> None:
    assert set(NOTICES) <= set(AUDIENCES)
