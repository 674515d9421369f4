"""casework and the bridge hear each other and intake, in any order that their logs allow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from staffel_contracts.codes import (
    ContestScope,
    FinalityBasis,
    ForwardReason,
    HandoffStatus,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
    WithdrawReason,
)
from staffel_contracts.commands.casework import (
    RecordFinality,
    ReportCourtAction,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    HandoffCompleted,
    HandoffWithdrawn,
    ResponsibilityChanged,
)
from staffel_contracts.sheet import sheet_digest
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted, opened, recognised, titled
from tests.support.given import CASE, day
from tests.support.relay import Relay


@settings(max_examples=60)
@given(choices=st.data())
def test_a_case_goes_from_the_recognition_to_the_first_payment(choices: st.DataObject) -> None:
    relay = Relay("2025-03-28", choices)
    casework, bridge = relay.services["casework"], relay.services["jobcenter_bridge"]
    relay.say("intake", admitted(), opened(), recognised("2025-03-20"))
    relay.settle()
    relay.on("2025-04-07")
    digest = relay.handed.sheet_digest
    relay.answer(ConfirmDelivery, sheet_digest=digest, receipt_ref="receipt-1")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.answer(
        RequestHandoffInformation, item_codes=[SheetField.HEALTH_FUND], due_on="2025-04-14"
    )
    answer = SupplyHandoffInformation(
        case=CASE,
        handoff_id=relay.handed.handoff_id,
        fields={SheetField.HEALTH_FUND: "AOK Nordost"},
    )
    relay.ask("casework", answer, SENDER)
    relay.answer(AcceptHandoff, effective_on="2025-05-01", sheet_digest=digest)
    relay.on("2025-05-06")
    relay.answer(NotifyBenefitStart, starts_on="2025-05-01")

    assert digest == sheet_digest(casework.last(HandoverSheetCompleted).model_dump()["fields"])
    assert relay.handed.submitted_on == day("2025-04-04")
    assert bridge.last(ResponsibilityChanged).valid_from == day("2025-05-01")
    assert bridge.last(HandoffCompleted).days_to_accept == 3
    assert bridge.last(CoverageGapClosed).days == 0
    assert casework.state().handoff.status == HandoffStatus.COMPLETED
    assert casework.state().responsible == RECEIVER
    for service in (casework, bridge):
        assert service.folded() == service.own()
        assert service.pending() == {}


@settings(max_examples=60)
@given(choices=st.data())
def test_a_rejected_case_is_handed_over_again_and_taken(choices: st.DataObject) -> None:
    relay = Relay("2025-03-28", choices)
    relay.say("intake", admitted(), recognised("2025-03-20"), titled("2025-03-28"))
    relay.settle()
    first = relay.handed
    relay.answer(ConfirmDelivery, sheet_digest=first.sheet_digest, receipt_ref="receipt-1")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.answer(RejectHandoff, role="lead", reason_code=RejectReason.INCOMPLETE)
    again = ResubmitHandover(
        case=CASE, handoff_id=first.handoff_id, fields={SheetField.TENANCY: "shared flat, 340 EUR"}
    )
    relay.ask("casework", again, SENDER)
    second = relay.handed
    relay.answer(ConfirmDelivery, sheet_digest=second.sheet_digest, receipt_ref="receipt-2")
    relay.answer(AcknowledgeHandoff, unit_ref="team-7")
    relay.on("2025-04-10")
    relay.answer(AcceptHandoff, effective_on="2025-04-01", sheet_digest=second.sheet_digest)

    assert second.replaces_handoff == first.handoff_id
    assert second.sheet_digest != first.sheet_digest
    changes = [
        f for f in relay.services["jobcenter_bridge"].said if isinstance(f, ResponsibilityChanged)
    ]
    assert [(c.to_agency, c.valid_from) for c in changes] == [
        (SENDER, day("2024-09-02")),
        (RECEIVER, day("2025-04-10")),
    ]


@settings(max_examples=30)
@given(choices=st.data())
def test_an_action_that_becomes_known_late_takes_a_handoff_back_until_the_judgment(
    choices: st.DataObject,
) -> None:
    relay = Relay("2025-03-28", choices)
    casework, bridge = relay.services["casework"], relay.services["jobcenter_bridge"]
    relay.say("intake", admitted(), opened(), recognised("2025-03-20"))
    relay.settle()
    relay.on("2025-04-10")
    first = relay.handed

    action = ReportCourtAction(case=CASE, contested_on=day("2025-04-01"), scope=ContestScope.FULL)
    relay.ask("casework", action, SENDER)
    relay.on("2025-06-02")
    taken_back = bridge.last(HandoffWithdrawn)
    told = [fact for fact in bridge.said if isinstance(fact, CoverageGapDetected)]
    relay.on("2026-02-11")
    judged = RecordFinality(case=CASE, finality_on=day("2026-02-10"), basis=FinalityBasis.COURT)
    relay.ask("casework", judged, SENDER)

    assert (taken_back.handoff_id, taken_back.reason_code) == (
        first.handoff_id,
        WithdrawReason.END_REVISED,
    )
    assert told == []
    assert relay.handed.replaces_handoff == first.handoff_id
    assert relay.handed.effective_on == day("2026-03-01")
    for service in (casework, bridge):
        assert service.folded() == service.own()


def test_a_forwarded_case_gets_one_sheet_for_the_competent_agency() -> None:
    relay = Relay("2025-03-28")
    relay.say("intake", admitted(), recognised("2025-03-20"), titled("2025-03-28"))
    relay.settle()
    relay.take_up(ResponsibilityDomain.BENEFITS)

    reason = ForwardReason.NOT_COMPETENT_LOCAL
    relay.answer(ForwardHandoff, reason_code=reason, forwarded_to=STRANGER)
    relay.take_up(ResponsibilityDomain.BENEFITS)

    sheets = [f for f in relay.casework.said if isinstance(f, HandoverSheetCompleted)]
    assert [sheet.to_agency for sheet in sheets] == [RECEIVER, STRANGER]
