"""Of which steps the person is told by a letter, and what the letter fills in."""

from collections.abc import Callable
from typing import Any

from staffel_contracts.codes import LetterTemplate, NextStep, RejectReason
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework
from staffel_contracts.facts import jobcenter_bridge as bridge

Values = dict[str, str]


def _ends(fact: casework.EntitlementEndComputed | casework.EntitlementEndRevised) -> Values:
    return {
        "end_on": fact.end_on.isoformat(),
        "start_on": fact.next_start_on.isoformat(),
        "apply_by": fact.last_lossfree_on.isoformat(),
    }


def _goes_on(fact: casework.EntitlementEndWithdrawn) -> Values:
    return {"end_on": fact.replaces_end_on.isoformat()}


def _handed(fact: bridge.HandoffSubmission) -> Values:
    return {"receiver": fact.to_agency, "start_on": fact.effective_on.isoformat()}


def _asked(fact: bridge.HandoffInformationRequested) -> Values:
    return {"receiver": fact.to_agency, "due_on": fact.due_on.isoformat()}


def _accepted(fact: bridge.HandoffAccepted) -> Values:
    return {"receiver": fact.to_agency, "start_on": fact.effective_on.isoformat()}


def _rejected(fact: bridge.HandoffRejected) -> Values:
    return {"receiver": fact.to_agency}


def _expired(fact: bridge.HandoffExpired) -> Values:
    return {"receiver": fact.to_agency}


def _withdrawn(fact: bridge.HandoffWithdrawn | bridge.HandoffAnnulled) -> Values:
    return {"receiver": fact.to_agency}


def _reversed(fact: bridge.HandoffReversed) -> Values:
    return {"receiver": fact.from_agency}


def _starts(fact: bridge.BenefitStartNotified) -> Values:
    return {"receiver": fact.to_agency, "start_on": fact.starts_on.isoformat()}


def _gap(fact: bridge.CoverageGapDetected) -> Values:
    return {"start_on": fact.from_on.isoformat()}


def _shown_again(
    fact: casework.RestrictionEndAnnounced | casework.ProcessingRestricted,
) -> Values:
    ends_on = fact.until if isinstance(fact, casework.ProcessingRestricted) else fact.ends_on
    return {"end_on": ends_on.isoformat() if ends_on else "", "reason": fact.reason_code.value}


TOLD: dict[type[Fact], tuple[LetterTemplate, Callable[[Any], Values]]] = {
    casework.EntitlementEndComputed: (LetterTemplate.BENEFITS_END, _ends),
    casework.EntitlementEndRevised: (LetterTemplate.BENEFITS_END, _ends),
    casework.RestrictionEndAnnounced: (LetterTemplate.RESTRICTION_ENDS, _shown_again),
    casework.ProcessingRestricted: (LetterTemplate.RESTRICTION_ENDS, _shown_again),
    casework.EntitlementEndWithdrawn: (LetterTemplate.BENEFITS_CONTINUE, _goes_on),
    bridge.HandedToJobcenter: (LetterTemplate.HANDED_OVER, _handed),
    bridge.HandoffSubmitted: (LetterTemplate.HANDED_OVER, _handed),
    bridge.HandoffInformationRequested: (LetterTemplate.INFORMATION_MISSING, _asked),
    bridge.HandoffAccepted: (LetterTemplate.ACCEPTED, _accepted),
    bridge.HandoffRejected: (LetterTemplate.REJECTED, _rejected),
    bridge.HandoffExpired: (LetterTemplate.REJECTED, _expired),
    bridge.HandoffWithdrawn: (LetterTemplate.STAYS, _withdrawn),
    bridge.HandoffAnnulled: (LetterTemplate.STAYS, _withdrawn),
    bridge.HandoffReversed: (LetterTemplate.STAYS, _reversed),
    bridge.BenefitStartNotified: (LetterTemplate.BENEFITS_START, _starts),
    bridge.CoverageGapDetected: (LetterTemplate.DAYS_WITHOUT_BENEFITS, _gap),
}
"""What the person is told, and what the letter fills in."""
_NOBODY_COMES = frozenset({RejectReason.NO_NEED, RejectReason.PERSON_DECLINED})
"""Of rejections that close; after the others the person is with the receiver already."""


def step_of(fact: Fact) -> tuple[LetterTemplate, Values] | None:
    """What the person is told of a fact, and what the letter fills in; ``None``: no letter."""
    template, fill = TOLD.get(type(fact), (None, None))
    if template is None or fill is None:
        return None
    if isinstance(fact, casework.ProcessingRestricted) and not _ends_later(fact):
        return None
    if isinstance(fact, bridge.HandoffRejected) and fact.next_step is NextStep.CLOSE:
        if fact.reason_code not in _NOBODY_COMES:
            return None
        template = LetterTemplate.STAYS
    return template, fill(fact)


def _ends_later(fact: casework.ProcessingRestricted) -> bool:
    """Whether a day is said on which it ends, and it is not lifted by this."""
    return fact.until is not None and fact.until >= fact.restricted_on
