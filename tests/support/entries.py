"""Entries about one invented person, as intake, casework and the bridge say them."""

from typing import Any

from staffel_contracts.codes import (
    CaseReason,
    FinalityBasis,
    HandoffStatus,
    ProtectionKind,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
    TitleCode,
)
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.sheet import sheet_digest
from tests.support.given import CASE, PERSON, day

SENDER, RECEIVER, STRANGER = "district-12069", "jobcenter-12069", "jobcenter-13074"
DOMAIN = ResponsibilityDomain.BENEFITS
DIGEST = sheet_digest({"given-name": "Samira"})
OPEN_STAGES = (
    HandoffStatus.SUBMITTED,
    HandoffStatus.DELIVERED,
    HandoffStatus.ACKNOWLEDGED,
    HandoffStatus.INFORMATION_REQUESTED,
)


def admitted(on: str = "2024-09-02", **more: Any) -> intake.PersonAdmitted:
    known: dict[str, Any] = {
        "case_id": CASE,
        "person_id": PERSON,
        "file_reference": "50-4711",
        "admitted_on": day(on),
        "agency": SENDER,
        "given_name": "Samira",
        "family_name": "Beispiel",
        "birth_date": day("1994-05-17"),
        "nationality": "475",
        "language": "ar",
        "household_ref": "household-9",
        "address_area": "12069590",
    }
    return intake.PersonAdmitted(**known | more)


def opened(on: str = "2024-09-03") -> intake.CaseOpened:
    return intake.CaseOpened(opened_on=day(on), reason_code=CaseReason.ASSIGNED)


def recognised(
    served_on: str = "2025-03-20", kind: ProtectionKind = ProtectionKind.REFUGEE_S3, **more: Any
) -> intake.AsylumRecognised:
    served = day(served_on)
    dates = {"decided_on": served, "served_on": served, "received_on": served}
    return intake.AsylumRecognised(protection_kind=kind, **dates | more)


def refused(served_on: str = "2025-03-20") -> intake.AsylumRefused:
    served = day(served_on)
    return intake.AsylumRefused(decided_on=served, served_on=served, received_on=served)


def titled(
    issued_on: str = "2025-03-28",
    valid_to: str = "2028-03-27",
    code: TitleCode = TitleCode.S25_2,
) -> intake.ResidenceTitleIssued:
    issued = day(issued_on)
    return intake.ResidenceTitleIssued(
        title_code=code, issued_on=issued, valid_from=issued, valid_to=day(valid_to)
    )


def ends(end_on: str, next_start_on: str, lossfree_on: str) -> casework.EntitlementEndComputed:
    return casework.EntitlementEndComputed(**_end(end_on, next_start_on, lossfree_on))


def ends_after_all(
    end_on: str, next_start_on: str, lossfree_on: str, instead_of: str
) -> casework.EntitlementEndRevised:
    values = _end(end_on, next_start_on, lossfree_on)
    return casework.EntitlementEndRevised(**values, replaces_end_on=day(instead_of))


def goes_on(instead_of: str) -> casework.EntitlementEndWithdrawn:
    return casework.EntitlementEndWithdrawn(
        withdrawn_on=day("2025-04-10"), replaces_end_on=day(instead_of), inputs={}
    )


def _end(end_on: str, next_start_on: str, lossfree_on: str) -> dict[str, Any]:
    return {
        "end_on": day(end_on),
        "next_start_on": day(next_start_on),
        "last_lossfree_on": day(lossfree_on),
        "rule_id": "R01",
        "rule_version": 2,
        "inputs": {},
    }


def sheet(sheet_ref: str = "sheet-1", **more: Any) -> casework.HandoverSheetCompleted:
    known: dict[str, Any] = {
        "sheet_ref": sheet_ref,
        "profile_id": "district-to-jobcenter/1",
        "from_agency": SENDER,
        "to_agency": RECEIVER,
        "effective_on": day("2025-05-01"),
        "lossfree_on": day("2025-05-31"),
        "field_codes": (SheetField.GIVEN_NAME,),
        "digest": DIGEST,
        "fields": {SheetField.GIVEN_NAME: "Samira"},
    }
    return casework.HandoverSheetCompleted(**known | more)


