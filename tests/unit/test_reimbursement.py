"""Money between agencies is claimed in time: twelve months, not before the decision is known."""

from typing import Any

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import (
    BridgingInstrument,
    OverlapCause,
    OverlapSeverity,
    RefusalCode,
    ReimbursementNorm,
    ReimbursementOutcome,
)
from staffel_contracts.commands.casework import ClaimReimbursement, SettleReimbursement
from staffel_contracts.facts.casework import (
    ReimbursementClaimed,
    ReimbursementDeadlineNear,
    ReimbursementSettled,
)
from staffel_contracts.facts.jobcenter_bridge import BridgingGranted, CoverageOverlapDetected
from tests.support.entries import RECEIVER, SENDER, admitted, charged
from tests.support.given import CASE, Given, day, types

OTHER_DISTRICT = "district-12054"


def doubled(first: str, last: str, found_on: str, cause: OverlapCause) -> CoverageOverlapDetected:
    return CoverageOverlapDetected(
        from_on=day(first),
        to_on=day(last),
        detected_on=day(found_on),
        severity=OverlapSeverity.TO_EXAMINE,
        cause_code=cause,
    )


def bridged(
    instrument: BridgingInstrument = BridgingInstrument.ASYLBENS_CONTINUED,
) -> BridgingGranted:
    return BridgingGranted(
        bridging_ref="b-1",
        instrument=instrument,
        agency=SENDER,
        granted_on=day("2025-05-02"),
        from_on=day("2025-05-01"),
        to_on=day("2025-05-31"),
    )


def claim(claimed_on: str, **more: Any) -> ClaimReimbursement:
    known: dict[str, Any] = {
        "case": CASE,
        "claim_ref": "r-2025-05-01-s104",
        "norm": ReimbursementNorm.S104,
        "claimed_on": day(claimed_on),
        "claimed_from": RECEIVER,
        "from_on": day("2025-05-01"),
        "to_on": day("2025-05-31"),
        "amount_cents": 46_000,
    }
    return ClaimReimbursement(**known | more)


def casework(today: str = "2025-05-02") -> Given:
    given = Given(SERVICE, today)
    given.hears(admitted())
    return given


def near(given: Given) -> list[tuple[str, str]]:
    return [
        (fact.claim_ref, fact.exclusion_on.isoformat())
        for fact in given.said
        if isinstance(fact, ReimbursementDeadlineNear)
    ]


def test_the_district_is_warned_sixty_days_before_twelve_months_are_over() -> None:
    given = casework()
    given.hears(bridged())

    assert given.on("2026-03-31") == []
    assert types(given.on("2026-04-01")) == [ReimbursementDeadlineNear]
    assert near(given) == [("r-2025-05-01-s104", "2026-05-31")]
    assert given.on("2026-12-31") == []


def test_where_the_decision_is_known_later_it_is_warned_again_and_the_claim_is_taken() -> None:
    given = casework()
    given.hears(bridged())
    given.on("2026-07-10")
    given.hears(doubled("2025-05-01", "2025-05-31", "2026-07-10", OverlapCause.BRIDGING))

    assert types(given.on("2027-05-11")) == [ReimbursementDeadlineNear]
    assert near(given)[-1] == ("r-2025-05-01-s104", "2027-07-10")
    (claimed,) = given.asks(claim("2027-05-11"), SENDER)
    assert isinstance(claimed, ReimbursementClaimed)
    assert (claimed.exclusion_on, claimed.decision_known_on) == (
        day("2027-07-10"),
        day("2026-07-10"),
    )
    assert given.on("2027-12-31") == []
    assert given.folded() == given.own()


def test_the_last_day_is_in_time_and_the_next_is_not() -> None:
    given = casework("2026-05-31")

    assert types(given.asks(claim("2026-05-31"), SENDER)) == [ReimbursementClaimed]

    late = casework("2026-06-01")
    with pytest.raises(Refused) as refused:
        late.asks(claim("2026-06-01"), SENDER)
    assert (refused.value.code, refused.value.field) == (RefusalCode.CLAIM_EXCLUDED, "claimed_on")


def test_the_district_may_say_itself_when_it_learnt_of_the_decision() -> None:
    given = casework("2026-07-20")

    (claimed,) = given.asks(claim("2026-07-20", decision_known_on=day("2026-07-10")), SENDER)

    assert isinstance(claimed, ReimbursementClaimed)
    assert claimed.exclusion_on == day("2027-07-10")


def test_nobody_learns_of_a_decision_after_claiming_because_of_it() -> None:
    given = casework("2026-07-20")

    with pytest.raises(Refused) as refused:
        given.asks(claim("2026-07-20", decision_known_on=day("2026-07-21")), SENDER)

    assert (refused.value.code, refused.value.field) == (
        RefusalCode.IMPLAUSIBLE_DATES,
        "decision_known_on",
    )


def test_what_was_paid_provisionally_is_one_claim_under_its_own_paragraph() -> None:
    given = casework()
    given.hears(bridged(BridgingInstrument.PROVISIONAL_S43))
    given.hears(doubled("2025-05-01", "2025-05-31", "2025-06-20", OverlapCause.BRIDGING))

    given.on("2026-12-31")

    assert near(given) == [("r-2025-05-01-s102", "2026-06-20")]


def test_days_that_turn_out_to_be_more_are_one_item() -> None:
    given = casework()
    given.hears(doubled("2025-05-01", "2025-05-10", "2025-05-10", OverlapCause.RETROACTIVE))
    given.hears(doubled("2025-05-01", "2025-05-31", "2025-06-02", OverlapCause.RETROACTIVE))

    given.on("2026-12-31")

    assert near(given) == [("r-2025-05-01-s104", "2026-06-02")]


def test_a_claim_is_made_once_and_settled_once() -> None:
    given = casework("2025-09-01")
    settle = SettleReimbursement(
        case=CASE,
        claim_ref="r-2025-05-01-s104",
        settled_on=day("2025-09-01"),
        outcome=ReimbursementOutcome.PAID,
        amount_cents=46_000,
    )

    with pytest.raises(Refused, match="no open claim"):
        given.asks(settle, SENDER)
    given.asks(claim("2025-09-01"), SENDER)
    with pytest.raises(Refused, match="it was claimed"):
        given.asks(claim("2025-09-01"), SENDER)
    assert types(given.asks(settle, SENDER)) == [ReimbursementSettled]
    with pytest.raises(Refused, match="no open claim"):
        given.asks(settle, SENDER)


@pytest.mark.parametrize("agency", [SENDER, OTHER_DISTRICT])
def test_every_district_that_had_the_person_may_claim(agency: str) -> None:
    given = casework("2025-09-01")
    given.hears(charged(OTHER_DISTRICT, "2025-06-01"))

    assert types(given.asks(claim("2025-09-01"), agency)) == [ReimbursementClaimed]


def test_no_other_agency_claims() -> None:
    given = casework("2025-09-01")

    with pytest.raises(Refused) as refused:
        given.asks(claim("2025-09-01"), OTHER_DISTRICT)

    assert refused.value.code is RefusalCode.NOT_RESPONSIBLE
