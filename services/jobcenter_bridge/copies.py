"""What the others said of a person: copies, each a fold of one log alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.chassis.decider import Heard
from services.chassis.replacing import replace
from staffel_contracts.codes import AgencyKind, ResponsibilityDomain
from staffel_contracts.facts.casework import (
    CaseClosed,
    CaseReopened,
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoffDraftDropped,
    HandoffDrafted,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
)
from staffel_contracts.facts.intake import ConsentGiven, ConsentRevoked, PersonAdmitted


@dataclass(frozen=True, slots=True)
class Admission:
    """What intake said: who the person is, and which district took them in."""

    key: str
    person_id: str | None = None
    district: str = ""
    agency: str | None = None
    admitted_on: date | None = None
    consents: dict[str, dict[str, str]] = field(default_factory=dict)
    """By reference, in domains that pass by consent: kind, recipient, valid_to, revoked_on."""


@dataclass(frozen=True, slots=True)
class Benefits:
    """What casework said of a domain: last draft, sheet and answer; of benefits also the end."""

    key: str
    person_id: str | None = None
    district: str = ""
    end_on: date | None = None
    next_start_on: date | None = None
    last_lossfree_on: date | None = None
    sheet_ref: str | None = None
    sheet_digest: str | None = None
    from_agency: str | None = None
    to_agency: str | None = None
    effective_on: date | None = None
    lossfree_on: date | None = None
    replaces_handoff: str | None = None
    answered_handoff: str | None = None
    answered_round: int = 0
    sheet_domain: str = ResponsibilityDomain.BENEFITS.value
    to_kind: str = AgencyKind.JOBCENTER.value
    sheet_handoff: str | None = None
    """The handoff that the last sheet is for, as it was drafted."""
    draft_id: str | None = None
    draft_to: str | None = None
    drafted_on: date | None = None
    draft_effective_on: date | None = None
    """The day that an official set; none where it follows from the computed end."""
    closed_on: date | None = None
    """The district closed the case."""
    close_reason: str | None = None
    draft_submit_days: int | None = None
    """By how many days before the end the sender submits, where it is not the usual number."""


def evolve_admission(copy: Admission, heard: Heard[Any]) -> Admission:
    """Keep who was admitted, by whom, and what the person consents to."""
    fact = heard.fact
    if isinstance(fact, ConsentGiven | ConsentRevoked):
        return _consented(copy, fact)
    if not isinstance(fact, PersonAdmitted):
        return copy
    return replace(
        copy,
        person_id=heard.person,
        district=heard.district,
        agency=fact.agency,
        admitted_on=fact.admitted_on,
    )


def _consented(copy: Admission, fact: ConsentGiven | ConsentRevoked) -> Admission:
    """A consent that was taken back is kept: what it was given for ends with it."""
    ref, known = fact.consent_ref, copy.consents.get(fact.consent_ref)
    if isinstance(fact, ConsentGiven):
        given = {"kind": fact.consent_kind.value, "recipient": fact.recipient}
        given |= {"valid_to": fact.valid_to.isoformat()}
        return replace(copy, consents=copy.consents | {ref: given})
    if known is None:
        return copy
    ended = known | {"revoked_on": fact.revoked_on.isoformat()}
    return replace(copy, consents=copy.consents | {ref: ended})


def evolve_benefits(copy: Benefits, heard: Heard[Any]) -> Benefits:
    """Keep when benefits end, the last sheet, and which question was answered last."""
    fold = _BENEFITS.get(type(heard.fact))
    if fold is None:
        return copy
    return fold(replace(copy, person_id=heard.person, district=heard.district), heard.fact)


def _ends(copy: Benefits, fact: EntitlementEndComputed | EntitlementEndRevised) -> Benefits:
    return replace(
        copy,
        end_on=fact.end_on,
        next_start_on=fact.next_start_on,
        last_lossfree_on=fact.last_lossfree_on,
    )


def _goes_on(copy: Benefits, _: EntitlementEndWithdrawn) -> Benefits:
    """Neither a draft nor a sheet waits any longer that rested on the end."""
    by_law = copy.draft_effective_on is None
    rested = copy.effective_on == copy.next_start_on
    none = {"end_on": None, "next_start_on": None, "last_lossfree_on": None}
    draft = {"draft_id": None, "draft_to": None, "drafted_on": None} if by_law else {}
    sheet = {"sheet_ref": None} if rested else {}
    gone: dict[str, Any] = none | draft | sheet
    return replace(copy, **gone)


def _sheet(copy: Benefits, fact: HandoverSheetCompleted) -> Benefits:
    """A sheet ends the draft before it."""
    return replace(
        copy,
        draft_id=None,
        draft_to=None,
        drafted_on=None,
        sheet_ref=fact.sheet_ref,
        sheet_digest=fact.digest,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        effective_on=fact.effective_on,
        lossfree_on=fact.lossfree_on,
        replaces_handoff=fact.replaces_handoff,
        to_kind=fact.to_kind.value,
        sheet_domain=fact.domain.value,
        sheet_handoff=fact.handoff_id,
        draft_effective_on=None,
    )


def _drafted(copy: Benefits, fact: HandoffDrafted) -> Benefits:
    return replace(
        copy,
        draft_id=fact.handoff_id,
        draft_to=fact.to_agency,
        drafted_on=fact.drafted_on,
        draft_effective_on=fact.effective_on if fact.by_hand else None,
        draft_submit_days=fact.submit_days_before_end,
    )


def _dropped(copy: Benefits, fact: HandoffDraftDropped) -> Benefits:
    """Neither the draft nor a sheet that was made for it waits any longer."""
    if fact.handoff_id == copy.draft_id:
        return replace(copy, draft_id=None, draft_to=None, drafted_on=None, draft_effective_on=None)
    return replace(copy, sheet_ref=None) if fact.handoff_id == copy.sheet_handoff else copy


def _closed(copy: Benefits, fact: CaseClosed) -> Benefits:
    return replace(copy, closed_on=fact.closed_on, close_reason=fact.reason_code.value)


def _reopened(copy: Benefits, _: CaseReopened) -> Benefits:
    return replace(copy, closed_on=None, close_reason=None)


def _answered(copy: Benefits, fact: HandoffInformationSupplied) -> Benefits:
    return replace(copy, answered_handoff=fact.handoff_id, answered_round=fact.round)


_BENEFITS: dict[type[Any], Callable[[Benefits, Any], Benefits]] = {
    EntitlementEndComputed: _ends,
    EntitlementEndRevised: _ends,
    EntitlementEndWithdrawn: _goes_on,
    HandoverSheetCompleted: _sheet,
    HandoffInformationSupplied: _answered,
    HandoffDrafted: _drafted,
    HandoffDraftDropped: _dropped,
    CaseClosed: _closed,
    CaseReopened: _reopened,
}