def drafted(handoff_id: str = "draft-1", **more: Any) -> casework.HandoffDrafted:
    known: dict[str, Any] = {
        "handoff_id": handoff_id,
        "domain": DOMAIN,
        "from_agency": SENDER,
        "to_agency": RECEIVER,
        "drafted_on": day("2025-04-04"),
        "effective_on": day("2025-05-01"),
    }
    return casework.HandoffDrafted(**known | more)


def supplied(handoff_id: str, round_: int = 1) -> casework.HandoffInformationSupplied:
    return casework.HandoffInformationSupplied(
        handoff_id=handoff_id,
        supplied_on=day("2025-04-14"),
        item_codes=(SheetField.HEALTH_FUND,),
        fields={SheetField.HEALTH_FUND: "AOK Nordost"},
        round=round_,
    )


def final(on: str = "2025-04-04", basis: FinalityBasis = FinalityBasis.NO_ACTION_FILED) -> Any:
    return casework.AsylumDecisionFinal(finality_on=day(on), basis=basis, asserted_by="rule:R03")


def charged(
    agency: str = SENDER, since: str = "2024-09-02", handoff_id: str | None = None
) -> bridge.ResponsibilityChanged:
    return bridge.ResponsibilityChanged(
        domain=DOMAIN,
        from_agency=SENDER if handoff_id else None,
        to_agency=agency,
        valid_from=day(since),
        handoff_id=handoff_id,
    )


def handed_over(sheet_ref: str = "sheet-1", handoff_id: str = "handoff-1") -> Any:
    return bridge.HandedToJobcenter(
        **_handoff(handoff_id),
        submitted_on=day("2025-04-04"),
        effective_on=day("2025-05-01"),
        lossfree_on=day("2025-05-31"),
        sheet_ref=sheet_ref,
        sheet_digest=DIGEST,
    )


def asked(*items: SheetField, round_: int = 1, handoff_id: str = "handoff-1") -> Any:
    return bridge.HandoffInformationRequested(
        **_handoff(handoff_id),
        requested_on=day("2025-04-10"),
        item_codes=items,
        due_on=day("2025-04-17"),
        round=round_,
    )


def rejected(
    reason: RejectReason = RejectReason.INCOMPLETE, *, resubmittable: bool = True
) -> bridge.HandoffRejected:
    return bridge.HandoffRejected(
        **_handoff(),
        rejected_on=day("2025-04-11"),
        reason_code=reason,
        resubmittable=resubmittable,
    )


def expired() -> bridge.HandoffExpired:
    return bridge.HandoffExpired(**_handoff(), expired_on=day("2025-04-19"))


def accepted() -> bridge.HandoffAccepted:
    return bridge.HandoffAccepted(
        **_handoff(),
        accepted_on=day("2025-04-11"),
        effective_on=day("2025-05-01"),
        accepted_digest=DIGEST,
    )


def pays(starts_on: str = "2025-05-01") -> bridge.BenefitStartNotified:
    return bridge.BenefitStartNotified(
        **_handoff(), notified_on=day("2025-05-02"), starts_on=day(starts_on)
    )


def completed() -> bridge.HandoffCompleted:
    return bridge.HandoffCompleted(
        **_handoff(),
        completed_on=day("2025-05-02"),
        benefit_start_on=day("2025-05-01"),
        days_to_accept=7,
    )


def _handoff(handoff_id: str = "handoff-1") -> dict[str, Any]:
    agencies = {"from_agency": SENDER, "to_agency": RECEIVER}
    return {"handoff_id": handoff_id, "domain": DOMAIN, **agencies}
