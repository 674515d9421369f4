"""A title that ended: what it brought stays, what it had not brought yet does not come."""

from datetime import date
from typing import Any

import pytest

from services.casework.app import SERVICE
from staffel_contracts.codes import ProtectionKind, SheetField, TitleCode, TitleEndReason
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from staffel_contracts.facts.intake import ResidenceTitleEnded
from tests.support.entries import RECEIVER, admitted, charged, opened, recognised, titled
from tests.support.given import Given, day, types

BAN = ProtectionKind.REMOVAL_BAN
REVOKED, REPLACED = TitleEndReason.REVOKED, TitleEndReason.REPLACED


def _ended(on: str, why: TitleEndReason = REVOKED) -> ResidenceTitleEnded:
    return ResidenceTitleEnded(title_code=TitleCode.S25_2, ended_on=day(on), reason_code=why)


def _case(*heard: Any, kind: ProtectionKind = BAN, today: str = "2025-03-28") -> Given:
    """Protection served on 20 March 2025, a title of three years issued on 28 March."""
    case = Given(SERVICE, today)
    case.hears(admitted(), opened(), charged(), recognised("2025-03-20", kind), titled(), *heard)
    return case


def test_a_title_that_was_revoked_before_benefits_ended_ends_nothing() -> None:
    case = _case()

    said = case.hears(_ended("2025-03-30"))

    assert types(said) == [EntitlementEndWithdrawn]
    assert case.last(EntitlementEndWithdrawn).inputs == {"title_ended_on": "2025-03-30"}
    assert case.state().end_on is None
    assert case.own() == case.folded()


def test_another_ground_governs_once_the_title_is_lost() -> None:
    case = _case(kind=ProtectionKind.REFUGEE_S3)

    case.hears(_ended("2025-03-30"))
    case.on("2025-04-05")

    assert case.state().end_on == date(2025, 4, 30)


def test_the_end_moves_where_the_loss_is_told_late() -> None:
    case = _case(kind=ProtectionKind.REFUGEE_S3)
    case.on("2025-04-10")

    said = case.hears(_ended("2025-03-30"))

    assert types(said)[0] is EntitlementEndRevised
    assert case.state().end_on == date(2025, 4, 30)


@pytest.mark.parametrize(
    ("on", "why"), [("2025-04-01", REVOKED), ("2025-03-30", REPLACED), ("2026-03-27", REVOKED)]
)
def test_what_a_title_has_ended_does_not_begin_again(on: str, why: TitleEndReason) -> None:
    case = _case()
    case.on("2025-04-02")

    said = case.hears(_ended(on, why))

    assert said == []
    assert case.state().end_on == date(2025, 3, 31)


def test_officials_decide_once_another_agency_is_responsible() -> None:
    case = _case(charged(RECEIVER, "2025-04-01", "handoff-1"))

    said = case.hears(_ended("2025-03-30"))

    assert EntitlementEndWithdrawn not in types(said)


def test_a_title_that_nobody_knows_ends_nothing() -> None:
    case = _case()
    other = ResidenceTitleEnded(
        title_code=TitleCode.S25_3, ended_on=day("2025-03-30"), reason_code=REVOKED
    )

    assert case.hears(other) == []


def test_a_title_that_is_issued_after_one_was_lost_ends_benefits() -> None:
    case = _case(_ended("2025-03-30"))

    said = case.hears(titled("2025-05-05", "2028-05-04"))

    assert types(said)[:2] == [EntitlementEndComputed, HandoffDrafted]
    assert case.state().end_on == date(2025, 5, 31)


def test_the_sheet_tells_until_when_a_title_was_valid() -> None:
    case = Given(SERVICE, "2025-03-28")
    case.hears(admitted(), opened(), charged(), recognised("2025-03-20"))
    case.hears(titled("2025-03-24", "2025-06-23"), _ended("2025-04-01"))

    case.on("2025-04-05")

    fields = case.last(HandoverSheetCompleted).fields
    assert fields[SheetField.RESIDENCE_TITLE] == "s25-2 2025-03-24/2025-04-01"
