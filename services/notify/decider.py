"""Decide who is told: which agencies see an entry in their feeds, and whom a notice reminds."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.chassis.decider import Asked, Due, Heard, Input
from services.chassis.legal_calendar import legal_date
from services.notify.state import CaseNotices
from staffel_contracts.audiences import Place, view
from staffel_contracts.codes import AgencyKind, NoticeTemplate
from staffel_contracts.commands.notify import RecordNoticeOutcome
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import (
    EntryDisclosed,
    NoticeComposed,
    NoticeFailed,
    NoticeSent,
)

MOST_ATTEMPTS = 36
"""With the mailer's pauses this is longer than a day."""
DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER

NOTICES: dict[type[Fact], tuple[NoticeTemplate, AgencyKind]] = {
    bridge.HandedToJobcenter: (NoticeTemplate.HANDOFF_WAITING, JOBCENTER),
    bridge.HandoffInformationRequested: (NoticeTemplate.INFORMATION_REQUESTED, DISTRICT),
    bridge.HandoffAccepted: (NoticeTemplate.HANDOFF_ACCEPTED, DISTRICT),
    bridge.HandoffRejected: (NoticeTemplate.HANDOFF_REJECTED, DISTRICT),
    bridge.HandoffExpired: (NoticeTemplate.HANDOFF_EXPIRED, DISTRICT),
}
"""Which facts remind whom that work waits."""


def decide(state: CaseNotices, given: Input, at: datetime) -> list[Fact]:
    """Disclose what was heard and compose notices; or record how sending one went."""
    if isinstance(given, Heard):
        return [*_disclosed(state, given), *_composed(state, given)]
    if isinstance(given, Due) or not isinstance(given.command, RecordNoticeOutcome):
        return []
    return _outcome(state, given, at)


def _involved(state: CaseNotices) -> dict[AgencyKind, str]:
    """The agencies that may be told of the case, by their kind."""
    found = {
        DISTRICT: state.origin.agency if state.origin else None,
        JOBCENTER: state.receiver.agency if state.receiver else None,
    }
    return {kind: agency for kind, agency in found.items() if agency}


def _disclosed(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    time = heard.time.isoformat().replace("+00:00", "Z")
    place = Place(heard.log, heard.index, heard.case, time)
    seen = {a: view(heard.fact, place, kind) for kind, a in _involved(state).items()}
    return [
        EntryDisclosed(agency=agency, feed_index=-1, view=event)
        for agency, event in seen.items()
        if event is not None
    ]


def _composed(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    template, kind = NOTICES.get(type(heard.fact), (None, None))
    recipient = _involved(state).get(kind) if kind else None
    if template is None or recipient is None:
        return []
    return [
        NoticeComposed(
            notice_id=f"n-{heard.new_id}",
            template=template,
            recipient=recipient,
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
            given_up=command.attempt >= MOST_ATTEMPTS,
        )
    ]


def evolve(state: CaseNotices, fact: Fact) -> CaseNotices:
    """The state after an own fact."""
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


def _with(state: CaseNotices, notice_id: str, status: str, attempts: int) -> CaseNotices:
    notice = {**state.notices[notice_id], "status": status, "attempts": attempts}
    return replace(state, notices={**state.notices, notice_id: notice})
