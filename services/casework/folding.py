"""The state after each own fact; it looks at nothing but the fact."""

from collections.abc import Callable
from typing import Any

from services.casework import courses, finality, handing, recording, reimbursement, retaining
from services.casework.domains import in_domain, put_back
from services.casework.state import Case
from services.chassis.replacing import replace
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionContested,
    AsylumDecisionFinal,
    CourseEnrolled,
    CourseStarted,
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
    HandoffDraftDropped,
    HandoffDrafted,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
    ReimbursementClaimed,
    ReimbursementDeadlineNear,
    ReimbursementSettled,
    RetentionDue,
    SubjectErased,
)


def evolve(state: Case, fact: Fact) -> Case:
    """The state after an own fact."""
    if type(fact) in recording.RECORDED.facts:
        return recording.recorded(state, fact)
    step = _EVOLVE.get(type(fact))
    if step is None:
        return state
    domain = getattr(fact, "domain", ResponsibilityDomain.BENEFITS)
    return put_back(state, step(in_domain(state, domain.value), fact))


def _ends(state: Case, fact: EntitlementEndComputed | EntitlementEndRevised) -> Case:
    return replace(
        state,
        end_on=fact.end_on,
        next_start_on=fact.next_start_on,
        last_lossfree_on=fact.last_lossfree_on,
        rule_id=fact.rule_id,
        computations=state.computations + 1,
    )


def _goes_on(state: Case, _: EntitlementEndWithdrawn) -> Case:
    """Neither the draft nor the sheet that rested on the end counts any longer."""
    none = {"end_on": None, "next_start_on": None, "last_lossfree_on": None, "rule_id": None}
    by_law = state.draft_effective_on is None
    draft = {"draft_id": None, "draft_to": None} if by_law else {}
    sheet = {"sheet_ref": None, "sheet_handoff": None} if state.sheet_by_law else {}
    gone: dict[str, Any] = none | draft | sheet
    return replace(state, **gone, computations=state.computations + 1)


def _drafted(state: Case, fact: HandoffDrafted) -> Case:
    effective_on = fact.effective_on if fact.by_hand else None
    return replace(
        state,
        draft_id=fact.handoff_id,
        draft_to=fact.to_agency,
        draft_effective_on=effective_on,
        draft_again_on=fact.household_again_on,
    )


def _ended(state: Case, fact: AsylbensEnded) -> Case:
    return replace(state, ended_on=fact.ended_on)


def _completed(state: Case, fact: HandoverSheetCompleted) -> Case:
    """A sheet ends the draft before it."""
    supplied = {code.value: fact.fields[code] for code in fact.supplied_codes}
    return replace(
        state,
        draft_id=None,
        sheet_ref=fact.sheet_ref,
        sheet_replaces=fact.replaces_handoff,
        sheet_handoff=fact.handoff_id or state.sheet_handoff,
        sheet_effective_on=fact.effective_on,
        sheet_by_law=state.draft_effective_on is None,
        supplied=state.supplied | supplied,
    )


def _answered(state: Case, fact: HandoffInformationSupplied) -> Case:
    supplied = {code.value: value for code, value in fact.fields.items()}
    return replace(
        state,
        supplied=state.supplied | supplied,
        answered_handoff=fact.handoff_id,
        answered_round=fact.round,
    )


_EVOLVE: dict[type[Fact], Callable[[Case, Any], Case]] = {
    AsylumDecisionFinal: finality.final,
    AsylumDecisionContested: finality.contested,
    EntitlementEndWithdrawn: _goes_on,
    EntitlementEndComputed: _ends,
    EntitlementEndRevised: _ends,
    HandoverSheetCompleted: _completed,
    HandoffInformationSupplied: _answered,
    CourseEnrolled: courses.enrolled,
    CourseStarted: courses.started,
    HandoffDrafted: _drafted,
    HandoffDraftDropped: handing.dropped,
    AsylbensEnded: _ended,
    ReimbursementDeadlineNear: reimbursement.noted,
    ReimbursementClaimed: reimbursement.noted,
    ReimbursementSettled: reimbursement.noted,
    RetentionDue: retaining.due_for_erasure,
    SubjectErased: retaining.erased,
}
