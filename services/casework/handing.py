"""How a handoff is prepared: drafted once the end is known, composed again when it has to be."""

from datetime import date

from services.casework.benefits import Now
from services.casework.competence import receiver
from services.casework.sheet import compose
from services.casework.state import UNDECIDED, Case
from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import legal_date
from staffel_contracts.codes import HandoffStatus, RefusalCode, ResponsibilityDomain
from staffel_contracts.commands.casework import DraftHandoff, RecordSheetPrinted
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HandoffDrafted, HandoverSheetPrinted


def draft(case: Case, now: Now) -> Fact | None:
    """The handoff that begins to be prepared when the end of benefits is known."""
    person = case.person
    if case.draft_id or case.sheet_ref or case.next_start_on is None or person is None:
        return None
    if person.agency is None or case.responsible != person.agency:
        return None
    found = receiver(case, case.next_start_on, now.directory)
    if found is None or found.agency is None:
        return None
    return HandoffDrafted(
        handoff_id=now.new_id,
        domain=ResponsibilityDomain.BENEFITS,
        from_agency=person.agency,
        to_agency=found.agency,
        drafted_on=legal_date(now.at),
        effective_on=case.next_start_on,
    )


def draft_by_hand(case: Case, asked: Asked[DraftHandoff], today: date) -> Fact:
    """A handoff that no computed end calls for: the person moved, or the law changed.

    Raises:
        Refused: another agency is responsible, or a handoff is under way.
    """
    command = asked.command
    if asked.agency != case.responsible:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is responsible", "case")
    if command.to_agency == asked.agency:
        raise Refused(RefusalCode.INVALID, "responsible already", "to_agency")
    if case.handoff and HandoffStatus(case.handoff.status) in UNDECIDED:
        raise Refused(RefusalCode.HANDOFF_OPEN, f"state {case.handoff.status}", "case")
    return HandoffDrafted(
        handoff_id=asked.new_id,
        domain=command.domain,
        from_agency=asked.agency,
        to_agency=command.to_agency,
        drafted_on=today,
        effective_on=command.effective_on,
        by_hand=True,
    )


def sheet_of_draft(case: Case, now: Now) -> Fact | None:
    """The handover sheet, as soon as every mandatory field of the draft is known."""
    if case.draft_id is None or case.sheet_handoff == case.draft_id:
        return None
    last = case.handoff.handoff_id if case.handoff else None
    return compose(case, now.new_id, replaces=last)


def sheet_again(case: Case, now: Now) -> Fact | None:
    """A new sheet where the handoff was forwarded, or the end moved before anybody decided."""
    handoff = case.handoff
    if handoff is None or handoff.handoff_id is None or case.sheet_replaces == handoff.handoff_id:
        return None
    if handoff.status == HandoffStatus.FORWARDED and handoff.from_agency == case.responsible:
        return compose(
            case,
            now.new_id,
            replaces=handoff.handoff_id,
            to_agency=handoff.forwarded_to,
            handoff_id=handoff.new_handoff_id,
        )
    if _end_moved(case):
        return compose(case, now.new_id, replaces=handoff.handoff_id, to_agency=handoff.to_agency)
    return None


def _end_moved(case: Case) -> bool:
    """Whether an undecided handoff rests on an end of benefits that was revised since."""
    handoff = case.handoff
    undecided = handoff is not None and HandoffStatus(handoff.status) in UNDECIDED
    by_law = case.sheet_by_law and case.next_start_on is not None
    return undecided and by_law and case.next_start_on != case.sheet_effective_on


def printed(case: Case, asked: Asked[RecordSheetPrinted], today: date) -> Fact:
    """That a sheet was printed.

    Raises:
        Refused: it is not the last sheet of the case, or not this agency's to read; status-only, to
            the sender after completion.
    """
    if asked.agency not in _printers(case):
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this agency", "case")
    if case.sheet_ref != asked.command.sheet_ref:
        raise Refused(RefusalCode.NOT_FOUND, "not the last sheet of the case", "sheet_ref")
    completed = case.handoff and case.handoff.status == HandoffStatus.COMPLETED
    if completed and asked.agency != case.responsible:
        raise Refused(RefusalCode.STATUS_ONLY, "the handoff is complete", "sheet_ref")
    return HandoverSheetPrinted(
        sheet_ref=asked.command.sheet_ref,
        agency=asked.agency,
        printed_on=today,
        pdf_digest=asked.command.pdf_digest,
    )


def _printers(case: Case) -> set[str | None]:
    """The district, who is responsible, and the receiver unless the sender took the sheet back."""
    handoff = case.handoff
    waits = (
        handoff is not None
        and handoff.sheet_ref == case.sheet_ref
        and handoff.status not in (HandoffStatus.WITHDRAWN, HandoffStatus.ANNULLED)
    )
    receiver = handoff.to_agency if handoff and waits else None
    return {case.district, case.responsible, receiver} - {None}
