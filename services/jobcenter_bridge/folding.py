"""The state after each own fact; it looks at nothing but the fact."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from services.chassis.replacing import replace
from services.jobcenter_bridge import covering
from services.jobcenter_bridge.recording import RECORDED, recorded
from services.jobcenter_bridge.standing import KEPT, beside, going_on, set_aside, standing
from services.jobcenter_bridge.state import NOT_COMPETENT, OVER, Handoff
from staffel_contracts.codes import AgencyKind, HandoffStatus, ResponsibilityDomain, kind_of
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

_DAY = timedelta(days=1)


def evolve(state: Handoff, fact: Fact) -> Handoff:
    """The state after an own fact."""
    if type(fact) in RECORDED.facts:
        return recorded(state, fact)
    fold = _FOLDS.get(type(fact)) or covering.FOLDS.get(type(fact))
    return fold(state, fact) if fold else state


# -- the handoff ---------------------------------------------------------------------------------


def _requested(state: Handoff, fact: bridge.HandoffRequested) -> Handoff:
    """The last that asks is answered; by the day, and with the receipt, of whoever was first."""
    asked = {"handoff_id": fact.handoff_id, "agency": fact.to_agency}
    asked["requested_on"] = fact.requested_on.isoformat()
    firsts = {"received_on": fact.application_received_on, "answer_by": fact.answer_by}
    for name, day in firsts.items():
        days = [state.request.get(name), day and day.isoformat()]
        if known := [one for one in days if one]:
            asked[name] = min(known)
    return replace(state, request=asked)


def _submitted(state: Handoff, fact: bridge.HandoffSubmission) -> Handoff:
    """A new handoff; of the one before nothing remains but its chain, where it was forwarded."""
    replaced = fact.replaces_handoff is not None
    forwarded = replaced and state.status == HandoffStatus.FORWARDED
    chain = [*state.chain, state.to_agency or ""] if forwarded else []
    return replace(
        _begun(state),
        status=HandoffStatus.SUBMITTED.value,
        handoff_id=fact.handoff_id,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        to_kind=getattr(fact, "to_kind", AgencyKind.JOBCENTER).value,
        sheet_ref=fact.sheet_ref,
        sheet_digest=fact.sheet_digest,
        submitted_sheet=fact.sheet_ref,
        submitted_on=fact.submitted_on,
        effective_on=fact.effective_on,
        lossfree_on=fact.lossfree_on,
        replaces_handoff=fact.replaces_handoff,
        first_received_on=fact.first_received_on,
        ladder=fact.ladder.model_dump(mode="json") if fact.ladder else {},
        chain=chain,
        first_asked=_first_asked(state) if replaced else None,
    )


def _first_asked(state: Handoff) -> str | None:
    """Whoever said first that it is not competent, while nobody takes over (§ 43 Abs. 1 SGB I)."""
    rejected = state.status == HandoffStatus.REJECTED and state.reason_code in NOT_COMPETENT
    disputed = rejected or state.status == HandoffStatus.FORWARDED
    asked = state.first_asked or (state.to_agency if disputed else None)
    return asked if HandoffStatus(state.status) in OVER else None


def _begun(state: Handoff) -> Handoff:
    """What a new handoff begins with; an application that was answered is not about it."""
    kept = {name: getattr(state, name) for name in KEPT}
    return Handoff(state.key, **kept | {"application": state.open_application})


def _handed_back(state: Handoff, fact: bridge.HandedBackToDistrict) -> Handoff:
    """A handoff in the other direction: what the district accepts is the fact itself."""
    return replace(
        _begun(state),
        standing=beside(state),
        status=HandoffStatus.SUBMITTED.value,
        handoff_id=fact.handoff_id,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        to_kind=AgencyKind.DISTRICT.value,
        sheet_ref=fact.handoff_id,
        sheet_digest=fact.sheet_digest,
        submitted_on=fact.handed_back_on,
        effective_on=fact.effective_on,
        lossfree_on=fact.effective_on,
        replaces_handoff=fact.reverses_handoff,
        ladder=fact.ladder.model_dump(mode="json") if fact.ladder else {},
    )


def _pays(state: Handoff, fact: bridge.BenefitStartNotified) -> Handoff:
    """Whoever pays goes on with what it took over, although it had begun to hand it back."""
    return covering.pays(going_on(state, fact.handoff_id), fact)


def _reversed(state: Handoff, fact: bridge.HandoffReversed) -> Handoff:
    """Both are over; the chain goes on with what the one that was accepted had received."""
    before, status = standing(state), HandoffStatus.REVERSED
    received = (before.first_received_on, state.first_received_on)
    return replace(
        _over(state, status, fact.reversed_on),
        standing=set_aside(_over(before, status, fact.reversed_on)),
        first_received_on=min((day for day in received if day), default=None),
        chain=before.chain,
        first_asked=before.first_asked,
    )


def _failed(state: Handoff, fact: bridge.HandoffDeliveryFailed) -> Handoff:
    status = HandoffStatus.DELIVERY_FAILED.value
    return replace(state, status=status, attempts=fact.attempt, rungs=[*state.rungs, "receipt"])


def _delivered(state: Handoff, fact: bridge.HandoffDelivered) -> Handoff:
    first = state.first_received_on
    return replace(
        state,
        status=HandoffStatus.DELIVERED.value,
        delivered_on=fact.delivered_on,
        acknowledge_by=fact.acknowledge_by,
        expires_on=fact.expires_on,
        first_received_on=min(first, fact.delivered_on) if first else fact.delivered_on,
    )


def _acknowledged(state: Handoff, fact: bridge.HandoffAcknowledged) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.ACKNOWLEDGED.value,
        acknowledged_on=fact.acknowledged_on,
        unit_ref=fact.unit_ref,
        decide_by=fact.decide_by,
    )


def _asked(state: Handoff, fact: bridge.HandoffInformationRequested) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.INFORMATION_REQUESTED.value,
        round=fact.round,
        information_due_on=fact.due_on,
    )


def _proposed(state: Handoff, fact: bridge.HandoffRejectionProposed) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.SECOND_LOOK.value,
        reason_code=fact.reason_code.value,
        decide_by=fact.decide_by,
    )


def _accepted(state: Handoff, fact: bridge.HandoffAccepted) -> Handoff:
    return replace(
        state,
        status=HandoffStatus.ACCEPTED.value,
        accepted_on=fact.accepted_on,
        effective_on=fact.effective_on,
        reason_code=None,
    )


def _rejected(state: Handoff, fact: bridge.HandoffRejected) -> Handoff:
    return replace(
        _over(state, HandoffStatus.REJECTED, fact.rejected_on),
        reason_code=fact.reason_code.value,
        next_step=fact.next_step.value if fact.next_step else None,
    )


def _forwarded(state: Handoff, fact: bridge.HandoffForwarded) -> Handoff:
    return replace(
        _over(state, HandoffStatus.FORWARDED, fact.forwarded_on),
        reason_code=fact.reason_code.value,
        new_handoff_id=fact.new_handoff_id,
        first_received_on=fact.first_received_on,
    )


def _expired(state: Handoff, fact: bridge.HandoffExpired) -> Handoff:
    return _over(state, HandoffStatus.EXPIRED, fact.expired_on)


def _withdrawn(state: Handoff, fact: bridge.HandoffWithdrawn) -> Handoff:
    state = _over(state, HandoffStatus.WITHDRAWN, fact.withdrawn_on)
    return replace(state, reason_code=fact.reason_code.value)


def _annulled(state: Handoff, fact: bridge.HandoffAnnulled) -> Handoff:
    state = _over(state, HandoffStatus.ANNULLED, fact.annulled_on)
    return replace(state, reason_code=fact.reason_code.value)


def _over(state: Handoff, status: HandoffStatus, on: date) -> Handoff:
    return replace(state, status=status.value, ended_on=on)


def _climbed(state: Handoff, fact: bridge.HandoffReminderDue | bridge.HandoffEscalated) -> Handoff:
    return replace(state, rungs=[*state.rungs, fact.step])


def _changed(state: Handoff, fact: bridge.ResponsibilityChanged) -> Handoff:
    """The receiver is responsible; what it hands back waits on, and what is over is so for good.

    A handoff that was forwarded waits for the one that follows it.
    """
    if not state.is_standing or fact.handoff_id != state.standing["handoff_id"]:
        return _moved(state, fact)
    taken = _moved(standing(state), fact)
    if HandoffStatus(state.status) in OVER - {HandoffStatus.FORWARDED}:
        return taken
    kept = {name: getattr(taken, name) for name in KEPT}
    return replace(state, **kept, standing=set_aside(taken))


def _moved(state: Handoff, fact: bridge.ResponsibilityChanged) -> Handoff:
    """The receiver is responsible; what the sender paid without an end ends the day before."""
    state = replace(state, responsible=fact.to_agency, responsible_since=fact.valid_from)
    if kind_of(fact.to_agency) is AgencyKind.DISTRICT:
        state = replace(state, last_district=fact.to_agency)
    agreed_on = state.effective_on
    if fact.handoff_id is None or agreed_on is None:
        return state
    state = replace(state, status=HandoffStatus.IN_EFFECT.value)
    if state.domain is not ResponsibilityDomain.BENEFITS:
        return state
    return covering.ended(state, fact.from_agency, agreed_on - _DAY)


def _completed(state: Handoff, fact: bridge.HandoffCompleted) -> Handoff:
    return replace(state, status=HandoffStatus.COMPLETED.value, completed_on=fact.completed_on)


_FOLDS: dict[type[Fact], Callable[[Handoff, Any], Handoff]] = {
    bridge.ResponsibilityChanged: _changed,
    bridge.HandoffRequested: _requested,
    bridge.HandedToJobcenter: _submitted,
    bridge.HandoffSubmitted: _submitted,
    bridge.HandedBackToDistrict: _handed_back,
    bridge.HandoffDeliveryFailed: _failed,
    bridge.HandoffDelivered: _delivered,
    bridge.HandoffAcknowledged: _acknowledged,
    bridge.HandoffInformationRequested: _asked,
    bridge.HandoffRejectionProposed: _proposed,
    bridge.HandoffAccepted: _accepted,
    bridge.HandoffRejected: _rejected,
    bridge.HandoffForwarded: _forwarded,
    bridge.HandoffExpired: _expired,
    bridge.HandoffWithdrawn: _withdrawn,
    bridge.HandoffAnnulled: _annulled,
    bridge.HandoffReversed: _reversed,
    bridge.HandoffReminderDue: _climbed,
    bridge.HandoffEscalated: _climbed,
    bridge.BenefitStartNotified: _pays,
    bridge.HandoffCompleted: _completed,
}
