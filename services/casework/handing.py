"""How a handoff is prepared: drafted once the end is known, composed again when it has to be."""

from datetime import date, timedelta

from services.casework.benefits import Now
from services.casework.closing import is_gone
from services.casework.competence import Receiver, is_alone, receiver
from services.casework.domains import consented, everywhere, in_domain
from services.casework.handoff_copy import UNDECIDED, HandoffKnown
from services.casework.sheet import compose
from services.casework.state import Case
from services.chassis.decider import NO_AGENCIES, Asked, Directory, Refused
from services.chassis.legal_calendar import legal_date
from services.chassis.replacing import replace
from staffel_contracts.codes import (
    AgencyKind,
    HandoffStatus,
    RefusalCode,
    ResponsibilityDomain,
    kind_of,
)
from staffel_contracts.commands.casework import (
    DraftHandoff,
    DropHandoffDraft,
)
from staffel_contracts.domains import BEGINS_WITH_BENEFITS, can_take_over
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    HandoffDraftDropped,
    HandoffDrafted,
)
from staffel_contracts.ladder import Ladder


def draft(case: Case, now: Now) -> Fact | None:
    """The handoff of benefits that begins to be prepared when their end is known.

    A draft for a small child beside whom nobody is known to be entitled is made anew the day after,
    and as soon as its household shows that another agency takes over.
    """
    found, start, today = _taker(case, now.directory), case.next_start_on, legal_date(now.at)
    if found is None or found.agency is None or start is None or case.district is None:
        return None
    moves, again_on = _follows_household(case, found.agency), household_again_on(case)
    waited = again_on is not None and again_on <= today
    if case.draft_id and not (moves or waited):
        return None
    first = case.draft_id is None
    return HandoffDrafted(
        handoff_id=case.draft_id if case.draft_id and not moves else now.new_id,
        domain=ResponsibilityDomain.BENEFITS,
        from_agency=case.responsible or case.district,
        to_agency=found.agency,
        drafted_on=today,
        effective_on=start,
        submit_days_before_end=_submit_days(now.directory, case.responsible or case.district),
        household_again_on=today + timedelta(days=1) if first and is_alone(case, start) else None,
    )


def _taker(case: Case, directory: Directory) -> Receiver | None:
    """Who takes benefits over from the district that took the person in, once their end is known.

    None as well where a sheet is made already.
    """
    person, start = case.person, case.next_start_on
    if case.sheet_ref or start is None or person is None:
        return None
    if person.agency is None or case.responsible != person.agency:
        return None
    found = receiver(case, start, directory)
    return found if found and found.agency else None


def household_again_on(case: Case) -> date | None:
    """The day on which the household of a small child is looked at again, while a draft waits."""
    waits = case.draft_id is not None and case.draft_again_on is not None
    return case.draft_again_on if waits and _taker(case, NO_AGENCIES) else None


def _submit_days(directory: Directory, agency: str) -> int | None:
    agreed = directory.periods(agency)
    return Ladder.model_validate(agreed).submit_days_before_end if agreed else None


def draft_by_hand(case: Case, asked: Asked[DraftHandoff], today: date) -> Fact:
    """A handoff that no computed end calls for, or one of another domain than benefits.

    The person moved, the law changed, housing is to go first (§ 53 Abs. 2 AsylG).

    Raises:
        Refused: another agency is responsible in the domain, a handoff is under way in it, or the
            receiver cannot take it over.
    """
    command = asked.command
    case = in_domain(case, command.domain.value)
    if asked.agency != case.responsible:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is responsible", "case")
    if is_gone(case):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "the case is closed: reopen it", "case")
    if command.to_agency == asked.agency:
        raise Refused(RefusalCode.INVALID, "responsible already", "to_agency")
    if case.handoff and _is_under_way(case.handoff):
        raise Refused(RefusalCode.HANDOFF_OPEN, f"state {case.handoff.status}", "case")
    if case.is_sheet_leaving:
        raise Refused(RefusalCode.HANDOFF_OPEN, "a sheet is made and not submitted yet", "case")
    _check_receiver(case, command, today)
    return HandoffDrafted(
        handoff_id=asked.new_id,
        domain=command.domain,
        from_agency=asked.agency,
        to_agency=command.to_agency,
        drafted_on=today,
        effective_on=command.effective_on,
        by_hand=not _begins_with_benefits(case, command),
        submit_days_before_end=_submit_days(asked.directory, asked.agency),
    )


def _is_under_way(handoff: HandoffKnown) -> bool:
    under_way = HandoffStatus(handoff.status) in UNDECIDED | {HandoffStatus.ACCEPTED}
    return under_way or handoff.is_standing


def _check_receiver(case: Case, command: DraftHandoff, today: date) -> None:
    check_receives(case, command.to_agency, today)
    start = case.next_start_on if _waits_for_benefits(command) else None
    if start and command.effective_on < start:
        detail = "it begins with the receiver's benefits (§ 186 Abs. 2a SGB V)"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")


