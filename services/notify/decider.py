"""Decide who is told: which agencies see an entry in their feeds, and whom a notice reminds."""

from datetime import date, datetime
from typing import Any

from services.chassis.decider import Asked, Heard, Input
from services.chassis.legal_calendar import legal_date
from services.chassis.replacing import replace
from services.notify import correcting, telling
from services.notify.copies import Line, domain_of, moment_of, place_of
from services.notify.state import CaseNotices
from staffel_contracts.audiences import view
from staffel_contracts.codes import AgencyKind, NoticeTemplate, SuppressReason, kind_of
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.notify import (
    PropagateRectification,
    RecordLetterHandedOver,
    RecordNoticeOutcome,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import (
    EntryDisclosed,
    LetterFact,
    NoticeComposed,
    NoticeFailed,
    NoticeSent,
)
from staffel_contracts.ladder import Ladder

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER

SENDER, RECEIVER, TURN = "from_agency", "to_agency", "agency"
NOTICES: dict[type[Fact], tuple[NoticeTemplate, str]] = {
    bridge.HandedToJobcenter: (NoticeTemplate.HANDOFF_WAITING, RECEIVER),
    bridge.HandoffSubmitted: (NoticeTemplate.HANDOFF_WAITING, RECEIVER),
    bridge.HandedBackToDistrict: (NoticeTemplate.HANDOFF_WAITING, RECEIVER),
    bridge.HandoffRequested: (NoticeTemplate.HANDOFF_REQUESTED, SENDER),
    bridge.HandoffInformationRequested: (NoticeTemplate.INFORMATION_REQUESTED, SENDER),
    bridge.HandoffAccepted: (NoticeTemplate.HANDOFF_ACCEPTED, SENDER),
    bridge.HandoffRejected: (NoticeTemplate.HANDOFF_REJECTED, SENDER),
    bridge.HandoffForwarded: (NoticeTemplate.HANDOFF_FORWARDED, SENDER),
    bridge.HandoffExpired: (NoticeTemplate.HANDOFF_EXPIRED, SENDER),
    bridge.HandoffWithdrawn: (NoticeTemplate.HANDOFF_WITHDRAWN, RECEIVER),
    bridge.HandoffAnnulled: (NoticeTemplate.HANDOFF_WITHDRAWN, RECEIVER),
    bridge.HandoffReminderDue: (NoticeTemplate.HANDOFF_REMINDER, TURN),
    bridge.HandoffEscalated: (NoticeTemplate.HANDOFF_ESCALATED, TURN),
}
"""Which facts remind whom that work waits, by the field that names the agency."""
NO_ADDRESS = SuppressReason.NO_ADDRESS.value
"""The error of a notice to an agency without a mailbox."""
_DISTRICT_ID = f"{DISTRICT.value}-"


def decide(state: CaseNotices, given: Input, at: datetime) -> list[Fact]:
    """Disclose what was heard and compose notices; or record how sending one went.

    It does not matter which log is heard first: what casework said to a receiver that the bridge
    has not named yet is disclosed when it has.
    """
    if isinstance(given, Heard) and isinstance(given.fact, casework.SubjectErased):
        return []  # told when it is carried out here: what is known of the case is gone by then
    if isinstance(given, Heard):
        return _to_all(state, given) if state.is_open else _told(state, given, at)
    return _asked(state, given, at) if isinstance(given, Asked) else []


def _told(state: CaseNotices, heard: Heard[Any], at: datetime) -> list[Fact]:
    fact = heard.fact
    return [
        *_to_district(state, heard),
        *_to_receiver(state, heard, legal_date(at)),
        *_owed_to_receiver(state, legal_date(at)),
        *_composed(heard),
        *(correcting.corrected(state, heard) if isinstance(fact, correcting.CORRECTS) else ()),
        *telling.letters_of(state, heard),
    ]


def _asked(state: CaseNotices, asked: Asked[Any], at: datetime) -> list[Fact]:
    if isinstance(asked.command, RecordLetterHandedOver):
        return [telling.handed_over(state, asked, legal_date(at))]
    if isinstance(asked.command, PropagateRectification):
        return correcting.propagated(state, asked, at)
    return _outcome(state, asked, at) if isinstance(asked.command, RecordNoticeOutcome) else []


def _to_all(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """What names no person goes to the district and to its jobcenter, if they are to see it."""
    views = {kind: view(heard.fact, place_of(heard), kind) for kind in (DISTRICT, JOBCENTER)}
    district = state.about.district
    return [_disclosed(f"{kind.value}-{district}", seen) for kind, seen in views.items() if seen]


def _to_district(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """The district follows its own case, until another one is responsible: then that one does."""
    seen = view(heard.fact, place_of(heard), DISTRICT)
    return [_disclosed(_district(state, heard), seen)] if seen else []


def _district(state: CaseNotices, heard: Heard[Any]) -> str:
    """Whose case it was when something was recorded, in the domain that it speaks of."""
    known, domain = state.receiver, domain_of(heard.fact)
    if domain is not Domain.BENEFITS:
        return (known and known.line(domain).last_district) or state.first_district
    if known is None or moment_of(heard) < known.moved_at:
        return state.first_district
    return state.district


def _to_receiver(state: CaseNotices, heard: Heard[Any], today: date) -> list[Fact]:
    """Both sides of a handoff see what the bridge says of it; of the case, who has or gets it.

    Whoever is asked to bridge days is told, whether or not it has the handoff.
    """
    fact = heard.fact
    if fact.SAYER != bridge.HandoffFact.SAYER:
        return []
    told = []
    for agency in sorted(_involved(state, fact) - {_district(state, heard)}):
        consents = state.consents(agency, today)
        if seen := view(fact, place_of(heard), kind_of(agency) or JOBCENTER, consents):
            told.append(_disclosed(agency, seen))
    return told


def _involved(state: CaseNotices, fact: Fact) -> set[str]:
    if isinstance(fact, bridge.HandoffFact):
        return {fact.from_agency, fact.to_agency}
    line = state.receiver.line(domain_of(fact)) if state.receiver else Line()
    found = {line.agency, line.responsible}
    left = {fact.from_agency} if isinstance(fact, bridge.ResponsibilityChanged) else set()
    asked = {fact.agency} if isinstance(fact, bridge.BridgingFact) else set()
    return {agency for agency in found | left | asked if agency}


def _owed_to_receiver(state: CaseNotices, today: date) -> list[Fact]:
    """And what casework said since the handover, whenever it was heard.

    What takes a consent waits for it, and is never told where it was revoked or is over.
    """
    lines = state.receiver.lines() if state.receiver else ()
    return [fact for domain, line in lines for fact in _owed(state, domain, line, today)]


def _owed(state: CaseNotices, domain: Domain, line: Line, today: date) -> list[Fact]:
    if state.work is None or line.agency is None or kind_of(line.agency) is not JOBCENTER:
        return []
    consents = {None, *state.consents(line.agency, today)}
    return [
        _disclosed(line.agency, entry["view"])
        for entry in state.work.for_receiver
        if entry["index"] not in state.shown
        and _is_for(entry, domain, line)
        and entry["consent"] in consents
    ]


def _is_for(entry: dict[str, Any], domain: Domain, line: Line) -> bool:
    """Said after the handover; if it speaks of a handoff, of the current one, else of benefits."""
    since_then: bool = entry["time"] >= line.since
    if entry["handoff"] is not None:
        return since_then and entry["handoff"] == line.handoff_id
    return since_then and domain is Domain.BENEFITS


def _disclosed(agency: str, seen: dict[str, Any]) -> Fact:
    return EntryDisclosed(agency=agency, feed_index=-1, view=seen)


def _composed(heard: Heard[Any]) -> list[Fact]:
    template, field = NOTICES.get(type(heard.fact), (None, ""))
    if template is None:
        return []
    return [
        NoticeComposed(
            notice_id=f"n-{heard.new_id}",
            template=template,
            recipient=getattr(heard.fact, field),
            cause_entry=f"{heard.log}/{heard.index}",
        )
    ]


def _outcome(state: CaseNotices, asked: Asked[Any], at: datetime) -> list[Fact]:
    command: RecordNoticeOutcome = asked.command
    notice = state.notices.get(command.notice_id)
    if notice is None or notice["status"] in ("sent", "given-up"):
        return []
    if command.error is None:
        return [
            NoticeSent(
                notice_id=command.notice_id,
                sent_on=legal_date(at),
                channel=command.channel,
                attempt=command.attempt,
            )
        ]
    return [
        NoticeFailed(
            notice_id=command.notice_id,
            attempt=command.attempt,
            reason=command.error,
            given_up=_is_given_up(asked, notice["recipient"]),
        )
    ]


def _is_given_up(asked: Asked[Any], agency: str) -> bool:
    """Where there is no mailbox, at once: one that comes later is not filled with old news."""
    command: RecordNoticeOutcome = asked.command
    return command.error == NO_ADDRESS or command.attempt >= _most_attempts(asked, agency)


def _most_attempts(asked: Asked[Any], agency: str) -> int:
    """As agreed with the agency; usually, with the mailer's pauses, longer than a day."""
    return Ladder.model_validate(asked.directory.periods(agency) or {}).notice_attempts


def evolve(state: CaseNotices, fact: Fact) -> CaseNotices:
    """The state after an own fact."""
    if isinstance(fact, EntryDisclosed):
        return _with_shown(state, fact)
    if isinstance(fact, LetterFact):
        return telling.told(state, fact)
    if isinstance(fact, NoticeComposed):
        notice = {
            "template": fact.template.value,
            "recipient": fact.recipient,
            "cause_entry": fact.cause_entry,
            "status": "composed",
            "attempts": 0,
        }
        return replace(state, notices={**state.notices, fact.notice_id: notice})
    if isinstance(fact, NoticeSent):
        return _with(state, fact.notice_id, "sent", fact.attempt)
    if isinstance(fact, NoticeFailed):
        status = "given-up" if fact.given_up else "failed"
        return _with(state, fact.notice_id, status, fact.attempt)
    return state


def _with_shown(state: CaseNotices, fact: EntryDisclosed) -> CaseNotices:
    log, _, index = fact.view["entry"].rpartition("/")
    if log != casework.CourseEnrolled.SAYER or fact.agency.startswith(_DISTRICT_ID):
        return state
    return replace(state, shown=[*state.shown, int(index)])


def _with(state: CaseNotices, notice_id: str, status: str, attempts: int) -> CaseNotices:
    notice = {**state.notices[notice_id], "status": status, "attempts": attempts}
    return replace(state, notices={**state.notices, notice_id: notice})
