"""What the district may do about a handoff: answer a question, hand over again."""

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import (
    FinalityBasis,
    HandBackCause,
    RefusalCode,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import (
    RecordFinality,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    EntitlementEndRevised,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
)
from staffel_contracts.facts.jobcenter_bridge import HandedBackToDistrict
from tests.support.entries import (
    RECEIVER,
    SENDER,
    accepted,
    admitted,
    asked,
    charged,
    completed,
    expired,
    handed_over,
    pays,
    recognised,
    rejected,
)
from tests.support.given import CASE, Given, day, types

FUND = {SheetField.HEALTH_FUND: "AOK Nordost"}


def _handed_over(*facts: Fact) -> Given:
    """A case whose sheet was submitted; then this was heard of it."""
    case = Given(SERVICE, "2025-04-04")
    case.hears(admitted(), charged(), recognised("2025-03-20"))
    case.hears(handed_over(case.state().sheet_ref), *facts)
    return case


def _answer(
    fields: dict[SheetField, str] | None = None, handoff_id: str = "handoff-1"
) -> SupplyHandoffInformation:
    return SupplyHandoffInformation(case=CASE, handoff_id=handoff_id, fields=fields or FUND)


def _again(
    fields: dict[SheetField, str] | None = None, handoff_id: str = "handoff-1"
) -> ResubmitHandover:
    return ResubmitHandover(case=CASE, handoff_id=handoff_id, fields=fields or {})


def _refusal(case: Given, command: Command, agency: str = SENDER) -> Refused:
    before = case.state()
    with pytest.raises(Refused) as refusal:
        case.asks(command, agency)
    assert case.state() == before
    return refusal.value


def test_the_district_answers_the_question_that_is_open() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND, SheetField.TENANCY))

    (answer,) = case.asks(_answer(), SENDER)

    assert isinstance(answer, HandoffInformationSupplied)
    assert answer.item_codes == (SheetField.HEALTH_FUND,)
    assert (answer.handoff_id, answer.round) == ("handoff-1", 1)
    assert answer.supplied_on == day("2025-04-04")


def test_a_question_is_answered_once() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))
    case.asks(_answer(), SENDER)

    assert _refusal(case, _answer()).code is RefusalCode.ILLEGAL_TRANSITION


def test_a_second_question_is_answered_again() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))
    case.asks(_answer(), SENDER)
    case.hears(asked(SheetField.TENANCY, round_=2))

    (answer,) = case.asks(_answer({SheetField.TENANCY: "shared flat, 340 EUR"}), SENDER)

    assert isinstance(answer, HandoffInformationSupplied)
    assert answer.round == 2


def test_nothing_leaves_that_was_not_asked_for() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))

    refusal = _refusal(case, _answer(FUND | {SheetField.TENANCY: "shared flat"}))

    assert (refusal.code, refusal.field) == (RefusalCode.INVALID, "fields.tenancy")


def test_only_the_district_of_the_case_answers() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))

    assert _refusal(case, _answer(), "district-13074").code is RefusalCode.NOT_THE_SENDER


def test_only_the_current_handoff_is_answered() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))

    assert _refusal(case, _answer(handoff_id="handoff-7")).code is RefusalCode.HANDOFF_OTHER


@pytest.mark.parametrize("heard", [(), (rejected(),), (expired(),), (accepted(),)])
def test_without_an_open_question_there_is_nothing_to_answer(heard: tuple[Fact, ...]) -> None:
    assert _refusal(_handed_over(*heard), _answer()).code is RefusalCode.ILLEGAL_TRANSITION


@pytest.mark.parametrize("command", [_answer(), _again()])
def test_before_anything_was_handed_over_there_is_no_handoff(command: Command) -> None:
    case = Given(SERVICE, "2025-03-21")
    case.hears(admitted(), recognised())

    assert _refusal(case, command).code is RefusalCode.NO_HANDOFF


@pytest.mark.parametrize("heard", [rejected(), expired()])
def test_the_district_hands_over_again_with_what_was_missing(heard: Fact) -> None:
    case = _handed_over(heard)
    first = case.last(HandoverSheetCompleted)

    (sheet,) = case.asks(_again(FUND), SENDER)

    assert isinstance(sheet, HandoverSheetCompleted)
    assert sheet.replaces_handoff == "handoff-1"
    assert sheet.sheet_ref != first.sheet_ref
    assert sheet.fields == first.fields | FUND
    assert sheet.supplied_codes == (SheetField.HEALTH_FUND,)
    assert sheet.digest != first.digest


