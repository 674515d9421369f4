"""How long a closed case is kept, what a hold stops, and what is said when a person is erased."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.casework.decider import decide, due, evolve
from services.casework.handoff_copy import HandoffKnown
from services.casework.person_copy import Person
from services.casework.retaining import RETENTION, erase, kept, only_stored, periods
from services.casework.state import Case
from services.casework.views import restriction_rows
from services.chassis.decider import Due, Erasing, Heard, Refused
from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import (
    CloseReason,
    ErasureBasis,
    HandoffStatus,
    HoldReason,
    RefusalCode,
    ReopenReason,
    RestrictionReason,
    Retention,
)
from staffel_contracts.facts import casework as facts
from tests.support.given import day

CLOSED = facts.CaseClosed(closed_on=day("2026-03-02"), reason_code=next(iter(CloseReason)))
KNOWN = Case(
    "c-1", person=Person("c-1", person_id="p-1", district="12069", agency="district-12069")
)
OVER = day("2036-03-02")
ERASED = facts.SubjectErased(
    erased_on=day("2036-04-01"), erasure_basis=ErasureBasis.REQUESTED, key_id="k-1"
)


def closed(case: Case = KNOWN) -> Case:
    return evolve(case, CLOSED)


def held(case: Case, until: str) -> Case:
    hold = facts.LegalHoldSet(
        hold_ref="h-1",
        set_on=day("2026-04-01"),
        until=day(until),
        reason_code=next(iter(HoldReason)),
    )
    return evolve(case, hold)


AT_THE_END = start_of_day(OVER + timedelta(days=1))


def at_the_end(case: Case, moment: datetime = AT_THE_END) -> list[Any]:
    return decide(case, Due(RETENTION, moment, "new"), moment)


def erasing(basis: str | None = "requested", heard: Any = None) -> Erasing:
    return Erasing("c-1", "k-1", basis, heard, {})


def now(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def test_every_period_names_its_norm_and_its_source() -> None:
    assert {Retention.CASE_FILE, Retention.COURSE, Retention.REIMBURSEMENT} <= periods().keys()
    assert all(period.norm and period.source for period in periods().values())


def test_an_open_case_is_kept() -> None:
    assert kept(KNOWN) is None
    assert RETENTION not in due(KNOWN)


def test_a_closed_case_is_due_when_the_last_day_of_its_longest_period_is_over() -> None:
    case = closed()

    assert due(case)[RETENTION] == start_of_day(OVER + timedelta(days=1))
    assert at_the_end(case, start_of_day(OVER)) == []
    assert at_the_end(case) == [
        facts.RetentionDue(due_on=OVER, retention=Retention.CASE_FILE, on_hold=False)
    ]


@pytest.mark.parametrize(
    ("closed_on", "last_day"),
    [
        ("2024-02-29", "2034-02-28"),
        ("2026-02-28", "2036-02-28"),
        ("2026-03-31", "2036-03-31"),
        ("2026-12-31", "2036-12-31"),
    ],
)
def test_ten_years_end_with_the_day_of_the_same_number_or_the_last_of_its_month(
    closed_on: str, last_day: str
) -> None:
    case = evolve(KNOWN, CLOSED.model_copy(update={"closed_on": day(closed_on)}))

    assert kept(case) == (day(last_day), Retention.CASE_FILE)
    assert due(case)[RETENTION] == start_of_day(day(last_day) + timedelta(days=1))


def test_it_is_said_once() -> None:
    [fact] = at_the_end(closed())

    case = evolve(closed(), fact)

    assert RETENTION not in due(case)
    assert case.retention_due_on == OVER


def test_a_case_that_was_reopened_is_not_due() -> None:
    reopened = facts.CaseReopened(
        reopened_on=day("2027-01-04"), reason_code=next(iter(ReopenReason))
    )

    assert RETENTION not in due(evolve(closed(), reopened))


def test_a_hold_is_named_with_the_proposal() -> None:
    [fact] = at_the_end(held(closed(), "2036-12-31"))

    assert fact.on_hold


def test_a_hold_stops_an_erasure_until_its_last_day() -> None:
    case = held(KNOWN, "2026-12-31")

    with pytest.raises(Refused) as refused:
        erase(case, erasing(), now("2026-12-31"))

    assert refused.value.code is RefusalCode.LEGAL_HOLD
    assert erase(case, erasing(), now("2027-01-01"))


def test_of_several_holds_the_last_day_counts() -> None:
    court = facts.LegalHoldSet(
        hold_ref="h-2",
        set_on=day("2026-04-01"),
        until=day("2026-06-30"),
        reason_code=HoldReason.COURT_ACTION,
    )
    case = evolve(held(KNOWN, "2026-12-31"), court)

    with pytest.raises(Refused) as refused:
        erase(case, erasing(), now("2026-07-01"))

    assert refused.value.code is RefusalCode.LEGAL_HOLD


@pytest.mark.parametrize(
    ("case", "today"), [(KNOWN, "2036-03-03"), (closed(), "2036-03-02"), (closed(), "2026-03-03")]
)
def test_nobody_is_erased_because_a_period_is_over_that_is_not(case: Case, today: str) -> None:
    with pytest.raises(Refused) as refused:
        erase(case, erasing("retention-over"), now(today))

    assert refused.value.code is RefusalCode.ILLEGAL_TRANSITION
    assert refused.value.field == "basis"
    assert erase(case, erasing("requested"), now(today))


def test_on_the_day_after_the_last_of_its_period_a_case_is_erased() -> None:
    assert erase(closed(), erasing("retention-over"), now("2036-03-03"))


def only_stored_until(
    until: date | None,
    case: Case = KNOWN,
    reason: RestrictionReason = RestrictionReason.NEEDED_FOR_CLAIMS,
) -> Case:
    restricted = facts.ProcessingRestricted(
        restricted_on=day("2026-04-01"), reason_code=reason, until=until
    )
    return evolve(case, restricted)


def test_of_two_restrictions_one_is_lifted_and_the_other_stands() -> None:
    both = only_stored_until(None, only_stored_until(None), RestrictionReason.ACCURACY_CONTESTED)
    lifted = only_stored_until(day("2026-04-30"), both)
    neither = only_stored_until(day("2026-04-30"), lifted, RestrictionReason.ACCURACY_CONTESTED)

    assert only_stored(lifted, day("2026-05-01"))
    assert not only_stored(neither, day("2026-05-01"))


def test_a_restriction_with_a_last_day_ends_none_that_is_open() -> None:
    open_ended = only_stored_until(None, reason=RestrictionReason.ACCURACY_CONTESTED)
    until = only_stored_until(day("2026-12-31"), open_ended)
    fact = facts.ProcessingRestricted(
        restricted_on=day("2026-04-01"),
        reason_code=RestrictionReason.NEEDED_FOR_CLAIMS,
        until=day("2026-12-31"),
    )

    assert only_stored(until, day("2027-01-01"))
    assert restriction_rows(fact, until) == [
        {"case_id": "c-1", "restricted_on": day("2026-04-01"), "until": None}
    ]


@pytest.mark.parametrize("until", [None, day("2026-12-31")])
@pytest.mark.parametrize("basis", ["retention-over", "unlawful"])
def test_what_may_only_be_stored_is_not_erased_by_the_office_alone(
    basis: str, until: date | None
) -> None:
    with pytest.raises(Refused) as refused:
        erase(only_stored_until(until), erasing(basis), now("2026-12-31"))

    assert refused.value.code is RefusalCode.PROCESSING_RESTRICTED


@pytest.mark.parametrize(
    ("basis", "until"),
    [("unlawful", day("2026-12-30")), ("requested", None), ("court-order", None)],
)
def test_it_is_erased_when_that_is_over_or_the_person_or_a_court_wants_it(
    basis: str, until: date | None
) -> None:
    assert erase(only_stored_until(until), erasing(basis), now("2026-12-31"))


def test_a_handoff_that_nobody_decided_about_stops_an_erasure() -> None:
    waiting = HandoffKnown("c-1", status=HandoffStatus.SUBMITTED.value)

    with pytest.raises(Refused) as refused:
        erase(replace(KNOWN, handoff=waiting), erasing(), now("2026-12-31"))

    assert refused.value.code is RefusalCode.HANDOFF_OPEN


def test_nobody_who_is_not_known_is_erased() -> None:
    with pytest.raises(Refused) as refused:
        erase(Case("c-1"), erasing(), now("2026-12-31"))

    assert refused.value.code is RefusalCode.NOT_FOUND


def test_what_is_said_of_an_erasure_holds_no_personal_data() -> None:
    [fact] = erase(KNOWN, erasing("court-order"), now("2036-04-01"))

    assert fact == facts.SubjectErased(
        erased_on=day("2036-04-01"), erasure_basis=ErasureBasis.COURT_ORDER, key_id="k-1"
    )


def test_what_was_decided_already_is_said_again_whatever_stands_against_it() -> None:
    heard: Heard[Any] = Heard(ERASED, "casework", 7, "c-1", None, "12069", now("2036-04-01"), "new")

    said = erase(held(KNOWN, "2099-12-31"), erasing(None, heard), now("2036-05-01"))

    assert said == [ERASED]


def test_of_an_erased_case_only_the_day_is_known() -> None:
    case = evolve(Case("c-1"), ERASED)

    assert case == Case("c-1", erased_on=day("2036-04-01"))
    assert due(case) == {}
