"""Which steps of a case the person is told of, by a letter that an agency hands over."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from services.chassis.decider import Asked, Heard, Refused
from services.chassis.replacing import replace
from services.notify.state import CaseNotices, domain_of, moment_of
from services.notify.writing import language_of
from staffel_contracts.codes import (
    GONE,
    LetterTemplate,
    NextStep,
    RefusalCode,
    ResponsibilityDomain,
    SuppressReason,
)
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import LetterComposed, LetterHandedOver, LetterSuppressed

Values = dict[str, str]
WAITING, HANDED_OVER, OUTDATED, HELD = "waiting", "handed-over", "outdated", "held"
"""``held``: nobody is left to tell; written anew if the case is reopened."""
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


def _expired(fact: bridge.HandoffExpired) -> Values:
    return {"receiver": fact.to_agency}


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
    bridge.HandoffExpired: (LetterTemplate.REJECTED, _expired),
    bridge.BenefitStartNotified: (LetterTemplate.BENEFITS_START, _starts),
    bridge.CoverageGapDetected: (LetterTemplate.DAYS_WITHOUT_BENEFITS, _gap),
}
"""What the person is told, and what the letter fills in; ``None``: no letter."""


_ENDS = frozenset({LetterTemplate.BENEFITS_END, LetterTemplate.BENEFITS_CONTINUE})
_STAGES = frozenset(
    {
        LetterTemplate.HANDED_OVER,
        LetterTemplate.INFORMATION_MISSING,
        LetterTemplate.ACCEPTED,
        LetterTemplate.REJECTED,
    }
)
_OUTDATES = dict.fromkeys(_ENDS, _ENDS) | dict.fromkeys(
    _STAGES - {LetterTemplate.INFORMATION_MISSING}, _STAGES
)
"""Of these the last one alone is true; any other letter takes the place of one like it."""
_TAKEN_BACK = (bridge.HandoffWithdrawn, bridge.HandoffAnnulled)


def letters_of(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """What follows for letters: those that are not true any more go, and a new one may come."""
    fact = heard.fact
    if isinstance(fact, casework.CaseClosed) and fact.reason_code in GONE:
        return [_suppressed(ref, SuppressReason.NOBODY_LEFT) for ref in _in(state, WAITING)]
    if isinstance(fact, casework.CaseReopened):
        return _again(state, _in(state, HELD), heard)
    if heard.log == intake.PersonAdmitted.SAYER:
        return _in_their_language(state, heard)
    return [*_over_with(state, heard), *_told_of(state, heard)]


def _told_of(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """The letter that tells the person of what was heard, in place of one that it outdates."""
    template, fill = TOLD.get(type(heard.fact), (None, None))
    values = fill(heard.fact) if fill else None
    if template is None or values is None or (state.work and state.work.is_gone):
        return []
    if template is LetterTemplate.INFORMATION_MISSING and _is_supplied(state, heard):
        return []
    domain = domain_of(heard.fact)
    agency = _hands_over(state, domain)
    named = {} if domain is ResponsibilityDomain.BENEFITS else {"domain": domain.value}
    told = LetterComposed(
        letter_id=f"l-{heard.new_id}",
        template=template,
        language=_language(state),
        agency=agency,
        cause_entry=f"{heard.log}/{heard.index}",
        values=values | {"agency": agency} | named,
    )
    outdated = _outdated(state, told)
    if template is LetterTemplate.BENEFITS_CONTINUE and not _knows_of_the_end(state):
        return outdated
    return [*outdated, told]


def _language(state: CaseNotices) -> str:
    """Until the admission is heard it is German: a letter in time counts for more."""
    return language_of(state.origin.language if state.origin else None)


def _in(state: CaseNotices, *statuses: str) -> list[str]:
    return [ref for ref, one in state.letters.items() if one["status"] in statuses]


def _suppressed(ref: str, reason: SuppressReason = SuppressReason.OUTDATED) -> Fact:
    return LetterSuppressed(letter_id=ref, reason_code=reason)


def _in_their_language(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """Letters that wait, once more in the language that intake now says is the person's."""
    language = _language(state)
    others = [ref for ref in _in(state, WAITING) if state.letters[ref]["language"] != language]
    return [*map(_suppressed, others), *_again(state, others, heard)]


