"""Which steps of a case the person is told of, by a letter that an agency hands over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from services.chassis.decider import Asked, Heard, Refused
from services.notify.state import CaseNotices, domain_of
from services.notify.writing import language_of
from staffel_contracts.codes import (
    LetterTemplate,
    NextStep,
    RefusalCode,
    ResponsibilityDomain,
    SuppressReason,
)
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import LetterComposed, LetterHandedOver, LetterSuppressed

Values = dict[str, str]
WAITING, HANDED_OVER, OUTDATED = "waiting", "handed-over", "outdated"
_KEPT = {"template", "language", "agency", "values"}


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


def _rejected(fact: bridge.HandoffRejected) -> Values | None:
    return None if fact.next_step is NextStep.CLOSE else {"receiver": fact.to_agency}


def _starts(fact: bridge.BenefitStartNotified) -> Values:
    return {"receiver": fact.to_agency, "start_on": fact.starts_on.isoformat()}


def _gap(fact: bridge.CoverageGapDetected) -> Values:
    return {"start_on": fact.from_on.isoformat()}


TOLD: dict[type[Fact], tuple[LetterTemplate, Callable[[Any], Values | None]]] = {
    casework.EntitlementEndComputed: (LetterTemplate.BENEFITS_END, _ends),
    casework.EntitlementEndRevised: (LetterTemplate.BENEFITS_END, _ends),
    casework.EntitlementEndWithdrawn: (LetterTemplate.BENEFITS_CONTINUE, _goes_on),
    bridge.HandedToJobcenter: (LetterTemplate.HANDED_OVER, _handed),
    bridge.HandoffSubmitted: (LetterTemplate.HANDED_OVER, _handed),
    bridge.HandoffInformationRequested: (LetterTemplate.INFORMATION_MISSING, _asked),
    bridge.HandoffAccepted: (LetterTemplate.ACCEPTED, _accepted),
    bridge.HandoffRejected: (LetterTemplate.REJECTED, _rejected),
    bridge.BenefitStartNotified: (LetterTemplate.BENEFITS_START, _starts),
    bridge.CoverageGapDetected: (LetterTemplate.DAYS_WITHOUT_BENEFITS, _gap),
}
"""What the person is told, and what the letter fills in; ``None``: no letter."""


_ENDS = {LetterTemplate.BENEFITS_END, LetterTemplate.BENEFITS_CONTINUE}
"""Of these the last one alone is true."""


def letters_of(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """The letter that tells the person of what was heard, in place of one that it outdates."""
    template, fill = TOLD.get(type(heard.fact), (None, None))
    values = fill(heard.fact) if fill else None
    if template is None or values is None:
        return []
    domain = domain_of(heard.fact)
    agency = _hands_over(state, domain)
    named = {} if domain is ResponsibilityDomain.BENEFITS else {"domain": domain.value}
    told = LetterComposed(
        letter_id=f"l-{heard.new_id}",
        template=template,
        # Where the admission is heard later than this, German: a letter in time counts for more.
        language=language_of(state.origin.language if state.origin else None),
        agency=agency,
        cause_entry=f"{heard.log}/{heard.index}",
        values=values | {"agency": agency} | named,
    )
    outdated = _outdated(state, template, named.get("domain"))
    if template is LetterTemplate.BENEFITS_CONTINUE and not _knows_of_the_end(state):
        return outdated
    return [*outdated, told]


def _knows_of_the_end(state: CaseNotices) -> bool:
    """Whether the person was given a letter on an end; if not, there is nothing to take back."""
    given = [one["template"] for one in state.letters.values() if one["status"] == HANDED_OVER]
    return LetterTemplate.BENEFITS_END in given


def _hands_over(state: CaseNotices, domain: ResponsibilityDomain) -> str:
    responsible = state.receiver.line(domain).responsible if state.receiver else None
    return responsible or f"district-{state.about.district}"


def _outdated(state: CaseNotices, template: LetterTemplate, domain: str | None) -> list[Fact]:
    outdates = _ENDS if template in _ENDS else {template}
    return [
        LetterSuppressed(letter_id=ref, reason_code=SuppressReason.OUTDATED)
        for ref, one in state.letters.items()
        if one["status"] == WAITING
        and one["template"] in outdates
        and one["values"].get("domain") == domain
    ]


def handed_over(state: CaseNotices, asked: Asked[Any], today: date) -> Fact:
    """That an agency gave the person a letter.

    Raises:
        Refused: no such letter, not this agency's, or not waiting.
    """
    command: RecordLetterHandedOver = asked.command
    known = state.letters.get(command.letter_id)
    if known is None or known["agency"] != asked.agency:
        raise Refused(RefusalCode.NOT_FOUND, "no such letter of this agency", "letter_id")
    if known["status"] != WAITING:
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, f"it is {known['status']}", "letter_id")
    return LetterHandedOver(letter_id=command.letter_id, handed_over_on=today)


def told(state: CaseNotices, fact: Fact) -> CaseNotices:
    """The state after a fact about a letter."""
    letters = dict(state.letters)
    if isinstance(fact, LetterComposed):
        known = fact.model_dump(mode="json", include=_KEPT) | {"status": WAITING}
        letters[fact.letter_id] = known
    elif isinstance(fact, LetterHandedOver):
        letters[fact.letter_id] = letters[fact.letter_id] | {"status": HANDED_OVER}
    elif isinstance(fact, LetterSuppressed):
        letters[fact.letter_id] = letters[fact.letter_id] | {"status": OUTDATED}
    return replace(state, letters=letters)


def letter_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The letter as it stands."""
    if not isinstance(fact, LetterComposed | LetterHandedOver | LetterSuppressed):
        return []
    known = state.letters[fact.letter_id]
    return [{"letter_id": fact.letter_id, "case_id": state.case_id, **known}]