def test_what_was_answered_before_is_in_the_next_sheet() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))
    case.asks(_answer(), SENDER)
    case.hears(rejected())

    (sheet,) = case.asks(_again({SheetField.TENANCY: "shared flat"}), SENDER)

    assert isinstance(sheet, HandoverSheetCompleted)
    assert sheet.fields[SheetField.HEALTH_FUND] == "AOK Nordost"
    assert sheet.supplied_codes == (SheetField.TENANCY, SheetField.HEALTH_FUND)


def test_a_corrected_name_stays_corrected() -> None:
    case = _handed_over(rejected(RejectReason.IDENTITY_UNCLEAR))
    case.asks(_again({SheetField.FAMILY_NAME: "Beispiel-Muster"}), SENDER)
    case.hears(handed_over("casework-9", "handoff-2"))
    case.hears(rejected().model_copy(update={"handoff_id": "handoff-2"}))

    (sheet,) = case.asks(_again(FUND, "handoff-2"), SENDER)

    assert isinstance(sheet, HandoverSheetCompleted)
    assert sheet.fields[SheetField.FAMILY_NAME] == "Beispiel-Muster"


def test_it_is_handed_over_again_only_once() -> None:
    case = _handed_over(rejected())
    case.asks(_again(FUND), SENDER)

    assert _refusal(case, _again(FUND)).code is RefusalCode.HANDOFF_OPEN


def test_some_reasons_lead_elsewhere() -> None:
    case = _handed_over(rejected(RejectReason.OVER_AGE, resubmittable=False))

    assert _refusal(case, _again()).code is RefusalCode.NOT_RESUBMITTABLE


@pytest.mark.parametrize(
    "heard",
    [
        (),
        (asked(SheetField.HEALTH_FUND),),
        (accepted(),),
        (accepted(), charged(RECEIVER, "2025-05-01", "handoff-1")),
        (accepted(), charged(RECEIVER, "2025-05-01", "handoff-1"), completed()),
    ],
)
def test_while_a_handoff_is_open_or_taken_it_is_not_handed_over_again(
    heard: tuple[Fact, ...],
) -> None:
    refusal = _refusal(_handed_over(*heard), _again())

    assert refusal.code is RefusalCode.ILLEGAL_TRANSITION
    assert "resubmit-handover in state" in refusal.detail


@pytest.mark.parametrize("code", [SheetField.ENTITLEMENT_END, SheetField.FINALITY])
def test_nobody_writes_by_hand_what_a_rule_computes(code: SheetField) -> None:
    refusal = _refusal(_handed_over(rejected()), _again({code: "2025-12-31"}))

    assert (refusal.code, refusal.field) == (RefusalCode.INVALID, f"fields.{code.value}")


def test_only_the_district_hands_over_again() -> None:
    refusal = _refusal(_handed_over(rejected()), _again(), RECEIVER)

    assert refusal.code is RefusalCode.NOT_THE_SENDER


def test_the_own_log_gives_the_state() -> None:
    case = _handed_over(asked(SheetField.HEALTH_FUND))
    case.asks(_answer(), SENDER)
    case.hears(rejected())
    case.asks(_again({SheetField.TENANCY: "shared flat"}), SENDER)

    assert case.folded() == case.own()


def test_a_revised_end_makes_no_sheet_while_the_person_is_being_handed_back() -> None:
    case = _handed_over(accepted())
    case.hears(_back("2025-04-12"))
    case.on("2025-09-15")
    by_court = RecordFinality(case=CASE, finality_on=day("2025-09-12"), basis=FinalityBasis.COURT)

    said = case.asks(by_court, SENDER)

    assert EntitlementEndRevised in types(said)
    assert HandoverSheetCompleted not in types(said)


def test_whoever_pays_goes_on_with_what_it_took_over_although_it_had_handed_it_back() -> None:
    case = _handed_over(accepted(), charged(RECEIVER, "2025-05-01", "handoff-1"))
    back = _back("2025-05-06")
    named = {"from_agency": RECEIVER, "to_agency": SENDER, "handoff_id": "back-1"}
    case.hears(back, rejected().model_copy(update=named))

    case.hears(pays(), completed())

    known = case.state().handoff
    assert (known.handoff_id, known.to_agency, known.status) == ("handoff-1", RECEIVER, "completed")
    assert known.benefit_start_on == day("2025-05-01")


def _back(on: str) -> HandedBackToDistrict:
    return HandedBackToDistrict(
        handoff_id="back-1",
        domain=ResponsibilityDomain.BENEFITS,
        from_agency=RECEIVER,
        to_agency=SENDER,
        handed_back_on=day(on),
        effective_on=max(day(on), day("2025-05-01")),
        cause=HandBackCause.TITLE_LOST,
        reverses_handoff="handoff-1",
        sheet_digest=accepted().accepted_digest,
    )