def _again(state: CaseNotices, refs: list[str], heard: Heard[Any]) -> list[Fact]:
    """The same letters once more, in the person's language."""
    return [
        LetterComposed(
            letter_id=f"l-{heard.new_id}-{number}",
            template=LetterTemplate(state.letters[ref]["template"]),
            language=_language(state),
            agency=state.letters[ref]["agency"],
            cause_entry=f"{heard.log}/{heard.index}",
            values=state.letters[ref]["values"],
        )
        for number, ref in enumerate(refs)
    ]


def _over_with(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """Letters that wait and speak of what is over, without one that takes their place."""
    fact = heard.fact
    if isinstance(fact, bridge.CoverageGapClosed):
        since = fact.from_on.isoformat()
        return _gone(state, {LetterTemplate.DAYS_WITHOUT_BENEFITS}, None, start_on=since)
    closed = isinstance(fact, bridge.HandoffRejected) and _rejected(fact) is None
    if closed or isinstance(fact, _TAKEN_BACK):
        return _gone(state, _STAGES, _named(fact.domain))
    if isinstance(fact, casework.HandoffInformationSupplied) and state.receiver:
        answered = [d for d, line in state.receiver.lines() if line.handoff_id == fact.handoff_id]
        missing = {LetterTemplate.INFORMATION_MISSING}
        return [one for domain in answered for one in _gone(state, missing, _named(domain))]
    return []


def _named(domain: ResponsibilityDomain) -> str | None:
    return None if domain is ResponsibilityDomain.BENEFITS else domain.value


def _is_supplied(state: CaseNotices, heard: Heard[Any]) -> bool:
    """Whether casework, heard earlier, has answered what the bridge says was asked."""
    answers = state.work.told if state.work else ()
    asked: bridge.HandoffInformationRequested = heard.fact
    return any(a["ref"] == asked.handoff_id and a["time"] > moment_of(heard) for a in answers)


def _knows_of_the_end(state: CaseNotices) -> bool:
    """Whether the person was given a letter on an end; if not, there is nothing to take back."""
    given = [one["template"] for one in state.letters.values() if one["status"] == HANDED_OVER]
    return LetterTemplate.BENEFITS_END in given


def _hands_over(state: CaseNotices, domain: ResponsibilityDomain) -> str:
    responsible = state.receiver.line(domain).responsible if state.receiver else None
    return responsible or f"district-{state.about.district}"


def _outdated(state: CaseNotices, told: LetterComposed) -> list[Fact]:
    same = told.template is LetterTemplate.DAYS_WITHOUT_BENEFITS  # each gap has its own letter
    days = {"start_on": told.values["start_on"]} if same else {}
    outdates = _OUTDATES.get(told.template, frozenset({told.template}))
    return _gone(state, outdates, told.values.get("domain"), **days)


def _gone(
    state: CaseNotices, templates: Collection[str], domain: str | None, **values: str
) -> list[Fact]:
    """That letters of a domain which wait are outdated; those with these values."""
    wanted = values | {"domain": domain}
    letters = ((ref, state.letters[ref]) for ref in _in(state, WAITING))
    return [
        _suppressed(ref)
        for ref, one in letters
        if one["template"] in templates
        and all(one["values"].get(name) == value for name, value in wanted.items())
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
        held = fact.reason_code is SuppressReason.NOBODY_LEFT
        status = HELD if held else OUTDATED
        letters[fact.letter_id] = letters[fact.letter_id] | {"status": status}
    return replace(state, letters=letters)


def letter_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The letter as it stands."""
    if not isinstance(fact, LetterComposed | LetterHandedOver | LetterSuppressed):
        return []
    known = state.letters[fact.letter_id]
    return [{"letter_id": fact.letter_id, "case_id": state.case_id, **known}]
