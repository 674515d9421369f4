"""When benefits end and a sheet is sent: what casework says, whatever comes first."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.app import SERVICE
from services.chassis.legal_calendar import start_of_day
from staffel_contracts.codes import FinalityBasis, ProtectionKind, SheetField
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoffDrafted,
    HandoverSheetCompleted,
)
from staffel_contracts.sheet import sheet_digest
from tests.support.entries import (
    RECEIVER,
    SENDER,
    admitted,
    charged,
    opened,
    recognised,
    refused,
    titled,
)
from tests.support.given import Given, day, types


def _case(today: str = "2025-03-21") -> Given:
    case = Given(SERVICE, today)
    case.hears(admitted(), opened())
    return case


def test_nothing_follows_from_an_admission() -> None:
    case = Given(SERVICE, "2024-09-02")

    assert case.hears(admitted(), opened()) == []
    assert case.pending() == {}


def test_a_recognition_waits_for_the_end_of_the_period_for_action() -> None:
    case = _case()

    assert case.hears(recognised("2025-03-20")) == []
    assert case.pending() == {"finality": start_of_day(day("2025-04-04"))}


def test_finality_the_end_and_the_sheet_follow_on_the_day_after_the_period() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))

    said = case.on("2025-04-04")

    assert types(said) == [
        AsylumDecisionFinal,
        EntitlementEndComputed,
        HandoffDrafted,
        HandoverSheetCompleted,
    ]
    final, ends, draft, sheet = said
    assert isinstance(draft, HandoffDrafted)
    assert (draft.to_agency, draft.handoff_id) == (RECEIVER, sheet.handoff_id)  # type: ignore[attr-defined]
    assert isinstance(final, AsylumDecisionFinal)
    assert (final.finality_on, final.basis) == (day("2025-04-04"), FinalityBasis.NO_ACTION_FILED)
    assert final.asserted_by == "rule:R03"
    assert isinstance(ends, EntitlementEndComputed)
    assert (ends.end_on, ends.next_start_on) == (day("2025-04-30"), day("2025-05-01"))
    assert ends.last_lossfree_on == day("2025-05-31")
    assert isinstance(sheet, HandoverSheetCompleted)
    assert (sheet.effective_on, sheet.lossfree_on) == (day("2025-05-01"), day("2025-05-31"))
    assert case.pending() == {"asylbens-end": start_of_day(day("2025-05-01"))}


def test_one_week_in_special_cases() -> None:
    case = _case()

    case.hears(recognised("2025-03-20", special_period=True))

    assert case.pending() == {"finality": start_of_day(day("2025-03-28"))}


def test_the_sheet_goes_from_the_district_to_its_jobcenter_and_its_digest_can_be_checked() -> None:
    case = _case()
    case.hears(recognised())
    case.on("2025-04-04")

    sheet = case.last(HandoverSheetCompleted)

    assert (sheet.from_agency, sheet.to_agency) == (SENDER, RECEIVER)
    assert sheet.digest == sheet_digest({c.value: v for c, v in sheet.fields.items()})
    assert set(sheet.field_codes) == sheet.fields.keys()
    assert sheet.withheld_codes == ()
    assert sheet.fields[SheetField.ENTITLEMENT_END] == "2025-04-30"
    assert sheet.fields[SheetField.FINALITY] == "2025-04-04 no-action-filed"
    assert not sheet.fields.keys() & {SheetField.TENANCY, SheetField.HEALTH_FUND}


def test_the_receiver_learns_the_paragraph_of_the_title_and_no_more_of_the_decision() -> None:
    case = _case()
    case.hears(recognised(kind=ProtectionKind.SUBSIDIARY_S4))
    case.on("2025-04-04")

    sheet = case.last(HandoverSheetCompleted)

    assert sheet.fields[SheetField.PROTECTION_KIND] == "s25-2"


def test_a_title_of_more_than_six_months_ends_benefits_before_finality() -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"))

    said = case.hears(titled("2025-03-28"))

    assert types(said) == [EntitlementEndComputed, HandoffDrafted, HandoverSheetCompleted]
    ends, _, sheet = said
    assert isinstance(ends, EntitlementEndComputed)
    assert (ends.end_on, ends.rule_id) == (day("2025-03-31"), "R04")
    assert isinstance(sheet, HandoverSheetCompleted)
    assert sheet.fields[SheetField.RESIDENCE_TITLE] == "s25-2 2025-03-28/2028-03-27"
    assert SheetField.FINALITY not in sheet.fields


def test_finality_after_the_title_is_said_and_moves_nothing() -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"), titled("2025-03-28"))

    assert types(case.on("2025-04-04")) == [AsylbensEnded, AsylumDecisionFinal]
    assert case.state().end_on == day("2025-03-31")


def test_a_short_title_ends_nothing() -> None:
    case = _case("2025-03-28")
    case.hears(recognised("2025-03-20"))

    assert case.hears(titled("2025-03-28", "2025-09-27")) == []


def test_an_earlier_title_that_becomes_known_late_revises_the_end_and_edits_no_sheet() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))
    case.on("2025-04-07")

    said = case.hears(titled("2025-03-28"))

    assert types(said) == [EntitlementEndRevised, AsylbensEnded]
    assert case.last(EntitlementEndRevised).end_on == day("2025-03-31")
    assert case.last(EntitlementEndRevised).replaces_end_on == day("2025-04-30")


def test_a_later_title_revises_nothing() -> None:
    case = _case()
    case.hears(recognised("2025-03-20"))
    case.on("2025-06-02")

    assert case.hears(titled("2025-06-02")) == []


def test_the_same_title_twice_changes_nothing() -> None:
    case = _case("2025-03-28")
    case.hears(recognised(), titled())
    before = case.state()

    assert case.hears(titled()) == []
    assert case.state() == before


def test_a_removal_ban_has_no_finality_and_waits_for_the_title() -> None:
    case = _case()

    assert case.hears(recognised(kind=ProtectionKind.REMOVAL_BAN)) == []
    assert case.pending() == {}
    assert case.on("2025-06-02") == []
    said = case.hears(titled("2025-06-02", "2026-06-01"))
    assert types(said) == [EntitlementEndComputed, HandoffDrafted, HandoverSheetCompleted]


def test_a_refusal_hands_nothing_over() -> None:
    case = _case()

    assert case.hears(refused()) == []
    assert case.pending() == {}


def test_news_that_come_late_are_decided_at_once() -> None:
    case = _case("2025-07-01")

    said = case.hears(recognised("2025-03-20"))

    assert types(said) == [
        AsylumDecisionFinal,
        EntitlementEndComputed,
        AsylbensEnded,
        HandoffDrafted,
        HandoverSheetCompleted,
    ]
    assert case.last(AsylumDecisionFinal).finality_on == day("2025-04-04")
    assert case.last(HandoverSheetCompleted).effective_on == day("2025-05-01")
    assert case.pending() == {}


@pytest.mark.parametrize("order", list(permutations([recognised(), titled(), charged()])))
def test_the_order_in_which_others_are_heard_changes_nothing(order: tuple[Fact, ...]) -> None:
    case = _case("2025-07-01")

    case.hears(*order)

    assert case.state().sheet_ref
    assert case.state().finality_on == day("2025-04-04")
    assert case.state().end_on == day("2025-03-31")


def test_the_sheet_waits_until_every_mandatory_field_is_known() -> None:
    case = _case("2025-03-28")

    assert types(case.hears(titled("2025-03-28"))) == [EntitlementEndComputed, HandoffDrafted]
    assert types(case.hears(recognised("2025-03-20"))) == [HandoverSheetCompleted]


def test_fields_that_nobody_knows_are_left_out() -> None:
    case = Given(SERVICE, "2025-07-01")
    case.hears(admitted(household_ref=None, address_area=None), recognised())

    sheet = case.last(HandoverSheetCompleted)

    assert not sheet.fields.keys() & {SheetField.HOUSEHOLD, SheetField.ADDRESS_AREA}


_NEWS = st.lists(
    st.sampled_from(
        [
            recognised("2025-03-20"),
            titled("2025-03-28"),
            titled("2025-06-02"),
            titled("2025-04-01", "2025-08-31"),
            charged(),
        ]
    ),
    unique_by=repr,
)


@given(news=_NEWS, days=st.lists(st.dates(day("2025-03-21"), day("2025-12-31")), max_size=4))
def test_there_is_one_first_end_one_first_sheet_and_the_own_log_gives_the_state(
    news: list[Fact], days: list[object]
) -> None:
    case = _case()
    for passed, fact in zip([*sorted(map(str, days)), *["2025-12-31"] * 5], news, strict=False):
        case.on(passed)
        case.hears(fact)
    case.on("2025-12-31")

    said = types(case.said)

    assert said.count(EntitlementEndComputed) <= 1
    assert said.count(HandoverSheetCompleted) <= 1
    assert said.count(AsylumDecisionFinal) == (recognised() in news)
    assert case.folded() == case.own()
