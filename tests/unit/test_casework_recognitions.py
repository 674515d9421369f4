"""More protection after a recognition: the last counts, what the first has brought stays."""

from datetime import date
from typing import Any

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import (
    ContestScope,
    FinalityBasis,
    FinalityVariant,
    ProtectionKind,
    SheetField,
)
from staffel_contracts.commands.casework import RecordFinality, ReportCourtAction
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionContested,
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoverSheetCompleted,
)
from tests.support.entries import SENDER, admitted, charged, opened, recognised, titled
from tests.support.given import CASE, Given, day, types

SUBSIDIARY, REFUGEE = ProtectionKind.SUBSIDIARY_S4, ProtectionKind.REFUGEE_S3
COURT, NONE = FinalityBasis.COURT, FinalityBasis.NO_ACTION_FILED


def _upgraded(
    *between: Any, first: ProtectionKind = SUBSIDIARY, today: str = "2025-04-02"
) -> Given:
    """Protection served on 20 March 2025; more is known when a test says so."""
    case = Given(SERVICE, today)
    case.hears(admitted(), opened(), charged(), recognised("2025-03-20", first), *between)
    return case


def _contest(on: str, scope: ContestScope, **more: Any) -> ReportCourtAction:
    return ReportCourtAction(case=CASE, contested_on=day(on), scope=scope, **more)


def _final(on: str, basis: FinalityBasis) -> RecordFinality:
    return RecordFinality(case=CASE, finality_on=day(on), basis=basis)


def test_an_end_that_was_reached_is_not_moved_by_the_better_status() -> None:
    case = _upgraded()
    case.on("2025-05-02")

    said = case.hears(recognised("2026-03-10", REFUGEE)) + case.on("2026-06-01")

    assert types(said) == [AsylumDecisionFinal]
    assert case.last(EntitlementEndComputed).end_on == date(2025, 4, 30)
    assert case.last(AsylbensEnded).ended_on == date(2025, 4, 30)
    assert case.state().end_on == date(2025, 4, 30)


def test_an_end_that_is_still_to_come_is_not_put_off_by_the_better_status() -> None:
    case = _upgraded()
    case.on("2025-04-10")

    said = case.hears(recognised("2025-04-16", REFUGEE)) + case.on("2025-06-01")

    assert EntitlementEndRevised not in types(said)
    assert case.last(AsylbensEnded).ended_on == date(2025, 4, 30)


def test_the_better_status_is_final_by_itself_and_named_by_its_service() -> None:
    case = _upgraded()
    case.on("2025-05-02")

    case.hears(recognised("2026-03-10", REFUGEE))
    said = case.on("2026-03-25")

    assert said == [
        AsylumDecisionFinal(
            finality_on=day("2026-03-25"),
            basis=NONE,
            asserted_by="rule:R03",
            served_on=day("2026-03-10"),
        )
    ]
    assert case.own() == case.folded()


def test_what_was_never_final_is_governed_by_the_better_status() -> None:
    case = _upgraded()
    case.asks(_contest("2025-04-01", ContestScope.PARTIAL), SENDER)

    case.hears(recognised("2025-09-08", REFUGEE))
    case.on("2025-10-15")

    assert case.last(EntitlementEndComputed).end_on == date(2025, 9, 30)


@pytest.mark.parametrize("late", [False, True])
def test_a_judgment_on_the_first_counts_whenever_it_is_recorded(late: bool) -> None:  # noqa: FBT001
    case = _upgraded()
    case.asks(_contest("2025-04-01", ContestScope.PARTIAL), SENDER)
    case.on("2025-09-10")
    better = recognised("2025-09-08", REFUGEE)

    if late:
        case.hears(better)
        case.asks(_final("2025-08-20", COURT), SENDER)
    else:
        case.asks(_final("2025-08-20", COURT), SENDER)
        case.hears(better)
    case.on("2025-10-15")

    assert case.state().end_on == date(2025, 8, 31)
    assert case.own() == case.folded()


def test_a_granted_part_that_was_final_stays_so() -> None:
    case = _upgraded()
    granted = FinalityVariant.GRANTED_PART
    action = _contest("2025-04-01", ContestScope.PARTIAL, finality_variant=granted)
    case.asks(action, SENDER)
    case.on("2025-05-02")

    said = case.hears(recognised("2025-09-08", REFUGEE)) + case.on("2025-12-01")

    assert types(said) == [AsylumDecisionFinal]
    assert case.state().end_on == date(2025, 4, 30)


def test_an_action_against_the_better_status_leaves_the_first_alone() -> None:
    case = _upgraded()
    case.on("2025-05-02")
    case.hears(recognised("2026-03-10", REFUGEE))
    case.on("2026-03-21")

    said = case.asks(_contest("2026-03-20", ContestScope.FULL), SENDER)

    assert types(said) == [AsylumDecisionContested]
    assert case.last(AsylumDecisionContested).served_on == day("2026-03-10")
    assert EntitlementEndWithdrawn not in types(case.on("2026-06-01"))
    assert case.state().end_on == date(2025, 4, 30)


def test_a_removal_ban_ends_nothing_until_the_better_status_is_final() -> None:
    case = _upgraded(first=ProtectionKind.REMOVAL_BAN)
    case.on("2025-06-01")

    case.hears(recognised("2025-06-10", REFUGEE))
    case.on("2025-07-15")

    assert case.last(EntitlementEndComputed).end_on == date(2025, 6, 30)


def test_a_title_of_the_first_still_ends_benefits() -> None:
    case = _upgraded(titled("2025-03-28"))
    case.on("2025-05-02")

    case.hears(recognised("2025-09-08", REFUGEE))
    case.on("2025-12-01")

    assert case.state().end_on == date(2025, 3, 31)


def test_the_sheet_tells_the_status_that_counts() -> None:
    case = _upgraded()
    case.hears(recognised("2025-03-24", REFUGEE))

    case.on("2025-04-08")

    fields = case.last(HandoverSheetCompleted).fields
    assert fields[SheetField.PROTECTION_KIND] == "s25-2"
    assert fields[SheetField.FINALITY] == "2025-04-08 no-action-filed"


def test_what_lies_before_the_first_recognition_is_no_finality() -> None:
    case = _upgraded()
    case.hears(recognised("2025-03-24", REFUGEE))

    with pytest.raises(Refused) as refused:
        case.asks(_final("2025-03-19", FinalityBasis.WAIVER), SENDER)

    assert (refused.value.code, refused.value.field) == ("implausible-dates", "finality_on")
