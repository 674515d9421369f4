"""Which steps of a case the person is told of, by a letter that an agency hands over."""

from collections.abc import Collection
from datetime import date
from typing import Any

from services.chassis.decider import Asked, Heard, Refused
from services.chassis.replacing import replace
from services.notify.copies import domain_of, moment_of
from services.notify.state import CaseNotices
from services.notify.steps import step_of
from services.notify.writing import language_of
from staffel_contracts.codes import (
    GONE,
    LetterTemplate,
    RefusalCode,
    ResponsibilityDomain,
    SuppressReason,
)
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import LetterComposed, LetterHandedOver, LetterSuppressed

WAITING, HANDED_OVER, OUTDATED, HELD = "waiting", "handed-over", "outdated", "held"
"""``held``: nobody is left to tell; written anew if the case is reopened."""
_KEPT = {"template", "language", "agency", "values"}


_ENDS = frozenset({LetterTemplate.BENEFITS_END, LetterTemplate.BENEFITS_CONTINUE})
_STAGES = frozenset(
    {
        LetterTemplate.HANDED_OVER,
        LetterTemplate.INFORMATION_MISSING,
        LetterTemplate.ACCEPTED,
        LetterTemplate.REJECTED,
        LetterTemplate.STAYS,
    }
)
_NO_CHANGE = frozenset({LetterTemplate.REJECTED, LetterTemplate.STAYS})
"""After these the person expects nobody else."""
_OUTDATES = dict.fromkeys(_ENDS, _ENDS) | dict.fromkeys(
    _STAGES - {LetterTemplate.INFORMATION_MISSING}, _STAGES
)
"""Of these the last one alone is true; any other letter takes the place of one like it."""
_APART = {
    LetterTemplate.DAYS_WITHOUT_BENEFITS: "start_on",
    LetterTemplate.RESTRICTION_ENDS: "reason",
}
"""Each gap, and each reason for only storing data, has a letter of its own."""


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
    step = step_of(heard.fact)
    if step is None or (state.work and state.work.is_gone):
        return []
    template, values = step
    if template in _STAGES and _is_beside(state, heard.fact):
        return []
    if template is LetterTemplate.INFORMATION_MISSING and _is_supplied(state, heard):
        return []
    domain = domain_of(heard.fact)
    agency = _hands_over(state, template, domain)
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
    if template is LetterTemplate.STAYS and not _expects_another(state, named.get("domain")):
        return outdated
    return [*outdated, told]


def _is_beside(state: CaseNotices, fact: Fact) -> bool:
    """Whether it is about handing back what was accepted, while that stands.

    The person is told of what was accepted, and told again only if that is reversed.
    """
    if not isinstance(fact, bridge.HandoffFact) or isinstance(fact, bridge.HandoffReversed):
        return False
    responsible = state.receiver and state.receiver.line(fact.domain).responsible
    return responsible is not None and fact.from_agency != responsible


def _expects_another(state: CaseNotices, domain: str | None) -> bool:
    """Whether the last letter that the person was given says that another agency is to come."""
    given = [
        one["template"]
        for one in state.letters.values()
        if one["status"] == HANDED_OVER
        and one["template"] in _STAGES
        and one["values"].get("domain") == domain
    ]
    return bool(given) and given[-1] not in _NO_CHANGE


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
    if isinstance(fact, casework.ProcessingRestricted) and step_of(fact) is None:
        ends = {LetterTemplate.RESTRICTION_ENDS}
        return _gone(state, ends, None, reason=fact.reason_code.value)
    closed = isinstance(fact, bridge.HandoffRejected) and step_of(fact) is None
    if closed and not _is_beside(state, fact):
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


def _hands_over(state: CaseNotices, template: LetterTemplate, domain: ResponsibilityDomain) -> str:
    """Whoever is responsible; of a restriction the district tells, as it is the district's own."""
    if template is LetterTemplate.RESTRICTION_ENDS:
        return state.district
    responsible = state.receiver.line(domain).responsible if state.receiver else None
    return responsible or f"district-{state.about.district}"


def _outdated(state: CaseNotices, told: LetterComposed) -> list[Fact]:
    name = _APART.get(told.template)
    same = {name: told.values[name]} if name else {}
    outdates = _OUTDATES.get(told.template, frozenset({told.template}))
    return _gone(state, outdates, told.values.get("domain"), **same)


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