def check_receives(case: Case, agency: str | None, today: date) -> None:
    """Refuse a receiver that cannot be responsible in the domain, or that takes a consent.

    Officials say which agency it is, and no sheet is made for one that could not answer it.

    Raises:
        Refused: invalid; consent-missing.
    """
    domain = ResponsibilityDomain(case.domain)
    if not can_take_over(domain, agency or ""):
        raise Refused(RefusalCode.INVALID, f"not competent for {domain.value}", "to_agency")
    if not consented(case, agency, today):
        raise Refused(RefusalCode.CONSENT_MISSING, "the person has not consented", "to_agency")


def _waits_for_benefits(command: DraftHandoff) -> bool:
    to_jobcenter = kind_of(command.to_agency) is AgencyKind.JOBCENTER
    return to_jobcenter and command.domain in BEGINS_WITH_BENEFITS


def _begins_with_benefits(case: Case, command: DraftHandoff) -> bool:
    """Then the day moves with the computed end, as that of benefits does."""
    return _waits_for_benefits(command) and command.effective_on == case.next_start_on


def drop(case: Case, asked: Asked[DropHandoffDraft], today: date) -> Fact:
    """A handoff that was drafted by hand and has not left is prepared no longer.

    Raises:
        Refused: there is none, another agency is responsible, it was submitted, or it follows from
            the end of benefits.
    """
    handoff_id = asked.command.handoff_id
    mine = [one for one in everywhere(case) if one.responsible == asked.agency]
    if not mine:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is responsible", "case")
    seen = next((one for one in mine if handoff_id in (one.draft_id, one.sheet_handoff)), None)
    if seen is None:
        raise Refused(RefusalCode.NO_HANDOFF, "nothing of this id is prepared", "handoff_id")
    if handoff_id != seen.draft_id and _has_left(seen):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was submitted: withdraw it", "handoff_id")
    if seen.draft_effective_on is None and seen.domain == ResponsibilityDomain.BENEFITS:
        detail = "benefits end, and somebody has to take over"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail, "handoff_id")
    return HandoffDraftDropped(
        handoff_id=handoff_id,
        domain=ResponsibilityDomain(seen.domain),
        dropped_on=today,
        reason_code=asked.command.reason_code,
    )


def _has_left(case: Case) -> bool:
    """Whether the bridge submitted the last sheet, or a person was handed back since."""
    handoff = case.handoff
    if handoff is None or handoff.handoff_id is None:
        return False
    return handoff.sheet_ref in (None, case.sheet_ref)


def dropped(case: Case, fact: HandoffDraftDropped) -> Case:
    """The state after that: neither the draft nor a sheet that was made for it counts."""
    made = case.sheet_handoff == fact.handoff_id
    return replace(
        case,
        draft_id=None,
        draft_to=None,
        draft_effective_on=None,
        sheet_ref=None if made else case.sheet_ref,
        sheet_handoff=None if made else case.sheet_handoff,
    )


def sheet_of_draft(case: Case, now: Now) -> Fact | None:
    """The handover sheet, as soon as every mandatory field of the draft is known."""
    if case.draft_id is None or waits_for_household(case):
        return None
    if not consented(case, case.draft_to, legal_date(now.at)):
        return None
    last = case.handoff.handoff_id if case.handoff else None
    return compose(case, now.new_id, replaces=last)


def waits_for_household(case: Case) -> bool:
    """Whether officials decide first: a small child, beside whom nobody is known to be entitled.

    The others may be decided about by then, or not be recorded as its household.
    """
    by_law = case.draft_id is not None and case.draft_effective_on is None
    benefits = case.domain == ResponsibilityDomain.BENEFITS
    start = case.next_start_on
    return by_law and benefits and start is not None and is_alone(case, start)


def _follows_household(case: Case, agency: str) -> bool:
    """Whether the draft for a child waited, and its household shows another receiver now."""
    person, start = case.person, case.next_start_on
    known = person is not None and start is not None and bool(case.others)
    waited = known and case.draft_effective_on is None and case.draft_to != agency
    return waited and not waits_for_household(case)


def sheet_again(case: Case, now: Now) -> Fact | None:
    """A new sheet where the handoff was forwarded, or the end moved before anybody decided."""
    handoff = case.handoff
    if handoff is None or handoff.handoff_id is None or case.sheet_replaces == handoff.handoff_id:
        return None
    competent = handoff.forwarded_to or handoff.to_agency
    if not consented(case, competent, legal_date(now.at)):
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
    """Whether an undecided handoff rests on an end of benefits that was revised since.

    None does by which a person is handed back, without a sheet.
    """
    handoff = case.handoff
    if handoff is None or handoff.sheet_ref is None:
        return False
    undecided = HandoffStatus(handoff.status) in UNDECIDED
    by_law = case.sheet_by_law and case.next_start_on is not None
    return undecided and by_law and case.next_start_on != case.sheet_effective_on
